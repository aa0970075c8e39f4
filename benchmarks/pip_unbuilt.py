"""pip with its build step cut out, so that an sdist is fetched without running any of its code.

``pip download`` of an sdist starts its build backend to learn its metadata. Here the metadata are read from the
sdist's own ``PKG-INFO``; everything else (which index, certificates, digests, pauses) stays pip's.

    python -m benchmarks.pip_unbuilt download --no-deps --no-binary :all: -d FOLDER NAME==VERSION

Only for ``download`` with ``--no-deps``: the dependencies that ``PKG-INFO`` names are never followed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

from packaging.utils import canonicalize_name
from pip._internal.cli.main import main as pip_main
from pip._internal.distributions.sdist import SourceDistribution
from pip._internal.metadata import BaseDistribution, get_metadata_distribution
from pip._internal.req.req_install import InstallRequirement


def told_metadata(distribution: SourceDistribution) -> BaseDistribution:
    """The sdist's metadata by its own file, or name and version of the file's name where it has none."""
    requirement = distribution.req
    link, source = requirement.link, requirement.source_dir
    if link is None or source is None:
        raise SystemExit("pip_unbuilt: pip changed: a fetched sdist has neither link nor folder")
    stem = link.filename.removesuffix(".zip").removesuffix(".tar.gz").removesuffix(".tgz")
    told = Path(source) / "PKG-INFO"
    if told.is_file():
        content = told.read_bytes()
    else:
        name, _, version = stem.rpartition("-")
        content = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    name = requirement.name or stem.rpartition("-")[0]
    return get_metadata_distribution(content, link.filename, canonicalize_name(name))


def refuse(*_arguments: object, **_options: object) -> NoReturn:
    """Stands where pip would build."""
    raise SystemExit("pip_unbuilt: pip tried to build; nothing was run")


def main(arguments: list[str]) -> int:
    """Run pip's ``download`` with the build step replaced."""
    if arguments[:1] != ["download"] or "--no-deps" not in arguments:
        print("usage: python -m benchmarks.pip_unbuilt download --no-deps …", file=sys.stderr)
        return 2
    SourceDistribution.prepare_distribution_metadata = lambda *_, **__: None  # type: ignore[method-assign]  # cut out on purpose
    SourceDistribution.get_metadata_distribution = told_metadata  # type: ignore[method-assign,assignment]  # cut out on purpose
    InstallRequirement.load_pyproject_toml = refuse  # type: ignore[method-assign]  # cut out on purpose
    InstallRequirement.prepare_metadata = refuse  # type: ignore[method-assign]  # cut out on purpose
    return pip_main(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

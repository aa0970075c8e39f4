"""Releases to serve: wheels and sdists that are built on the fly and can be installed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from stockade.testing.archives import sdist, wheel
from stockade.testing.index_server import ServedFile, ServedProject


def wheel_file(
    project: str,
    version: str,
    files: Mapping[str, bytes] | None = None,
    *,
    tag: str = "py3-none-any",
    requires: Iterable[str] = (),
    **served: Any,
) -> ServedFile:
    """A wheel with its core metadata announced.

    Args:
        project: its name.
        version: its version, normalised.
        files: paths in the wheel to their content; one module that holds the version, where none are given.
        tag: its compatibility tag.
        requires: its requirements.
        served: further fields of :class:`ServedFile`; ``metadata=None`` announces none.
    """
    module = project.replace("-", "_")
    content = wheel(
        project,
        version,
        files or {f"{module}.py": f'VERSION = "{version}"\n'.encode()},
        tag=tag,
        lines=[f"Requires-Dist: {each}" for each in requires],
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        metadata = archive.read(f"{module}-{version}.dist-info/METADATA")
    about: dict[str, Any] = {"metadata": metadata} | served
    return ServedFile(filename=f"{module}-{version}-{tag}.whl", content=content, **about)


def sdist_file(
    project: str,
    version: str,
    files: Mapping[str, bytes] | None = None,
    *,
    requires: Iterable[str] = (),
    **served: Any,
) -> ServedFile:
    """A source distribution; the arguments are those of :func:`wheel_file`."""
    module = project.replace("-", "_")
    build = b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    content = sdist(
        project,
        version,
        files or {"pyproject.toml": build, f"{module}.py": f'VERSION = "{version}"\n'.encode()},
        lines=[f"Requires-Dist: {each}" for each in requires],
    )
    return ServedFile(filename=f"{module}-{version}.tar.gz", content=content, **served)


def release(project: str, *versions: str, **about: Any) -> ServedProject:
    """A project with a wheel and an sdist of each version; ``about`` are further fields of :class:`ServedProject`."""
    files = [make(project, version) for version in versions for make in (wheel_file, sdist_file)]
    return ServedProject(name=project, files=tuple(files), **about)

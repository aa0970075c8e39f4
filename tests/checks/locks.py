"""Writes small lockfiles: ``{"flask": "3.0.3"}`` is what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

SHA = "sha256:" + "a1" * 32
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER_COMMIT = "89abcdef0123456789abcdef0123456789abcdef"

Held = Mapping[str, str]


def uv(held: Held, *, own: str = "shop", python: str = ">=3.11") -> str:
    """A uv.lock; a version that begins with ``git+`` is a source."""
    parts = [f'version = 1\nrevision = 3\nrequires-python = "{python}"\n']
    parts += [
        f'[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {{ virtual = "." }}\n'
        for name in own.split()
    ]
    for name, version in held.items():
        if version.startswith("git+"):
            address = version.removeprefix("git+")
            parts.append(
                f'[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {{ git = "{address}#{COMMIT}" }}\n'
            )
        else:
            parts.append(
                f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
                'source = { registry = "https://index.example/simple" }\n'
                f'sdist = {{ url = "https://files.example/{name}.tar.gz", hash = "{SHA}" }}\n'
            )
    return "\n".join(parts)


def poetry(held: Held, *, groups: str = '["main"]') -> str:
    """A poetry.lock of Poetry 2."""
    packages = "\n".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\npython-versions = "*"\n'
        f'groups = {groups}\nfiles = [{{file = "{name}.tar.gz", hash = "{SHA}"}}]\n'
        for name, version in held.items()
    )
    return f'{packages}\n[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "00"\n'


def pdm(held: Held, *, groups: str = '["default"]') -> str:
    """A pdm.lock."""
    return '[metadata]\ngroups = ["default"]\nlock_version = "4.5.0"\n\n' + "\n".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\ngroups = {groups}\n'
        f'files = [{{file = "{name}.tar.gz", hash = "{SHA}"}}]\n'
        for name, version in held.items()
    )


def pylock(held: Held) -> str:
    """A pylock.toml (PEP 751)."""
    digest = SHA.partition(":")[2]
    return 'lock-version = "1.0"\ncreated-by = "a test"\n\n' + "\n".join(
        f'[[packages]]\nname = "{name}"\nversion = "{version}"\n'
        f'sdist = {{ url = "https://files.example/{name}-{version}.tar.gz", '
        f'hashes = {{ sha256 = "{digest}" }} }}\n'
        for name, version in held.items()
    )


def pipfile(held: Held, develop: Held | None = None) -> str:
    """A Pipfile.lock."""

    def section(packages: Held) -> dict[str, object]:
        return {name: {"version": f"=={version}", "hashes": [SHA]} for name, version in packages.items()}

    return json.dumps(
        {
            "_meta": {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {}, "sources": []},
            "default": section(held),
            "develop": section(develop or {}),
        },
        indent=4,
    )


def requirements(held: Held) -> str:
    """A compiled requirements file with hashes."""
    return "".join(f"{name}=={version} --hash={SHA}\n" for name, version in held.items())


NATIVE: Mapping[str, Callable[[Held], str]] = {
    "uv.lock": uv,
    "poetry.lock": poetry,
    "pdm.lock": pdm,
    "pylock.toml": pylock,
    "requirements.txt": requirements,
}
"""Lockfiles that stand beside a pyproject.toml."""


def pyproject(*dependencies: str, extra: str = "", python: str = ">=3.11") -> str:
    """A PEP 621 pyproject.toml; its first dependency is in line 5."""
    listed = "".join(f"  {json.dumps(each)},\n" for each in dependencies)
    return f'[project]\nname = "shop"\nrequires-python = "{python}"\ndependencies = [\n{listed}]\n{extra}'

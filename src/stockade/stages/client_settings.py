"""Settings that send a client to the firewall, and to nothing else: pip, uv, poetry, pdm. Pure text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stockade.errors import UsageError
from stockade.sources.addresses import require_safe, split
from stockade.sources.pip_config import home_of

NAME = "firewall"
"""What the index is called where a tool wants a name."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one tool is told."""

    tool: str
    where: str
    """The file, as a person names it."""
    text: str
    path: Path | None
    """The user's file, where ``--write`` puts it; None where it belongs to a project, which is edited by hand."""


def index_address(url: str) -> str:
    """The address as clients are told it: ending in ``/simple/``, without credentials.

    Raises:
        UsageError: it is no address, holds a password, or is plain ``http`` beyond this machine.
    """
    parts = split(url)
    if parts.username is not None:
        raise UsageError(
            "the address holds a user or password, which would stand in a file",
            hint="leave it out; put the token into netrc, the keyring, or UV_INDEX_FIREWALL_PASSWORD",
        )
    require_safe(url)
    path = parts.path.rstrip("/")
    if not path.endswith("/simple"):
        path += "/simple"
    return f"{parts.scheme}://{parts.netloc}{path}/"


def settings(url: str, environ: Mapping[str, str]) -> tuple[Settings, ...]:
    """The settings of every tool for an address that :func:`index_address` made."""
    home = home_of(environ)
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return tuple(each(url, config) for each in _TOOLS.values())


def _pip(url: str, config: Path) -> Settings:
    text = f"[global]\nindex-url = {url}\n"
    return Settings(tool="pip", where="pip.conf of the user", text=text, path=config / "pip" / "pip.conf")


def _uv(url: str, config: Path) -> Settings:
    text = f'[[index]]\nname = "{NAME}"\nurl = {json.dumps(url)}\ndefault = true\n'
    return Settings(tool="uv", where="uv.toml of the user", text=text, path=config / "uv" / "uv.toml")


def _poetry(url: str, _config: Path) -> Settings:
    text = f'[[tool.poetry.source]]\nname = "{NAME}"\nurl = {json.dumps(url)}\npriority = "primary"\n'
    return Settings(tool="poetry", where="pyproject.toml of each project", text=text, path=None)


def _pdm(url: str, _config: Path) -> Settings:
    # A source called pypi takes the place of pdm's own default.
    text = f'[[tool.pdm.source]]\nname = "pypi"\nurl = {json.dumps(url)}\nverify_ssl = true\n'
    return Settings(tool="pdm", where="pyproject.toml of each project", text=text, path=None)


_TOOLS: Mapping[str, Callable[[str, Path], Settings]] = {
    "pip": _pip,
    "uv": _uv,
    "poetry": _poetry,
    "pdm": _pdm,
}
TOOLS = tuple(_TOOLS)
"""The tools, in the order in which they are shown."""


def upload_address(url: str) -> str:
    """Where twine and uv publish to, for an index address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('simple/')}legacy/"

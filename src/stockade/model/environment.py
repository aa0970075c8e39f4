"""What is installed in a Python environment."""

from __future__ import annotations

import msgspec
from packaging.version import Version

from stockade.model.names import ProjectName


class InstalledPackage(msgspec.Struct, frozen=True, kw_only=True):
    """One ``*.dist-info`` or ``*.egg-info`` of an environment."""

    name: ProjectName
    version: Version | None
    """None where the metadata's version does not parse."""
    location: str
    """The metadata folder."""
    editable: bool = False
    direct_url: str = ""
    """PEP 610 origin, credentials removed; empty for an index install."""
    installer: str = ""

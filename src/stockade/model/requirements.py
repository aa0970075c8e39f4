"""What manifests say: requirements, locked packages, index references and install commands.

A *manifest* is any file that names packages. What one file says is a :class:`Manifest`; it never
fails as a whole: what could not be read is in its ``defects``, and a manifest with defects is never
a clean one.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from stockade.model.locations import Location
from stockade.model.names import ProjectName


class ManifestKind(StrEnum):
    """The format of a manifest. One file of :mod:`stockade.manifests` reads each."""

    REQUIREMENTS = "requirements"
    CONSTRAINTS = "constraints"
    PYPROJECT = "pyproject"
    SETUP_CFG = "setup.cfg"
    SETUP_PY = "setup.py"
    PIPFILE = "pipfile"
    PIPFILE_LOCK = "pipfile.lock"
    UV_LOCK = "uv.lock"
    POETRY_LOCK = "poetry.lock"
    PDM_LOCK = "pdm.lock"
    PYLOCK = "pylock"
    CONDA = "conda"
    TOX = "tox"
    NOX = "nox"
    HATCH = "hatch"
    """hatch.toml, and what pyproject.toml's ``[tool.hatch]`` runs."""
    DOCKERFILE = "dockerfile"
    CI = "ci"
    SHELL = "shell"
    NOTEBOOK = "notebook"
    SCRIPT = "script"
    """A Python file with inline metadata (PEP 723)."""
    CLIENT_CONFIG = "client-config"
    """pip.conf, pip.ini, uv.toml, .pypirc inside the tree: index addresses and options."""
    PACKAGE_JSON = "package.json"
    PACKAGE_LOCK = "package-lock.json"
    GO_MOD = "go.mod"


class Role(StrEnum):
    """What a manifest is for; the metrics count by it."""

    DECLARATION = "declaration"
    """What a project asks for: pyproject, requirements.in, a requirements.txt of any strictness."""
    LOCK = "lock"
    """Complete and exact, written by a resolver."""
    CONSTRAINT = "constraint"
    COMMANDS = "commands"
    """Scripts and configuration that install: Dockerfiles, CI, tox, shell, notebooks."""
    SETTINGS = "settings"
    FOREIGN = "foreign"
    """Other ecosystems, for the footprint."""


class SourceKind(StrEnum):
    """Where a requirement's files come from."""

    INDEX = "index"
    URL = "url"
    """A direct URL of one file or archive."""
    VCS = "vcs"
    PATH = "path"
    """A local file or folder, editable or not."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where one requirement's files come from."""

    kind: SourceKind = SourceKind.INDEX
    url: str = ""
    """Address or path, credentials removed; empty for the default index."""
    vcs: str = ""
    """``git``, ``hg``, ``svn``, ``bzr``; empty unless ``kind`` is VCS."""
    revision: str = ""
    """Commit, tag or branch as written; empty where none is given."""
    index: str = ""
    """The named index that the manifest binds this requirement to (uv and poetry sources), or its URL."""
    editable: bool = False
    credentials: bool = False
    """The address held a user name, password or token before we removed it."""


INDEX_SOURCE = Source()


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement as a manifest declares it (PEP 508, or the format's own words for it)."""

    name: ProjectName
    spelled: str
    """The name as the file spells it."""
    specifier: SpecifierSet
    """PEP 440; foreign operators (``^``, ``~``) are translated to it."""
    location: Location
    text: str
    """The requirement as written, in one line, credentials removed."""
    extras: tuple[str, ...] = ()
    marker: str = ""
    source: Source = INDEX_SOURCE
    hashes: tuple[str, ...] = ()
    """``algorithm:hex`` each, lower case."""
    group: str = ""
    """Empty for the main dependencies; else the extra, PEP 735 group, environment or ``build-system``."""

    @property
    def pinned(self) -> Version | None:
        """The one version that the specifier admits (``==`` or ``===``, no wildcard), else None."""
        specifiers = list(self.specifier)
        if len(specifiers) != 1:
            return None
        (only,) = specifiers
        if only.operator not in {"==", "==="} or only.version.endswith(".*"):
            return None
        try:
            return Version(only.version)
        except ValueError:
            return None


class LockedPackage(msgspec.Struct, frozen=True, kw_only=True):
    """One package of a lockfile, at one version."""

    name: ProjectName
    version: Version | None
    """None where the lock gives none (a local or VCS source without a static version)."""
    location: Location
    hashes: tuple[str, ...] = ()
    """Every artifact's ``algorithm:hex``; for a source tree the commit is in ``source.revision``."""
    unhashed_artifacts: int = 0
    """Artifacts that the lock lists without a hash."""
    source: Source = INDEX_SOURCE
    dependencies: tuple[ProjectName, ...] = ()
    """Names that it depends on, as the lock lists them; empty where the format does not say."""
    groups: tuple[str, ...] = ()
    marker: str = ""
    own: bool = False
    """The project itself or a member of its workspace: nothing that is downloaded."""


class IndexRole(StrEnum):
    """How an installer uses an index address or option."""

    PRIMARY = "primary"
    EXTRA = "extra"
    """Asked beside the primary one with the same right: the ground of dependency confusion."""
    EXPLICIT = "explicit"
    """Asked only for the requirements bound to it (uv ``explicit = true``, poetry ``explicit``)."""
    FIND_LINKS = "find-links"
    TRUSTED_HOST = "trusted-host"
    """TLS is not verified for this host."""
    UPLOAD = "upload"


class IndexReference(msgspec.Struct, frozen=True, kw_only=True):
    """An index address (or option about one) that a manifest holds."""

    url: str
    """Credentials removed; a host for ``trusted-host``. May hold ``${VARIABLES}`` as written."""
    role: IndexRole
    location: Location
    name: str = ""
    """The name the file gives it, if any."""
    credentials: bool = False
    """The address held a literal password or token (an environment variable is none)."""
    verify_tls: bool = True


class InstallCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command that installs packages, found in a script, Dockerfile, CI job or notebook."""

    tool: str
    """``pip``, ``uv pip``, ``uv``, ``uvx``, ``poetry``, ``pdm``, ``pipenv``, ``pipx``, ``conda``,
    ``pip-sync``, ``easy_install``."""
    verb: str
    """``install``, ``sync``, ``add``, ``run`` …"""
    text: str
    """The command in one line, credentials removed."""
    location: Location
    requirements: tuple[Requirement, ...] = ()
    """Packages named on the command line."""
    requirement_files: tuple[str, ...] = ()
    """``-r`` arguments, as written."""
    constraint_files: tuple[str, ...] = ()
    indexes: tuple[IndexReference, ...] = ()
    require_hashes: bool = False
    """``--require-hashes`` (or ``--verify-hashes`` off is noted as False)."""
    locked: bool = False
    """The tool installs exactly a lockfile and fails on a stale one: ``uv sync --locked``,
    ``pipenv sync``/``install --deploy``, ``poetry install``/``sync``, ``pdm sync``/``install --frozen-lockfile``,
    ``pip-sync``. ``uv sync --frozen`` uses the lock without checking that it is fresh: see ``frozen``."""
    frozen: bool = False
    """Uses a lockfile as it is, without checking that it is fresh (``uv sync --frozen``)."""
    local: tuple[str, ...] = ()
    """Local paths installed (``.``, ``-e ./lib``, ``dist/x.whl``)."""


class ForeignDependency(msgspec.Struct, frozen=True, kw_only=True):
    """A dependency of another ecosystem, for the footprint only."""

    ecosystem: str
    """``npm`` or ``go``, purl types in the case of ``golang`` excepted."""
    name: str
    version: str
    location: Location
    locked: bool = False


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a manifest that could not be read, so that what the file says is incomplete."""

    location: Location
    message: str
    """What was refused, got and expected, in one line."""
    hint: str = ""


class LeftOut(msgspec.Struct, frozen=True, order=True):
    """A path that discovery did not enter or read, and why: nothing is skipped silently."""

    path: str
    reason: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one file says about packages."""

    path: str
    """POSIX path relative to the assessed root."""
    kind: ManifestKind
    role: Role
    project: str = ""
    """The name the file gives to the project it belongs to, as spelled; empty where it gives none."""
    project_private: bool = False
    """The file says that the project is not to be published (a ``Private ::`` classifier, ``private: true``)."""
    requires_python: str = ""
    requirements: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    """Those of ``constraints`` that hold instead of whatever is required of their names (uv's
    ``override-dependencies``, PDM's overrides), and those that a uv.lock says it was made with."""
    locked: tuple[LockedPackage, ...] = ()
    indexes: tuple[IndexReference, ...] = ()
    commands: tuple[InstallCommand, ...] = ()
    foreign: tuple[ForeignDependency, ...] = ()
    includes: tuple[str, ...] = ()
    """Files that it includes (``-r``, ``-c``, dynamic dependencies), relative to the root where inside it."""
    constraint_includes: tuple[str, ...] = ()
    """Those of ``includes`` that only constrain (``-c``)."""
    require_hashes: bool = False
    """``--require-hashes`` stands in the file."""
    first_wins: bool = False
    """The tool asks indexes in order and stops at the first that has the name (uv's default ``first-index``)."""
    generated_by: str = ""
    """The resolver that says in the file that it wrote it (``pip-compile``, ``uv pip compile``), if any."""
    input_digest: str = ""
    """The lock's own digest of its input (poetry ``content-hash``, Pipfile.lock ``_meta.hash``, pdm ``content_hash``), if any."""
    defects: tuple[Defect, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """What the file names that is not looked at by design, and why."""


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Every manifest below an assessed root, and what was left out."""

    root: str
    """The root as the user named it, for display."""
    manifests: tuple[Manifest, ...]
    left_out: tuple[LeftOut, ...] = ()

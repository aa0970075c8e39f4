"""The formats that hold install commands, settings, or other ecosystems' packages: how to know their files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from stockade.manifests.reader import Format
from stockade.model.requirements import ManifestKind, Role

_CONDA = re.compile(r"^(?:(?:.*[-_.])?(?:environment|conda)(?:[-_.].*)?|(?:.*[-_])?env(?:-.*)?)\.ya?ml$")
_CONDA_LOCK = re.compile(r"^(?:.*[-_.])?conda-lock\.ya?ml$")
_DOCKERFILE = re.compile(r"^(?:dockerfile|containerfile)(?:[.-].+)?$|\.(?:dockerfile|containerfile)$")
_NO_DOCKERFILE = (".dockerignore", ".containerignore", ".md", ".rst", ".txt", ".py")
_SHELL_ENDINGS = frozenset({".sh", ".bash", ".zsh", ".ksh", ".ps1", ".psm1", ".bat", ".cmd"})
_SHELL_PROFILES = frozenset({".bashrc", ".bash_profile", ".profile", ".zshrc", ".envrc"})
_CI_NAMES = frozenset(
    """action .gitlab-ci .travis .drone .woodpecker bitbucket-pipelines buildkite appveyor .appveyor
    .pre-commit-config .pre-commit-hooks .readthedocs readthedocs .cirrus compose cloudbuild codemagic
    .gitpod taskfile render app buildspec wercker shippable .shippable""".split()  # noqa: SIM905  one list of plain words
)
_CI_PREFIXES = (
    "azure-pipelines",
    "docker-compose",
    "compose.",
    "cloudbuild",
    "buildspec",
    ".gitlab-ci",
    "buildkite.",
)
_CI_FOLDERS = frozenset(
    {
        ".gitlab",
        ".gitlab-ci",
        ".circleci",
        ".buildkite",
        ".woodpecker",
        ".azure-pipelines",
        ".azuredevops",
        ".pipelines",
        ".semaphore",
    }
)
PYTHON_ENDINGS = frozenset({".py", ".pyw"})
SCRIPT_MARK = b"# /// script"
"""What a Python file with inline metadata holds."""

_SETTINGS = frozenset(
    {
        "pip.conf",
        "pip.ini",
        "uv.toml",
        ".pypirc",
        "poetry.toml",
        ".condarc",
        "condarc",
        "pdm.toml",
        ".pdm.toml",
    }
)


def is_ci(path: PurePosixPath) -> bool:
    """Whether the file is a CI configuration, or other YAML of commands, by its name and folders."""
    name = path.name.lower()
    if not name.endswith((".yml", ".yaml")):
        return False
    stem = name.rpartition(".")[0]
    if stem in _CI_NAMES or stem.startswith(_CI_PREFIXES) or stem.endswith(".gitlab-ci"):
        return True
    folders = [part.lower() for part in path.parts[:-1]]
    return folders[-2:] == [".github", "workflows"] or not _CI_FOLDERS.isdisjoint(folders)


def is_dockerfile(path: PurePosixPath) -> bool:
    """Whether it is a ``Dockerfile``, ``Dockerfile.dev``, ``web.dockerfile``, ``Containerfile``."""
    name = path.name.lower()
    return _DOCKERFILE.search(name) is not None and not name.endswith(_NO_DOCKERFILE)


def is_shell(path: PurePosixPath) -> bool:
    """A script by its ending, or a shell's start-up file. Scripts without an ending are known by their first line."""
    name = path.name.lower()
    return path.suffix.lower() in _SHELL_ENDINGS or name in _SHELL_PROFILES


def is_recipes(path: PurePosixPath) -> bool:
    """A Makefile, justfile or Procfile."""
    name = path.name.lower()
    return name in {"makefile", "gnumakefile", "justfile", ".justfile", "procfile"} or name.endswith(
        (".mk", ".just")
    )


def _is_conda(path: PurePosixPath) -> bool:
    return _CONDA.match(path.name.lower()) is not None


def _is_conda_lock(path: PurePosixPath) -> bool:
    return _CONDA_LOCK.match(path.name.lower()) is not None


def _is_settings(path: PurePosixPath) -> bool:
    return path.name.lower() in _SETTINGS


def _is_tox(path: PurePosixPath) -> bool:
    return path.name.lower() in {"tox.ini", "tox.toml"}


TOX = Format(kind=ManifestKind.TOX, role=Role.COMMANDS, matches=_is_tox, reader="tox:read_tox")
HATCH = Format(
    kind=ManifestKind.HATCH,
    role=Role.COMMANDS,
    matches=lambda path: path.name.lower() == "hatch.toml",
    reader="hatch:read_hatch_commands",
)
SHELL = Format(kind=ManifestKind.SHELL, role=Role.COMMANDS, matches=is_shell, reader="shell:read_shell")
CI = Format(kind=ManifestKind.CI, role=Role.COMMANDS, matches=is_ci, reader="ci_yaml:read_ci")
CONDA = Format(kind=ManifestKind.CONDA, role=Role.DECLARATION, matches=_is_conda, reader="conda:read_conda")

SCRIPT = Format(
    kind=ManifestKind.SCRIPT,
    role=Role.COMMANDS,
    matches=lambda path: path.suffix.lower() in PYTHON_ENDINGS,
    reader="script_metadata:read_script",
)
"""Not among the formats that are tried for every file: most Python files hold no metadata."""

INSTALL_FORMATS: tuple[Format, ...] = (
    CI,
    Format(
        kind=ManifestKind.CI,
        role=Role.COMMANDS,
        matches=lambda path: path.name.lower() in {"devcontainer.json", ".devcontainer.json"},
        reader="devcontainer:read_devcontainer",
    ),
    Format(kind=ManifestKind.CONDA, role=Role.LOCK, matches=_is_conda_lock, reader="conda:read_conda_lock"),
    CONDA,
    TOX,
    HATCH,
    Format(
        kind=ManifestKind.NOX,
        role=Role.COMMANDS,
        matches=lambda path: path.name.lower() == "noxfile.py",
        reader="nox:read_nox",
    ),
    Format(
        kind=ManifestKind.DOCKERFILE,
        role=Role.COMMANDS,
        matches=is_dockerfile,
        reader="dockerfile:read_dockerfile",
    ),
    SHELL,
    Format(kind=ManifestKind.SHELL, role=Role.COMMANDS, matches=is_recipes, reader="recipes:read_recipes"),
    Format(
        kind=ManifestKind.NOTEBOOK,
        role=Role.COMMANDS,
        matches=lambda path: path.suffix.lower() == ".ipynb",
        reader="notebook:read_notebook",
    ),
    Format(
        kind=ManifestKind.CLIENT_CONFIG,
        role=Role.SETTINGS,
        matches=_is_settings,
        reader="client_config:read_client_config",
    ),
    Format(
        kind=ManifestKind.PACKAGE_JSON,
        role=Role.FOREIGN,
        matches=lambda path: path.name.lower() == "package.json",
        reader="package_json:read_package_json",
    ),
    Format(
        kind=ManifestKind.PACKAGE_LOCK,
        role=Role.FOREIGN,
        matches=lambda path: path.name.lower() in {"package-lock.json", "npm-shrinkwrap.json"},
        reader="package_lock:read_package_lock",
    ),
    Format(
        kind=ManifestKind.GO_MOD,
        role=Role.FOREIGN,
        matches=lambda path: path.name.lower() == "go.mod",
        reader="go_mod:read_go_mod",
    ),
)
"""In the order in which they are tried."""

"""The installers' command lines: which options take a value, and which of them say something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Action(Enum):
    """What an option says to us. All but :data:`FLAGS` take a value."""

    VALUE = "a value that says nothing about packages"
    FILE = "requirements file"
    CONSTRAINTS = "constraints file"
    EDITABLE = "local path or VCS address"
    PACKAGE = "one more requirement"
    PACKAGES = "requirements, comma-separated"
    PRIMARY = "primary index"
    EXTRA = "extra index"
    FIND_LINKS = "find-links"
    TRUSTED = "host whose TLS is not verified"
    CHANNEL = "conda channel"
    PIP_OPTIONS = "options passed on to pip, in one argument"
    HASHES = "hashes required"
    LOCKED = "installs the lock, fails where it is stale"
    FROZEN = "installs the lock as it is"


FLAGS = frozenset({Action.HASHES, Action.LOCKED, Action.FROZEN})


class Operands(Enum):
    """What the arguments that are no options mean."""

    PACKAGES = "packages"
    FILES = "requirements files"
    COMMAND = "a package's command, then the arguments of that command"
    RUN = "a command that the tool runs; nothing of it is installed"
    AFTER_FIRST = "packages, but for the first"
    NOTHING = "nothing of interest"


class Spelling(Enum):
    """How the tool spells a package."""

    PEP508 = "name[extra]==1"
    AT = "name@version, or PEP 508"
    CONDA = "channel::name=version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The command line of one verb of one tool."""

    tool: str
    verb: str
    options: Mapping[str, Action]
    flags: frozenset[str] = frozenset()
    """Long flags, where the tool accepts abbreviated options (pip)."""
    operands: Operands = Operands.PACKAGES
    spelling: Spelling = Spelling.PEP508
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An installer: its verbs, and the options that may stand before the verb."""

    verbs: Mapping[str, Grammar]
    """By the verb's words joined with a blank; an empty key: the program has no verb."""
    globals: frozenset[str]
    """Options before the verb that take a value."""


def _options(**groups: str) -> dict[str, Action]:
    """``ACTION="--names of options"`` turned round."""
    return {option: Action[action] for action, names in groups.items() for option in names.split()}


_PIP_COMMON = _options(
    PRIMARY="-i --index-url --pypi-url",
    EXTRA="--extra-index-url",
    FIND_LINKS="-f --find-links",
    TRUSTED="--trusted-host",
    HASHES="--require-hashes",
    VALUE="""--log --log-file --local-log --proxy --retries --resume-retries --timeout --default-timeout
    --exists-action --cert --client-cert --cache-dir --python --keyring-provider --use-feature
    --use-deprecated --progress-bar""",
)
_PIP = _PIP_COMMON | _options(
    FILE="-r --requirement",
    CONSTRAINTS="-c --constraint --build-constraint",
    EDITABLE="-e --editable",
    VALUE="""-t --target --platform --python-version --implementation --abi --root --prefix --src
    --upgrade-strategy -C --config-settings --config-setting --global-option --install-option --build-option
    --no-binary --only-binary --root-user-action --report --group -d --dest -w --wheel-dir
    -b --build --build-dir --uploaded-prior-to --requirements-from-script""",
)
_PIP_FLAGS = frozenset(
    """--dry-run --user --upgrade --force-reinstall --ignore-installed --ignore-requires-python
    --no-build-isolation --use-pep517 --no-use-pep517 --check-build-dependencies --break-system-packages
    --compile --no-compile --no-warn-script-location --no-warn-conflicts --prefer-binary --no-clean --no-index
    --pre --no-deps --no-dependencies --help --debug --isolated --require-virtualenv --verbose --version
    --quiet --no-input --no-cache-dir --disable-pip-version-check --no-color --no-python-version-warning
    --egg --process-dependency-links --no-user --no-verify --no-require-hashes""".split()  # noqa: SIM905  read as pip's help lists them
)
_UV_COMMON = _options(
    PRIMARY="-i --index-url --default-index",
    EXTRA="--index --extra-index-url",
    FIND_LINKS="-f --find-links",
    TRUSTED="--allow-insecure-host --trusted-host",
    VALUE="""--index-strategy --keyring-provider -P --upgrade-package --upgrade-group --resolution --prerelease
    --fork-strategy -C --config-setting --config-settings --config-settings-package
    --no-build-isolation-package --exclude-newer --exclude-newer-package --link-mode --refresh-package
    --reinstall-package --no-build-package --no-binary-package --no-sources-package -p --python
    --cache-dir --directory --project --config-file --color --python-preference --python-fetch
    --preview-features""",
)
_UV_PIP = _UV_COMMON | _options(
    FILE="-r --requirement --requirements",
    CONSTRAINTS="-c --constraint --constraints -b --build-constraint --build-constraints",
    EDITABLE="-e --editable",
    HASHES="--require-hashes",
    VALUE="""--override --overrides --exclude --excludes --extra --group --no-binary --only-binary
    --python-version --python-platform --platform -t --target --prefix --torch-backend""",
)
_UV_PROJECT = _UV_COMMON | _options(
    LOCKED="--locked",
    FROZEN="--frozen",
    VALUE="""--extra --no-extra --group --no-group --only-group --package --no-install-package --only-install-package
    --output-format --script --python-platform --env-file""",
)
_UV_ADD = _UV_PROJECT | _options(
    FILE="-r --requirements",
    CONSTRAINTS="-c --constraints",
    VALUE="--optional --bounds --rev --tag --branch --marker -m",
)
_UV_RUN = _UV_PROJECT | _options(PACKAGES="--with -w", EDITABLE="--with-editable", FILE="--with-requirements")
del _UV_RUN["--script"]  # a flag of this verb
_UV_TOOL = _UV_COMMON | _options(
    PACKAGE="--from",
    PACKAGES="--with -w",
    EDITABLE="--with-editable",
    FILE="--with-requirements",
    CONSTRAINTS="-c --constraints -b --build-constraints",
    VALUE="--override --overrides --env-file --with-executables-from --python-platform --torch-backend",
)
_POETRY = _options(
    VALUE="""-C --directory -P --project --group -G --with --without --only --extras -E --python --platform
    --markers --source --all-groups-except"""
)
_PDM = _options(
    EDITABLE="-e --editable",
    LOCKED="--frozen-lockfile --no-lock",
    VALUE="""-p --project -G --group --with --without -L --lockfile --venv -k --skip -s --section -S --strategy
    --override -C --config-setting -c --config --python""",
)
_PIPENV = _options(
    FILE="-r --requirements",
    EDITABLE="-e --editable",
    PRIMARY="--pypi-mirror",
    EXTRA="-i --index",
    LOCKED="--deploy",
    FROZEN="--ignore-pipfile",
    PIP_OPTIONS="--extra-pip-args",
    VALUE="--python --categories",
)
_PIPX = _options(
    PRIMARY="-i --index-url",
    PACKAGE="--spec --preinstall --with",
    FILE="-r --requirement",
    PIP_OPTIONS="--pip-args",
    VALUE="--python --suffix --backend --with-suffix",
)
_CONDA = _options(
    CHANNEL="-c --channel",
    FILE="--file -f",
    VALUE="""-n --name -p --prefix --solver --subdir --platform --clone --revision --repodata-fn --root-prefix
    --download-threads --category --experimental -r""",
)
_SYNC = _PIP_COMMON | _options(PIP_OPTIONS="--pip-args", VALUE="--python-executable --config")
_EASY = _options(
    PRIMARY="-i --index-url",
    FIND_LINKS="-f --find-links",
    EDITABLE="-e --editable",
    VALUE="""-d --install-dir -s --script-dir -b --build-directory --prefix -S --site-dirs --record
    -H --allow-hosts""",
)
del _EASY["-e"], _EASY["--editable"]  # a flag of this tool


def _program(globals_: Mapping[str, Action], *grammars: Grammar) -> Program:
    return Program(
        verbs={grammar.verb: grammar for grammar in grammars},
        globals=frozenset(option for option, action in globals_.items() if action not in FLAGS),
    )


def _pip(verb: str) -> Grammar:
    return Grammar(tool="pip", verb=verb, options=_PIP, flags=_PIP_FLAGS)


def _poetry(verb: str, operands: Operands, *, locked: bool = False) -> Grammar:
    return Grammar(
        tool="poetry", verb=verb, options=_POETRY, operands=operands, spelling=Spelling.AT, locked=locked
    )


def _pdm(verb: str, operands: Operands, *, locked: bool = False) -> Grammar:
    return Grammar(tool="pdm", verb=verb, options=_PDM, operands=operands, locked=locked)


def _conda(verb: str, operands: Operands = Operands.PACKAGES) -> Grammar:
    return Grammar(tool="conda", verb=verb, options=_CONDA, operands=operands, spelling=Spelling.CONDA)


_UV_PIP_SYNC = Grammar(tool="uv pip", verb="sync", options=_UV_PIP, operands=Operands.FILES, locked=True)
_TOOL_RUN = Grammar(tool="uvx", verb="run", options=_UV_TOOL, operands=Operands.COMMAND, spelling=Spelling.AT)
_UV = Program(
    globals=frozenset(option for option, action in _UV_COMMON.items() if action not in FLAGS),
    verbs={
        "pip install": Grammar(tool="uv pip", verb="install", options=_UV_PIP),
        "pip sync": _UV_PIP_SYNC,
        "add": Grammar(tool="uv", verb="add", options=_UV_ADD),
        "sync": Grammar(tool="uv", verb="sync", options=_UV_PROJECT, operands=Operands.NOTHING),
        "run": Grammar(tool="uv", verb="run", options=_UV_RUN, operands=Operands.RUN),
        "tool install": Grammar(tool="uv", verb="tool install", options=_UV_TOOL, spelling=Spelling.AT),
        "tool run": _TOOL_RUN,
    },
)
_CONDA_PROGRAM = _program(
    {},
    _conda("install"),
    _conda("create"),
    _conda("update", Operands.NOTHING),
    _conda("env create", Operands.NOTHING),
    _conda("env update", Operands.NOTHING),
)

PROGRAMS: Mapping[str, Program] = {
    "pip": _program(_PIP_COMMON, _pip("install"), _pip("download"), _pip("wheel")),
    "uv": _UV,
    "uvx": Program(globals=frozenset(), verbs={"": _TOOL_RUN}),
    "poetry": _program(
        _POETRY,
        _poetry("add", Operands.PACKAGES),
        _poetry("self add", Operands.PACKAGES),
        _poetry("install", Operands.NOTHING, locked=True),
        _poetry("sync", Operands.NOTHING, locked=True),
        _poetry("update", Operands.NOTHING),
    ),
    "pdm": _program(
        {option: _PDM[option] for option in ("-c", "--config")},
        _pdm("add", Operands.PACKAGES),
        _pdm("install", Operands.NOTHING),
        _pdm("sync", Operands.NOTHING, locked=True),
        _pdm("update", Operands.NOTHING),
    ),
    "pipenv": _program(
        {"--python": Action.VALUE},
        Grammar(tool="pipenv", verb="install", options=_PIPENV),
        Grammar(tool="pipenv", verb="sync", options=_PIPENV, operands=Operands.NOTHING, locked=True),
        Grammar(tool="pipenv", verb="update", options=_PIPENV, operands=Operands.NOTHING),
    ),
    "pipx": _program(
        {},
        Grammar(tool="pipx", verb="install", options=_PIPX),
        Grammar(tool="pipx", verb="inject", options=_PIPX, operands=Operands.AFTER_FIRST),
        Grammar(tool="pipx", verb="run", options=_PIPX, operands=Operands.COMMAND, spelling=Spelling.AT),
    ),
    "conda": _CONDA_PROGRAM,
    "mamba": _CONDA_PROGRAM,
    "micromamba": Program(
        verbs=_CONDA_PROGRAM.verbs, globals=frozenset({"-r", "--root-prefix", "--rc-file"})
    ),
    "pip-sync": Program(
        globals=frozenset(),
        verbs={
            "": Grammar(tool="pip-sync", verb="sync", options=_SYNC, operands=Operands.FILES, locked=True)
        },
    ),
    "easy_install": Program(
        globals=frozenset(), verbs={"": Grammar(tool="easy_install", verb="install", options=_EASY)}
    ),
}
"""Every installer by the name of its program."""

MODULES: Mapping[str, str] = {
    name: name for name in ("pip", "uv", "poetry", "pdm", "pipenv", "pipx", "easy_install")
} | {"setuptools.command.easy_install": "easy_install"}
"""What ``python -m MODULE`` starts."""

"""Command lines of installers, as they stand in scripts."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.manifests.reading import commands, defects, indexes, read

from stockade.manifests.command_lines import Argument, find_call, find_program, script_argument
from stockade.manifests.commands import CommandDraft, add_command, without_credentials
from stockade.manifests.conda_spec import conda_spec
from stockade.manifests.install_options import PROGRAMS
from stockade.manifests.reader import ReadContext
from stockade.model.locations import Location
from stockade.model.requirements import ManifestKind, Role, SourceKind

CASES = {
    "pip install a 'b[x,y]>=1,<2' c==1.0": "a | b[x,y]<2,>=1 | c==1.0",
    "pip3 install a": "a",
    "pip3.12 install a": "a",
    "/opt/venv/bin/pip install a": "a",
    "$PIP install a": "a",
    "${PYTHON:-python3} -m pip install a": "a",
    '"$VENV/bin/python" -m pip install a': "a",
    "python3.11 -I -X dev -m pip --no-color install a": "a",
    "python -mpip install a": "a",
    "sudo -H -u app pip install a": "a",
    "env -i A=1 pip install a": "a",
    "time nice -n 5 timeout 60 pip install a": "a",
    "exec pip install a": "a",
    "xargs -n1 pip install a": "a",
    "docker run --rm -v x:y image:1 pip install a": "a",
    "pip --proxy http://proxy.example:80 install a": "a",
    "pip install --upgrade --target ./lib --platform any a": "a",
    "pip install -U -qq -t lib a": "a",
    "pip install -Ur r.txt -rs.txt --requirement=t.txt --requirement u.txt": "-r r.txt | -r s.txt | -r t.txt | -r u.txt",
    "pip install --extra-index https://e.example --pre --find ./l a": "a | extra=https://e.example | find-links=./l",
    "pip install -c c.txt -r r.txt --require-hashes": "-r r.txt | -c c.txt | require_hashes",
    "pip install -i https://u:p@i.example/ --extra-index-url=https://e.example -f ./links --trusted-host i.example a": (
        "a | primary=https://i.example/! | extra=https://e.example | find-links=./links | trusted-host=i.example"
    ),
    "pip install . ./lib ../x[dev] dist/a.whl b.tar.gz file:///c": (
        "local . | local ./lib | local ../x[dev] | local dist/a.whl | local b.tar.gz | local file:///c"
    ),
    "pip install -e . -e git+https://g.example/o/r.git@abc#egg=r": "r (vcs) | local .",
    "pip install https://f.example/w-1.0-py3-none-any.whl 'n @ https://f.example/n.zip'": "w==1.0 (url) | n (url)",
    "pip install -- a": "a",
    "pip download -d out a": "a",
    "pip wheel -w out a": "a",
    "uv pip install --system -r r.txt --index corp=https://c.example/ a": "a | -r r.txt | extra=https://c.example/",
    "uv pip sync r.txt": "-r r.txt | locked",
    "uv --directory x add a 'b>=1' --group dev --index-url https://i.example": "a | b>=1 | primary=https://i.example",
    "uv add --editable ./lib": "local ./lib",
    "uv sync": "",
    "uv sync --locked --group dev": "locked",
    "uv sync --frozen": "frozen",
    "UV_LOCKED=1 uv sync": "locked",
    "UV_FROZEN=true uv sync --locked": "frozen",
    "uv run --with a,b==1 --with-requirements r.txt pytest": "a | b==1 | -r r.txt",
    "uv tool install 'ruff==0.14'": "ruff==0.14",
    "uvx ruff@0.14.1 check .": "ruff==0.14.1",
    "uvx ruff@latest": "ruff",
    "uvx --from 'black[d]==25.1' --with x blackd --help": "black[d]==25.1 | x",
    "uv tool run cowsay hello": "cowsay",
    "poetry add a@^1.2 b@latest 'c>=1' -G dev": "a<2.0,>=1.2 | b | c>=1",
    "poetry -C sub install --only main": "locked",
    "poetry sync": "locked",
    "poetry self add plugin": "plugin",
    "pdm add -dG test pytest -e ./lib": "pytest | local ./lib",
    "pdm sync": "locked",
    "pdm install": "",
    "pdm install --frozen-lockfile": "locked",
    "pipenv install --deploy": "locked",
    "pipenv sync --dev": "locked",
    "pipenv install requests": "requests",
    "pipenv install --ignore-pipfile": "frozen",
    "pipx install a==1 --pip-args='--index-url https://i.example --no-cache-dir'": "a==1 | primary=https://i.example",
    "pipx inject tool a b": "a | b",
    "pipx run --spec cowsay==1 cowsay hi": "cowsay==1",
    "pipx run cowsay hi": "cowsay",
    "conda install -y -n env -c conda-forge numpy=1.26 'scipy>=1' x::y==2=build": (
        "numpy==1.26.* (conda:conda-forge) | scipy>=1 (conda:conda-forge) | y==2 (conda:x)"
    ),
    "mamba create -n env python=3.12": "python==3.12.* (conda:defaults)",
    "micromamba -r /opt install -f env.yml": "-r env.yml",
    "conda env create --file=environment.yml": "-r environment.yml",
    "pip-sync a.txt b.txt": "-r a.txt | -r b.txt | locked",
    "python -m piptools sync a.txt": "-r a.txt | locked",
    "easy_install -U -i https://i.example a==1": "a==1 | primary=https://i.example",
    "PIP_REQUIRE_HASHES=1 PIP_CONSTRAINT=c.txt pip install a": "a | -c c.txt | require_hashes",
    "PIP_INDEX_URL=https://u:p@i.example pip install a": "a | primary=https://i.example!",
    "PIP_REQUIRE_HASHES=0 pip install a": "a",
}

NOTHING = (
    "pip list",
    "pip freeze > requirements.txt",
    "pip uninstall -y a",
    "uv lock",
    "uv run pytest",
    "poetry lock",
    "echo pip install a",
    'git commit -m "pip install a"',
    "grep pip install a.txt",
    "npm install a",
    "apt-get install python3-pip",
    "pip",
    "python -m venv x",
    "python -c 'import pip' -m pip install a",
    "python script.py -m pip install a",
    "conda activate env",
    "mypip install a",
)


def one(text: str) -> str:
    """What the one command of a script says, without its line, tool and verb."""
    found = commands(read("x.sh", text + "\n"))
    assert len(found) == 1, found
    return found[0].partition(" | ")[2]


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=list(CASES))
def test_command(text: str, expected: str) -> None:
    assert one(text) == expected
    assert not read("x.sh", text + "\n").defects


@pytest.mark.parametrize("text", NOTHING)
def test_no_install_command(text: str) -> None:
    manifest = read("x.sh", text + "\n")
    assert not manifest.commands
    assert not manifest.defects


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uv run --with a pip install b", ["1 uv run | a", "1 pip install | b"]),
        ("uvx poetry install", ["1 uvx run | poetry", "1 poetry install | locked"]),
        ("conda run -n x pip install a", ["1 pip install | a"]),
        ("bash -ec 'pip install a; pip install b'", ["1 pip install | a", "1 pip install | b"]),
        ("su app -c 'pip install a'", ["1 pip install | a"]),
        ("eval pip install a", ["1 pip install | a"]),
        ("ssh host 'cd x && pip install a'", ["1 pip install | a"]),
        ("sh script.sh -c 'pip install a'", []),
    ],
)
def test_commands_in_commands(text: str, expected: list[str]) -> None:
    assert commands(read("x.sh", text + "\n")) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pip install $PKG", "1 package given by a variable: $PKG"),
        ("pip install $(cat list)", "1 package given by a variable: $(cat list)"),
        ("pip install a -r $FILE", "1 requirements file given by a variable: $FILE"),
        ('pip install "$@"', "1 package given by a variable: $@"),
        ("pip install '=='", "1 not a requirement: '=='"),
    ],
)
def test_what_a_variable_hides_is_a_defect(text: str, message: str) -> None:
    manifest = read("x.sh", text + "\n")
    assert len(manifest.commands) == 1
    assert [found.startswith(message) for found in defects(manifest)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "pip install $PIP_OPTIONS a",
        'pip install -e . "$@"',
        "pip install -r $HERE/requirements.txt",
        "pip install $WHEEL",
        "pip install ./dist/$NAME.whl",
        'pip install "a==$VERSION" $INDEX_ARGS',
        "pip install --python $VENV --index-url $URL a",
    ],
)
def test_what_a_variable_does_not_hide_is_none(text: str) -> None:
    manifest = read("x.sh", text + "\n")
    assert len(manifest.commands) == 1
    assert not manifest.defects


def test_version_in_a_variable_leaves_the_name() -> None:
    (command,) = read("x.sh", 'pip install "tool[x]==$VERSION" other~=${V}\n').commands
    assert [(r.name, r.extras, str(r.specifier), r.text) for r in command.requirements] == [
        ("tool", ("x",), "", "tool[x]==$VERSION"),
        ("other", (), "", "other~=${V}"),
    ]


def test_unquoted_comparison_is_a_redirection_and_pins_nothing() -> None:
    assert one("pip install a>=1.0") == "a"


def test_credentials_leave_no_trace() -> None:
    text = (
        "export PIP_INDEX_URL=https://user:s3cret@i.example/simple\n"
        "pip install git+https://tok:s3cret@g.example/o/r.git -i https://:s3cret@i.example x\n"
        "pip config set global.extra-index-url https://u:s3cret@e.example/\n"
        "pip install $X 'https://u:s3cret@e.example/$X'\n"
    )
    manifest = read("x.sh", text)
    assert "s3cret" not in repr(manifest)
    assert indexes(manifest) == ["1 primary https://i.example/simple!", "3 extra https://e.example/!"]
    assert manifest.commands[0].requirements[0].source.kind is SourceKind.VCS
    assert manifest.commands[0].requirements[0].source.credentials


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pip config --user set global.index-url https://i.example", ["1 primary https://i.example"]),
        ("poetry source add --priority=explicit corp https://i.example", ["1 explicit https://i.example"]),
        ("poetry source add corp https://i.example", ["1 primary https://i.example"]),
        ("poetry config repositories.corp https://i.example", ["1 upload https://i.example"]),
        ("twine upload --repository-url https://i.example dist/*", ["1 upload https://i.example"]),
        ("uv publish --publish-url=https://i.example", ["1 upload https://i.example"]),
        ('echo "PIP_INDEX_URL=https://i.example" >> "$GITHUB_ENV"', ["1 primary https://i.example"]),
        ("export POETRY_REPOSITORIES_CORP_URL=https://i.example", ["1 upload https://i.example"]),
        (
            "export UV_INDEX='a=https://a.example https://b.example'",
            ["1 extra https://a.example", "1 extra https://b.example"],
        ),
        ("pip config list", []),
    ],
)
def test_settings(text: str, expected: list[str]) -> None:
    manifest = read("x.sh", text + "\n")
    assert indexes(manifest) == expected
    assert not manifest.commands


@pytest.mark.parametrize(
    ("text", "name", "channel", "specifier"),
    [
        ("numpy", "numpy", "", ""),
        ("numpy=1.26", "numpy", "", "==1.26.*"),
        ("numpy=1.26.*", "numpy", "", "==1.26.*"),
        ("numpy==1.26.4", "numpy", "", "==1.26.4"),
        ("numpy=1.26.4=py312_0", "numpy", "", "==1.26.4"),
        ("numpy >=1.2,<2", "numpy", "", "<2,>=1.2"),
        ("numpy 1.26.*", "numpy", "", "==1.26.*"),
        ("numpy[version='>=1.2']", "numpy", "", ">=1.2"),
        ("conda-forge::numpy", "numpy", "conda-forge", ""),
        ("conda-forge/linux-64::numpy=1", "numpy", "conda-forge/linux-64", "==1.*"),
        ("numpy=1.0|2.0", "numpy", "", ""),
        ("openssl=1.1.1l", "openssl", "", ""),
    ],
)
def test_conda_names(text: str, name: str, channel: str, specifier: str) -> None:
    found = conda_spec(text)
    assert found is not None
    assert (found.name, found.channel, str(found.specifier)) == (name, channel, specifier)


@pytest.mark.parametrize("text", ["", "==1", "a b c::d [", "-x"])
def test_no_conda_names(text: str) -> None:
    assert conda_spec(text) is None


names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)
versions = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", fullmatch=True)
packages = st.builds(
    lambda n, o, v: f"{n}{o}{v}" if o else n, names, st.sampled_from(["", "==", ">=", "~=1."]), versions
)


@given(
    st.lists(packages, min_size=1, max_size=5),
    st.lists(st.sampled_from(["--upgrade", "-U", "--index-url=https://i.example/ x", "-q"]), max_size=3),
    st.sampled_from(["pip install", "python3 -m pip install", "uv pip install", "sudo pip3 install"]),
)
def test_what_shlex_joins_is_read_back(wanted: list[str], options: list[str], program: str) -> None:
    text = shlex.join([*program.split(), *options, *wanted])
    (command,) = read("x.sh", f"# a comment\n{text}\n").commands
    assert [requirement.text for requirement in command.requirements] == wanted
    assert command.location == Location(path="x.sh", line=2)
    assert command.text.split() == text.split()


words = st.one_of(
    st.sampled_from(
        [
            *PROGRAMS,
            "install",
            "-m",
            "-r",
            "--",
            "-",
            "run",
            "add",
            "sync",
            "env",
            "sudo",
            "python",
            "A=1",
            "-c",
            "x@1",
            ".",
            "=",
            "--with",
        ]
    ),
    st.text(max_size=8),
)


@given(st.lists(st.tuples(words, st.none() | st.integers(0, 9)), max_size=12))
def test_any_words_are_read_without_an_error(argv: list[tuple[str, int | None]]) -> None:
    arguments = [Argument(text, known) for text, known in argv]
    draft = CommandDraft("x.sh", ReadContext(kind=ManifestKind.SHELL, role=Role.COMMANDS))
    found = add_command(draft, arguments, place=draft.at(1))
    assert found == bool(draft.commands)
    find_program(arguments)
    script_argument(arguments)
    for command in draft.commands:
        assert command.text.isprintable()


def test_a_command_of_many_arguments_takes_linear_time() -> None:
    argv = [Argument(word) for word in ("env", *(["-$x", "pip"] * 20_000))]
    assert find_call(argv) is None


def test_arguments_beyond_the_bound_are_a_defect() -> None:
    manifest = read("x.sh", "pip install " + "a " * 20_001 + "\n")
    assert len(manifest.commands[0].requirements) == 19_998
    assert defects(manifest) == ["1 20,003 arguments: those after the first 20,000 are not read"]


def test_shown_text_is_one_printable_line() -> None:
    assert without_credentials("pip install \\\n  a\x1b[31m https://u:p@h.example/x") == (
        "pip install a\\x1b[31m https://h.example/x"
    )

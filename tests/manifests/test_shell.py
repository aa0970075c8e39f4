"""Shell text: which commands stand where."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.growth import grows_linearly
from tests.manifests.reading import commands, defects, read

from stockade.manifests.places import places_of
from stockade.manifests.shell_lexer import MAX_COMMANDS, split_commands
from stockade.manifests.shell_tokens import Dialect

SCRIPT = """#!/bin/bash
set -euo pipefail
V=1.8.3
if [ -f r.txt ]; then pip install -r r.txt; elif x; then pip install "tool==$V"; fi
install_all() {
  local p
  for p in one 'two==2' \\
           three; do
    pip install --no-deps "$p" 2>&1 | tee log
  done
}
LIST=(a  # first
      "b>=1")
pip install "${LIST[@]}" && pip install c || pip install d & pip install e
x=$(pip install f 2>/dev/null) y=`pip install g`
cat > notes.md <<EOF
pip install not-this
EOF
bash -s <<-'END'
\tpip install h
\tEND
cat <<EOF | sudo sh
pip install i
EOF
case $x in a) pip install j;; b|c) pip install k ;; esac
( cd sub && pip install l )
diff <(pip install m) /dev/null
pip install n # pip install no
echo "multi
line" && pip install o
while read -r line; do pip install p; done < list
! time pip install q
bash -c "
pip install r
"
"""


def test_a_script() -> None:
    manifest = read("x.sh", SCRIPT)
    assert commands(manifest) == [
        "4 pip install | -r r.txt",
        "4 pip install | tool==1.8.3",
        "9 pip install | one | two==2 | three",
        "14 pip install | a | b>=1",
        "14 pip install | c",
        "14 pip install | d",
        "14 pip install | e",
        "15 pip install | f",
        "15 pip install | g",
        "20 pip install | h",
        "23 pip install | i",
        "25 pip install | j",
        "25 pip install | k",
        "26 pip install | l",
        "27 pip install | m",
        "28 pip install | n",
        "30 pip install | o",
        "31 pip install | p",
        "32 pip install | q",
        "34 pip install | r",
    ]
    assert not manifest.defects


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("V=1\nV=2\npip install a==$V\n", "a==2"),
        ("if x; then V=1; fi\npip install a==$V\n", "a"),
        ("V=1\nif x; then V=2; fi\npip install a==$V\n", "a"),
        ("[ -n x ] && V=1\npip install a==$V\n", "a"),
        ("x || V=1\npip install a==$V\n", "a"),
        ("V=1 && pip install a==$V\n", "a==1"),
        ("V=$(date)\npip install a==$V\n", "a"),
        ("pip install a==${V:-3}\n", "a==3"),
        ("V=4\npip install a==${V:-3}\n", "a==4"),
        ("export V=5\nreadonly W=$V\npip install a==$W\n", "a==5"),
        ("P='a b==1'\npip install $P\n", "a | b==1"),
        ("P='a b'\npip install x==1 '$P'.whl\n", "x==1 | local $P.whl"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    (found,) = commands(read("x.sh", text))
    assert found.partition(" | ")[2] == expected


@pytest.mark.parametrize(
    ("text", "expected", "fault"),
    [
        (
            "pip install a\necho it's\npip install b\n",
            ["1 pip install | a", "3 pip install | b"],
            "2 a quote '",
        ),
        (
            'pip install a\necho "x\npip install b\n',
            ["1 pip install | a", "3 pip install | b"],
            '2 a quote "',
        ),
        ("x=$(pip install a\npip install b\n", ["1 pip install | a", "2 pip install | b"], "1 $("),
        ("cat <<EOF\npip install a\n", ["2 pip install | a"], "1 a here-document"),
    ],
)
def test_what_never_closes_hides_no_command(text: str, expected: list[str], fault: str) -> None:
    manifest = read("x.sh", text)
    assert commands(manifest) == expected
    assert [found.startswith(fault) for found in defects(manifest)] == [True]


def test_too_many_open_quotes_end_the_reading_with_a_defect() -> None:
    manifest = read("x.sh", "x=$(pip\n" * 21)
    assert "the rest of the script is not read" in defects(manifest)[-1]


def test_nesting_is_bounded() -> None:
    manifest = read(
        "x.sh", "pip install a\n" + "$(" * 200 + "pip install b" + ")" * 200 + "\npip install c\n"
    )
    assert commands(manifest) == ["1 pip install | a", "3 pip install | c"]
    assert any("nested deeper" in found for found in defects(manifest))


@pytest.mark.parametrize(
    "unit",
    [
        "{",
        '"',
        "$(",
        "`",
        "(",
        "'",
        "${",
        "$((",
        "{{",
        "<<A ",
        "<<A\n",
        "a;",
        "\\",
        "<",
        "<(",
        "a=(",
        "((",
        '"$(',
        '"`',
        "%",
        "^",
        "<#",
    ],
)
@pytest.mark.parametrize("dialect", Dialect)
def test_hostile_text_costs_linear_time(unit: str, dialect: Dialect) -> None:
    def split(size: int) -> None:
        split_commands(unit * (size // len(unit)), dialect)

    assert grows_linearly(split, 2_500)


def test_commands_are_bounded() -> None:
    found, faults = split_commands("a\n" * (MAX_COMMANDS + 9))
    assert len(found) == MAX_COMMANDS
    assert "more than" in faults[-1].message


@given(st.lists(st.lists(st.text(max_size=10), min_size=1, max_size=4), max_size=5))
def test_commands_quoted_by_shlex_come_back_with_their_lines(argvs: list[list[str]]) -> None:
    # A word made by quoting alone is never a keyword or an assignment.
    text = "".join("x" + shlex.join(argv).replace("\r", "") + "\n" for argv in argvs)
    wanted = [shlex.split(line) for line in (shlex.join(a).replace("\r", "") for a in argvs)]
    found, faults = split_commands(text)
    assert not faults
    places = places_of(text)
    line = 1
    for command, argv in zip(found, wanted, strict=True):
        assert places.at(command.start) == line
        expected = ["x" + argv[0], *argv[1:]] if argv else ["x"]
        assert [word.text for word in command.words] == expected
        line += 1 + sum(word.count("\n") for word in argv)


SIGNS = st.text(alphabet="ab'\"`$(){}[]<>|&;\\\n\t #=%^@!*?~-", max_size=60)


@given(st.one_of(SIGNS, st.text(max_size=60)), st.sampled_from(Dialect))
@example("<<a\n", Dialect.POSIX)
@example("a=(b=(", Dialect.POSIX)
@example('`"`', Dialect.POSIX)
def test_any_text_is_split_without_an_error(text: str, dialect: Dialect) -> None:
    found, _ = split_commands(text, dialect)
    for command in found:
        assert 0 <= command.start <= command.end <= len(text)
        assert all(command.start <= word.start <= command.end for word in command.words)


@given(SIGNS)
def test_any_script_is_read_without_an_error(text: str) -> None:
    for name in ("x.sh", "x.ps1", "x.bat", "Makefile", "justfile", "Procfile", "Dockerfile"):
        manifest = read(name, f"pip install a\n{text}")
        assert all("could not be read" not in found for found in defects(manifest))

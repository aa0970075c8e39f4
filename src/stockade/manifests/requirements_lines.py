"""The lines of a requirements file, joined, stripped of comments and split as pip does it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from stockade.manifests.text import ReadError, one_line

MAX_QUOTED = 64 * 1024
"""Characters of options with quotes in one line: splitting those is slow."""

_VALUED = frozenset(
    """--index-url --extra-index-url --find-links --requirement --constraint --editable --hash --trusted-host
    --no-binary --only-binary --use-feature --config-settings --global-option""".split()  # noqa: SIM905  as it reads in pip
)
_FLAGS = frozenset({"--no-index", "--pre", "--require-hashes", "--prefer-binary"})
_SHORT = {
    "-i": "--index-url",
    "-f": "--find-links",
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-C": "--config-settings",
}
_OTHER_SPELLINGS = {"--pypi-url": "--index-url", "--config-setting": "--config-settings"}


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """What stands in one line after continuation lines are joined and comments removed."""

    text: str
    first: int
    """1-based line in the file, as editors count."""
    last: int


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """The lines that say something, by pip's rules.

    pip ends a line at every character that :meth:`str.splitlines` knows, so a form feed or U+2028
    begins a new requirement although editors show none: here too, under the editor's line number.
    """
    parts: list[str] = []
    first = last = 0
    for number, line in _physical_lines(text):
        is_comment = _is_comment(line)
        if not parts:
            first = number
        last = number
        if line.endswith("\\") and not is_comment:
            parts.append(line.strip("\\"))
            continue
        parts.append(f" {line}" if is_comment else line)
        yield from _uncommented("".join(parts), first, last)
        parts.clear()
    if parts:
        yield from _uncommented("".join(parts), first, last)


def split_options(line: str) -> tuple[str, list[tuple[str, str]]]:
    """A line's requirement (may be empty) and its options, by their long names, in order.

    Raises:
        ReadError: an option that pip does not take in a requirements file, or a quote left open.
    """
    words = line.split(" ")
    cut = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
    requirement = " ".join(words[:cut]).strip()
    if cut == len(words):
        return requirement, []
    rest = " ".join(words[cut:])
    quoted = any(c in rest for c in "'\"\\")
    if quoted and len(rest) > MAX_QUOTED:
        raise ReadError(f"options of {len(rest):,} characters refused: {one_line(rest, 80)!r}")
    try:
        arguments = shlex.split(rest) if quoted else rest.split()
    except ValueError as error:
        raise ReadError(f"options that cannot be read: {error}: {one_line(rest, 120)!r}") from None
    return requirement, list(_options(arguments))


def _physical_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isascii() and line.isprintable():
            yield number, line
        else:
            for part in line.splitlines():
                yield number, part


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _uncommented(joined: str, first: int, last: int) -> Iterator[LogicalLine]:
    text = joined.strip()
    mark = text.find("#")
    while mark >= 0:
        if mark == 0 or text[mark - 1].isspace():
            text = text[:mark].rstrip()
            break
        mark = text.find("#", mark + 1)
    if text:
        yield LogicalLine(text, first, last)


def _options(arguments: list[str]) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        name, inline = _option(word)
        if name in _FLAGS:
            yield name, ""
        elif inline is not None:
            yield name, inline
        elif position < len(arguments):
            yield name, arguments[position]
            position += 1
        else:
            raise ReadError(f"option {word} needs a value")


def _option(word: str) -> tuple[str, str | None]:
    """The long name of an option and the value joined to it, if any."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return _long_name(name), value if equals else None
    if (name := _SHORT.get(word[:2], "")) and word[:1] == "-":
        return name, word[2:] or None
    raise ReadError(f"not an option of requirements files: {one_line(word, 80)!r}")


def _long_name(name: str) -> str:
    if name in _VALUED or name in _FLAGS:
        return name
    if name in _OTHER_SPELLINGS:
        return _OTHER_SPELLINGS[name]
    candidates = [known for known in (_VALUED | _FLAGS) if known.startswith(name) and len(name) > len("--")]
    if len(candidates) != 1:
        raise ReadError(f"not an option of requirements files: {one_line(name, 80)!r}")
    return candidates[0]

"""The version constraints of Poetry and Pipenv, translated to PEP 440.

Poetry's own words: ``^`` keeps the leftmost non-zero number, ``~`` keeps the minor number (or the
major one where no minor is given), ``1.2.*`` any of 1.2, ``||`` either of two, a bare version exactly it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from stockade.manifests.pep508 import ANY, parse_specifier, parse_version
from stockade.manifests.text import ReadError, one_line

_PART = re.compile(r"(===|~=|==|!=|>=|<=|\^|~|>|<|=)?\s*([^\s,<>=!~^|]+(?:![0-9][^\s,<>=!~^|]*)?)")
_WILDCARD = re.compile(r"(.*?)(?:\.[xX*])+")
_EVERYTHING = frozenset({"", "*", "x", "X"})


@lru_cache(maxsize=8192)
def poetry_specifier(text: str) -> SpecifierSet:
    """The versions that a Poetry constraint admits. The result is shared.

    PEP 440 has no "or": the union of ranges becomes the range from the lowest to the highest.

    Raises:
        ReadError: it is not a constraint.
    """
    alternatives = [_conjunction(part) for part in re.split(r"\s*\|\|?\s*", text.strip())]
    return alternatives[0] if len(alternatives) == 1 else _hull(alternatives)


def _conjunction(text: str) -> SpecifierSet:
    """Constraints that all hold, separated by commas or spaces."""
    if text in _EVERYTHING:
        return ANY
    clauses: list[str] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise ReadError(f"not a version constraint: {one_line(text, 80)!r}")
        clauses.extend(_clauses(found[1] or "==", found[2]))
        position = found.end()
        rest = text[position:].lstrip(" ,\t\n")
        position = len(text) - len(rest)
    return parse_specifier(",".join(clauses))


def _clauses(operator: str, version: str) -> tuple[str, ...]:
    if version in _EVERYTHING and operator in {"==", "="}:
        return ()
    if operator == "===":
        return (f"==={version}",)
    if wildcard := _WILDCARD.fullmatch(version):
        version = f"{wildcard[1]}.*"
    if operator == "^":
        return caret(version)
    if operator == "~":
        return tilde(version)
    return (f"{'==' if operator == '=' else operator}{version}",)


def caret(version: str) -> tuple[str, str]:
    """``^version``: changes allowed right of the leftmost number that is not zero.

    Raises:
        ReadError: it is not a version.
    """
    floor = parse_version(version)
    release = floor.release
    kept = next((i for i, number in enumerate(release[:3]) if number), min(len(release), 3) - 1)
    return f">={floor}", f"<{_next(floor, kept)}"


def tilde(version: str) -> tuple[str, str]:
    """``~version``: changes allowed right of the minor number, or of the major one if it stands alone.

    Raises:
        ReadError: it is not a version.
    """
    floor = parse_version(version)
    return f">={floor}", f"<{_next(floor, min(len(floor.release), 2) - 1)}"


def _next(version: Version, kept: int) -> str:
    """The lowest release with number ``kept`` raised by one, and the length of ``version``."""
    numbers = [*version.release[:kept], version.release[kept] + 1]
    numbers += [0] * (len(version.release) - len(numbers))
    return (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, numbers))


def _hull(alternatives: list[SpecifierSet]) -> SpecifierSet:
    bounds = [(_bound(one, low=True), _bound(one, low=False)) for one in alternatives]
    lows = [low for low, _ in bounds if low is not None]
    highs = [high for _, high in bounds if high is not None]
    clauses: list[str] = []
    if len(lows) == len(bounds):
        version, strict = min(lows)
        clauses.append(f"{'>' if strict else '>='}{version}")
    if len(highs) == len(bounds):
        version, inclusive = max(highs)
        clauses.append(f"{'<=' if inclusive else '<'}{version}")
    return parse_specifier(",".join(clauses))


def _bound(specifiers: SpecifierSet, *, low: bool) -> tuple[Version, bool] | None:
    """The lowest (highest) version admitted, and whether that bound itself is left out (let in); None: no bound."""
    found: list[tuple[Version, bool]] = []
    for one in specifiers:
        if one.operator in {"==", "==="} and one.version.endswith(".*"):
            version = parse_version(one.version[:-2])
            found.append(
                (version, False) if low else (parse_version(_next(version, len(version.release) - 1)), False)
            )
        elif one.operator in {"==", "==="}:
            found.append((parse_version(one.version), not low))
        elif one.operator == "~=":
            version = parse_version(one.version)
            ceiling = parse_version(_next(version, len(version.release) - 2))
            found.append((version, False) if low else (ceiling, False))
        elif one.operator in ({">", ">="} if low else {"<", "<="}):
            found.append((parse_version(one.version), one.operator in {">", "<="}))
    if not found:
        return None
    return max(found) if low else min(found)

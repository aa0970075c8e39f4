"""Licences that the policy holds back, by what a file's core metadata say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.metadata import parse_email

from stockade.firewall.filters.base import Content, ContentFilter, Offer, Outcome, subject
from stockade.firewall.filters.licence_names import CLASSIFIERS, SPELLINGS
from stockade.model.findings import Rule, Severity, finding
from stockade.model.index import IndexFile
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

DENIED = Rule(
    id="STK-F021",
    name="licence-denied",
    stage=Stage.FORTIFY,
    title="A file is under a licence that the policy holds back",
    severity=Severity.HIGH,
    why="Some licences put duties on whoever ships or serves the code, which somebody has to accept first.",
    mend="Use another project, or have it approved by whoever decides on licences.",
    references=("PEP 639", "SPDX licence list"),
)
MOST = 1000
"""Characters of an expression that are read."""
_PREFIX = "License :: "


def run(offer: Offer, file: IndexFile, content: Content) -> Iterator[Outcome]:
    """A finding where every choice that the licence gives is held back; a gap where none can be read.

    Nothing where the policy holds no licence back.
    """
    patterns = tuple(each.lower() for each in offer.policy.firewall.deny_licences)
    if not patterns:
        return
    about = subject(offer.project.name, file.version)
    expressions = () if content.metadata is None else licences_in(content.metadata)
    if not expressions:
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=about,
            detail="its metadata name no licence that can be read",
            mend="Ask the publisher for a License-Expression (PEP 639), or approve the release.",
            needed_by=DENIED.id,
        )
    denied = [each for each in expressions if is_denied(each, patterns)]
    if denied:
        yield finding(DENIED, subject=about, message=f"its licence is {' and '.join(denied)}")


def licences_in(metadata: bytes) -> tuple[str, ...]:
    """The SPDX expressions that core metadata give: of License-Expression, of classifiers and of the old License field,
    each where it can be read. All of them are taken to hold. None where there is a License-Expression and it cannot be
    read: what stands beside it must not speak for it."""
    head = metadata.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]  # what follows is the description
    raw, unparsed = parse_email(head + b"\n\n")
    found = [_expression(raw.get("license_expression", ""))]
    if not found[0] and ("license_expression" in raw or "license-expression" in unparsed):
        return ()
    found += [_classified(each) for each in raw.get("classifiers", ()) if each.startswith(_PREFIX)]
    found.append(_expression(raw.get("license", "")))
    return tuple(dict.fromkeys(each for each in found if each))


def is_denied(expression: str, patterns: Sequence[str]) -> bool:
    """Whether a canonical SPDX expression leaves no choice that is not denied: of ``A OR B`` both must be, of ``A AND B``
    one is enough. An exception (``WITH``) changes nothing.

    Args:
        expression: as ``canonicalize_license_expression`` gives it.
        patterns: shell-style, in lower case.
    """
    tokens = expression.replace("(", " ( ").replace(")", " ) ").split()
    denied, rest = _any_choice(tokens, 0, patterns)
    if rest != len(tokens):
        raise ValueError(f"not a canonical expression: {expression!r}")
    return denied


def _any_choice(tokens: Sequence[str], at: int, patterns: Sequence[str]) -> tuple[bool, int]:
    """``… OR …``: whether all of them are denied, and where the next token is."""
    denied, at = _all_parts(tokens, at, patterns)
    while at < len(tokens) and tokens[at] == "OR":
        other, at = _all_parts(tokens, at + 1, patterns)
        denied = denied and other
    return denied, at


def _all_parts(tokens: Sequence[str], at: int, patterns: Sequence[str]) -> tuple[bool, int]:
    """``… AND …``, which binds closer: whether one of them is denied."""
    denied, at = _one(tokens, at, patterns)
    while at < len(tokens) and tokens[at] == "AND":
        other, at = _one(tokens, at + 1, patterns)
        denied = denied or other
    return denied, at


def _one(tokens: Sequence[str], at: int, patterns: Sequence[str]) -> tuple[bool, int]:
    if tokens[at] == "(":
        denied, at = _any_choice(tokens, at + 1, patterns)
        return denied, at + 1  # past the closing one
    denied = any(fnmatchcase(tokens[at].lower(), pattern) for pattern in patterns)
    at += 1
    return denied, at + 2 if at < len(tokens) and tokens[at] == "WITH" else at


def _expression(text: str) -> str:
    """The canonical expression; empty where the text is none and no usual spelling of a licence either."""
    text = " ".join(text.split())
    if not text or len(text) > MOST:
        return ""
    if known := SPELLINGS.get(text.lower().removeprefix("the ")):
        return known
    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return ""


def _classified(classifier: str) -> str:
    return CLASSIFIERS.get(classifier.rpartition(" :: ")[2], "")


FILTER = ContentFilter(name="licences", rules=(DENIED,), run=run)

"""Code that is run and of which nothing can be known by reading: an evaluator of the package's own, a text made in pieces."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter.acts import UNSEEN, Act, Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import detect, of_kind, once
from stockade.vetter.package import Package
from stockade.vetter.python import source

UNSEEN_RULE = Rule(
    id="STK-E123",
    name="unseen-code",
    stage=Stage.EVALUATION,
    title="Code is run of which neither origin nor text can be told",
    severity=Severity.HIGH,
    why="What is put together in ways that no reader can follow is kept from reviewers; whatever it does, no other rule sees it.",
    mend="Find out what the code comes to before you install it.",
    references=("MITRE ATT&CK T1027", "T1140"),
)
LONG_DATA = 256
"""Numbers or words of a literal, from which it may hold a program."""
LONG_TEXT = 512
"""Characters of a literal without the blanks of prose."""
FEWEST_BLANKS = 0.04
"""Share of blanks below which a long text is no prose and no code."""


def run(package: Package) -> Iterator[Detection]:
    """Detections of the rule."""
    yield from once(_unseen(package))


def _unseen(package: Package) -> Iterator[Detection]:
    held: dict[str, str] = {}
    for act in of_kind(package, Kind.EXECUTE):
        known = any(taint.origin is not Origin.OWN_FILE for taint in act.payload)  # in another call
        if act.note != UNSEEN or act.phase is Phase.NEVER or known:
            continue
        if act.at.path not in held:
            held[act.at.path] = _data_in(package, act.at.path)
        signs = list(_signs(package, act, held[act.at.path]))
        yield detect(
            package,
            UNSEEN_RULE,
            act,
            f"{act.callee} runs code of which nothing is known{''.join(f'; {sign}' for sign in signs)}",
            severity=_severity(act, len(signs)),
            confidence=Confidence.HIGH if signs else Confidence.MEDIUM,
        )


def _severity(act: Act, signs: int) -> Severity:
    if act.phase.runs_by_itself:
        return Severity.HIGH if signs else Severity.MEDIUM
    return Severity.LOW if signs else Severity.INFO


def _signs(package: Package, act: Act, data: str) -> Iterator[str]:
    """What else speaks for hiding. A file of Python is read as Python too, a line of it that ``setup.py`` evaluates (a
    version) is no sign."""
    if act.hidden:
        yield "it is reached by hidden names"
    for taint in sorted(act.payload, key=lambda each: each.order):
        info = package.files.get(taint.detail)
        if info is None or info.kind != "python":
            yield f"it comes out of {taint.detail}"
            break
    if data:
        yield data


def _data_in(package: Package, path: str) -> str:
    """What a file of Python holds that may be a program in another form; empty where it holds nothing like it."""
    try:
        tree = source.parse(package.read(path), path).tree
    except KeyError:
        return ""
    found = ((node.lineno, _data(node)) for node in ast.walk(tree) if isinstance(node, ast.expr))
    return next((f"line {line} holds {what}" for line, what in found if what), "")


def _data(node: ast.expr) -> str:
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
        values = node.values if isinstance(node, ast.Dict) else node.elts
        count = sum(isinstance(each, ast.Constant | ast.List | ast.Tuple) for each in values)
        return f"{count} constants in one literal" if count >= LONG_DATA else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        blanks = sum(letter in " \n\t" for letter in text[:4_096])
        dense = len(text) >= LONG_TEXT and blanks < FEWEST_BLANKS * min(len(text), 4_096)
        return f"a text of {len(text)} characters that is no prose" if dense else ""
    return ""


DETECTOR = Detector(name="unseen-code", rules=(UNSEEN_RULE,), run=run)

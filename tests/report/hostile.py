"""Text that attacks whatever shows it, and an assessment that is full of it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from hypothesis import strategies as st
from tests.report.sample import NOW, SQUAT

from stockade.errors import ExitCode
from stockade.model.advisories import FeedStamp
from stockade.model.assessment import Accepted, Assessment, Extent, LockState, ProjectSummary
from stockade.model.findings import Confidence, Finding, Severity
from stockade.model.locations import Location
from stockade.model.metrics import Metric
from stockade.model.requirements import LeftOut
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason, Verdict

FRAGMENTS = (
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x9b31m",
    "\u202eexe.piz",
    "\u200b",
    "\u2066",
    "\U000e0041",
    "\u3164",
    "\udcff",
    "\r",
    "\n\n# heading",
    "\n- item",
    "| a | b |",
    "`",
    "```",
    "\\",
    "\\`",
    "\\|",
    "[x](javascript:alert(1))",
    "![x](https://tracker.example/x.png)",
    "<https://tracker.example>",
    "https://tracker.example/",
    "www.tracker.example",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "</style>",
    "<!--",
    "-->",
    "&lt;b&gt;",
    "&#x1b;",
    "*bold*",
    "__bold__",
    "~~gone~~",
    "$$x$$",
    "@everyone",
    "#1",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{0}",
    '" onclick="alert(1)',
    "%0a",
    "../../etc/passwd",
    "requests",
    " ",
)

nasty = (
    st.lists(
        st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(), max_size=5)), min_size=1, max_size=6
    )
    .map("".join)
    .filter(str.strip)
)
"""Any text but blank, surrogates included, rich in attacks."""

_STYLED = re.compile(r"\x1b\[[0-9;]*m")


def hidden(text: str) -> set[str]:
    """The characters of ``text`` that a reader cannot see, line breaks excepted."""
    return {
        char
        for char in text
        if (unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char != "\n")
        or (unicodedata.category(char) == "Zs" and char != " ")
        or char in "\u115f\u1160\u2800\u3164\uffa0"
    }


def unstyled(text: str) -> str:
    """``text`` without colours."""
    return _STYLED.sub("", text)


def finding_of(text: str, *, rule: str = SQUAT.id, number: str = "") -> Finding:
    """A finding with ``text`` wherever a manifest might put it."""
    return Finding(
        rule=rule,
        title=SQUAT.title,
        stage=Stage.EVALUATION,
        severity=Severity.HIGH,
        confidence=Confidence.LOW,
        subject=text + number,
        message=text + number,
        mend=text,
        why=text,
        location=Location(text, 3),
        evidence=((text, text), ("line", text)),
        references=(text,),
    )


def assessment_of(text: str) -> Assessment:
    """An assessment with ``text`` in every place that takes text, folded findings included."""
    metric = Metric(
        id="evaluation.x",
        title=text,
        stage=Stage.EVALUATION,
        value=2.0,
        unit=text,
        evaluated=1,
        skipped=1,
        reason=text,
    )
    return Assessment(
        version="0.1.0",
        root=text,
        assessed_at=NOW,
        stages=(Stage.EVALUATION,),
        extent=Extent(projects=1, manifests=1),
        projects=(ProjectSummary(root=text, name=text, lock=LockState.STALE),),
        findings=(
            finding_of(text),
            *[finding_of(text, rule="STK-E999")] * 5,
            *[finding_of(text, rule="STK-E998", number=str(at)) for at in range(5)],
        ),
        verdict=Verdict.of(Reason("STK-R001", text, Action.BLOCK)),
        exit_code=ExitCode.FINDINGS,
        fail_on=Severity.HIGH,
        rules=(SQUAT,),
        accepted=(
            Accepted(finding=finding_of(text), reason=text, expires=date(2026, 9, 1), approved_by=text),
        ),
        incomplete=(
            Indeterminate(cause=Cause.UNREADABLE, subject=text, detail=text, mend=text, needed_by=text),
        ),
        metrics=(metric,),
        left_out=(LeftOut(text, text),),
        feeds=(FeedStamp(feed=text, source=text, sha256="00" * 32, made=NOW, imported=NOW, entries=1),),
        notes=(text,),
    )

"""Draws policies as users may write them, and evidence."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from stockade.model.findings import Confidence, Finding, Severity
from stockade.model.locations import Location
from stockade.model.policy import CiRole, FileType
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.policy.engine import Evidence

TODAY = date(2026, 3, 1)
RULES = ["STK-R001", "STK-E010", "STK-E017"]
SUBJECTS = ["acme", "acme==1.0", "acme[extra]", "requests"]

severities = st.sampled_from(Severity)
thresholds = st.lists(severities, min_size=3, max_size=3).map(
    lambda drawn: dict(zip(("warn", "quarantine", "block"), sorted(drawn), strict=True))
)
exceptions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(RULES),
        "subject": st.sampled_from([*SUBJECTS, "acme*", "req????s"]),
        "reason": st.just("Known and meant."),
        "expires": st.integers(-3, 366).map(lambda days: TODAY + timedelta(days=days)),
    },
    optional={"path": st.sampled_from(["a/*", "b.txt"])},
)
policy_tables: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "fail_on": severities,
        "online": st.booleans(),
        "thresholds": thresholds,
        "indeterminate": st.dictionaries(st.sampled_from(Cause), st.sampled_from(Action)),
        "rules": st.dictionaries(st.sampled_from(RULES), severities),
        "firewall": st.fixed_dictionaries(
            {},
            optional={
                "deny": st.lists(st.sampled_from(["evil-*", "requests"]), max_size=2),
                "cooldown_days": st.integers(0, 30),
                "nothing_after": st.just("2026-01-31T12:00:00Z").map(datetime.fromisoformat),
                "vulnerabilities": severities,
                "yanked": st.sampled_from(Action),
                "file_types": st.lists(st.sampled_from(FileType), max_size=3),
                "oidc": st.lists(
                    st.fixed_dictionaries(
                        {
                            "issuer": st.just("https://ci.example"),
                            "audience": st.just("stockade"),
                            "claims": st.just({"ref": "refs/heads/main"}),
                        },
                        optional={"role": st.sampled_from(CiRole), "minutes": st.integers(1, 60)},
                    ),
                    max_size=2,
                ),
                "cooldown": st.dictionaries(st.sampled_from(["acme-*", "numpy"]), st.integers(0, 30)),
            },
        ),
        "exceptions": st.lists(
            exceptions, max_size=4, unique_by=lambda e: (e["rule"], e["subject"], e.get("path"))
        ),
    },
)
"""``[indeterminate]`` may say ``allow``: the loader must refuse such a policy."""

findings = st.builds(
    Finding,
    rule=st.sampled_from(RULES),
    title=st.just("t"),
    stage=st.sampled_from(Stage),
    severity=severities,
    confidence=st.sampled_from(Confidence),
    subject=st.sampled_from(SUBJECTS),
    message=st.sampled_from(["one", "two"]),
    mend=st.just("m"),
    why=st.just("w"),
    location=st.none() | st.sampled_from([Location("a/x.txt", 1), Location("b.txt", 2)]),
)
unknowns = st.builds(
    Indeterminate,
    cause=st.sampled_from(Cause),
    subject=st.sampled_from(SUBJECTS),
    detail=st.just("not there"),
)
evidence = st.builds(
    Evidence,
    judged_by=st.frozensets(st.sampled_from(RULES), min_size=1),
    findings=st.lists(findings, max_size=5).map(tuple),
    indeterminate=st.lists(unknowns, max_size=3).map(tuple),
)


def toml(table: dict[str, Any]) -> str:
    """``table`` as TOML, each value in one line."""
    return "".join(f"{json.dumps(key)} = {_inline(value)}\n" for key, value in table.items())


def _inline(value: Any) -> str:
    match value:
        case dict():
            return (
                "{" + ", ".join(f"{json.dumps(key)} = {_inline(inner)}" for key, inner in value.items()) + "}"
            )
        case list() | tuple():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value)

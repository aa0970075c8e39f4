"""The formats of a vetting report: golden files, chains, and hostile text that stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from tests.report.hostile import nasty, unstyled
from tests.report.vet_sample import BAD, CLEAN, CONTEXT, REPORT, STEAL, THEFT, TORN, detection

from stockade.model.findings import Severity
from stockade.model.locations import Location
from stockade.model.requirements import LeftOut
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason
from stockade.model.vetting import Step, VetReport, VetResult
from stockade.report import vet_words as words
from stockade.report.vet_formats import VET_FORMATS
from stockade.report.vet_options import VetOptions

RULES = (STEAL, CONTEXT)
WIDE = VetOptions(width=120, rules=RULES)
Golden = Callable[[str, str], None]
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OUR_TAGS = re.compile(r"</?(code|details|details open|summary)>")
SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
WISHED = "asked for with --exit-zero, although"


def _shape(source: str) -> list[str]:
    """The kinds of everything but running text, in order."""
    kinds: list[str] = []
    for token in MARKDOWN.parse(source):
        kinds += [token.type] if token.type != "inline" else []
        kinds += [
            child.type
            for child in token.children or ()
            if child.type not in {"text", "text_special", "html_inline", "code_inline"}
        ]
    return kinds


def shown(form: str, report: VetReport = REPORT, options: VetOptions = WIDE) -> str:
    return VET_FORMATS[form](report, options)


def with_results(*results: VetResult, **more: Any) -> VetReport:
    return msgspec.structs.replace(REPORT, results=results, **more)


@pytest.mark.parametrize(
    ("name", "form", "options"),
    [
        ("vet.txt", "text", VetOptions(width=80)),
        ("vet-wide.txt", "text", VetOptions(width=200)),
        ("vet-verbose.txt", "text", VetOptions(width=100, verbose=True)),
        ("vet.ansi", "text", VetOptions(width=80, color=True)),
        ("vet.json", "json", WIDE),
        ("vet.sarif", "sarif", WIDE),
        ("vet.md", "markdown", WIDE),
    ],
)
def test_golden(golden: Golden, name: str, form: str, options: VetOptions) -> None:
    golden(f"report/{name}", shown(form, options=options))


def test_colour_changes_nothing_but_colour() -> None:
    assert unstyled(shown("text", options=VetOptions(width=80, color=True))) == shown(
        "text", options=VetOptions(width=80)
    )


def test_json_gives_back_the_report() -> None:
    assert msgspec.json.decode(shown("json"), type=VetReport) == REPORT


def test_json_keeps_to_its_schema() -> None:
    schema = json.loads((SCHEMAS / "vet.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(shown("json")), schema)


def test_a_clean_result_says_what_was_judged() -> None:
    text = shown("text", with_results(CLEAN, exit_code=0))
    assert "good 1.0, wheel, 9 files, 950 bytes; nothing found; judged by 2 rules" in text
    assert "no network" in text
    assert "Exit 0: nothing reached quarantine." in text


def test_context_is_counted_and_shown_on_demand() -> None:
    assert "1 finding for context: STK-E902" in shown("text")
    verbose = shown("text", options=VetOptions(verbose=True))
    assert "for context" not in verbose
    assert "It speaks to the network" in verbose


def test_many_findings_are_counted_and_shown_on_demand() -> None:
    alike = tuple(detection(STEAL, f"f{at}.py", 1) for at in range(30))
    report = with_results(msgspec.structs.replace(BAD, findings=alike))
    assert "27 findings more: STK-E901 (27)" in shown("text", report)
    assert "27 more findings" in shown("markdown", report)
    assert "f29.py" in shown("text", report, VetOptions(verbose=True))


def test_different_findings_are_told_up_to_a_number() -> None:
    kinds = tuple(
        msgspec.structs.replace(detection(STEAL, f"f{at}.py", 1), rule=f"STK-E8{at:02}") for at in range(30)
    )
    text = shown("text", with_results(msgspec.structs.replace(BAD, findings=kinds)))
    assert "f11.py" in text
    assert "f12.py" not in text
    assert "18 findings more: STK-E812, STK-E813" in text


def test_nothing_but_a_path_passes_the_width() -> None:
    long = msgspec.structs.replace(
        THEFT,
        title="A title of many words that no terminal can show in one line of eighty columns",
        location=Location("a.py", 14),
    )
    at = Location("a.py", 1)
    step = Step(role="sink", what=f"send: client.post(https://collect.invalid/{'x' * 90})", location=at)
    report = with_results(
        msgspec.structs.replace(BAD, findings=(msgspec.structs.replace(long, chain=(step,)),))
    )
    assert max(map(len, shown("text", report, VetOptions(width=80)).splitlines())) <= 80


def test_why_and_mend_stand_once_for_a_rule() -> None:
    assert shown("text", with_results(BAD)).count(STEAL.mend) == 1


def test_the_chain_is_a_code_flow() -> None:
    (run,) = json.loads(shown("sarif"))["runs"]
    first = run["results"][0]
    assert first["ruleId"] == "STK-E901"
    (flow,) = first["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["kinds"] for step in steps] == [["source"], ["transformation"], ["transformation"], ["sink"]]
    assert [step["executionOrder"] for step in steps] == [1, 2, 3, 4]
    place = steps[0]["location"]
    assert place["message"]["text"] == "source: os.environ (the whole environment)"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "dist/evil-1.0.tar.gz%21/evil-1.0/setup.py"
    assert place["physicalLocation"]["region"]["startLine"] == 9
    assert first["properties"]["phase"] == "install"
    assert run["results"][-1]["suppressions"][0]["justification"].startswith("it is our own back-up tool")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["STK-E901", "STK-E902"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "dist/torn-2.0.whl" in invocation["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(
    ("path", "kind", "uri"),
    [
        ("project", "folder", "project/a.py"),
        (".", "folder", "a.py"),
        ("./project/", "folder", "project/a.py"),
        ("script.py", "python", "script.py"),
        ("x.whl", "wheel", "x.whl%21/a.py"),
    ],
)
def test_a_place_is_named_from_where_the_user_stands(path: str, kind: str, uri: str) -> None:
    result = msgspec.structs.replace(BAD, path=path, kind=kind, findings=(detection(STEAL, "a.py", 1),))
    (run,) = json.loads(shown("sarif", with_results(result)))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_says_the_same_twice_of_nothing() -> None:
    (run,) = json.loads(shown("sarif", with_results()))["runs"]
    assert run["results"] == []
    assert "Nothing was judged" in shown("text", with_results())


def test_markdown_keeps_to_its_limit() -> None:
    many = tuple(msgspec.structs.replace(BAD, path=f"evil-{at}.tar.gz") for at in range(900))
    text = shown("markdown", with_results(*many), VetOptions(markdown_limit=30_000))
    assert len(text) <= 30_000
    assert "did not fit here" in text
    assert text.rstrip().endswith("Stockade 0.1.0.")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (950, "950 bytes"), (3_412, "3.4 kB"), (12_000_000, "12 MB"), (4 << 40, "4398 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("results", "code", "reason"),
    [
        ((BAD,), 1, "1 input at or above quarantine"),
        ((TORN,), 3, "1 input could not be judged as a whole, and unknown is never clean"),
        ((CLEAN,), 0, "nothing reached quarantine"),
        (
            (BAD, TORN),
            0,
            f"{WISHED} 1 input at or above quarantine and 1 input could not be judged as a whole",
        ),
    ],
)
def test_the_exit_code_is_explained(results: tuple[VetResult, ...], code: int, reason: str) -> None:
    assert words.exit_reason(with_results(*results, exit_code=code)) == reason


def hostile_report(text: str) -> VetReport:
    at = Location(text, 3)
    found = msgspec.structs.replace(
        THEFT,
        title=text,
        subject=text,
        message=text,
        mend=text,
        why=text,
        location=at,
        evidence=((text, text),),
        chain=(Step(role="source", what=text, location=at), Step(role="sink", what=text, location=at)),
        excerpt=((2, text), (3, text)),
        decoded=text,
        severity=Severity.HIGH,
    )
    gap = Indeterminate(cause=Cause.UNREADABLE, subject=text, detail=text, mend=text)
    result = VetResult(
        path=text,
        sha256=text,
        kind=text,
        project=text,
        version=text,
        files=1,
        verdict=Action.BLOCK,
        score=1.0,
        reasons=(Reason("x", text, Action.BLOCK),),
        findings=(found,),
        incomplete=(gap,),
    )
    return with_results(result, left_out=(LeftOut(text, text),), notes=(text,))


@settings(max_examples=60)
@given(text=nasty)
def test_hostile_text_rewrites_no_terminal(text: str) -> None:
    for options in (VetOptions(width=60), VetOptions(width=160, verbose=True)):
        lines = shown("text", hostile_report(text), options)
        assert all(char == "\n" or char.isprintable() for char in lines)


@settings(max_examples=60)
@given(text=nasty)
def test_hostile_text_changes_nothing_of_the_markdown(text: str) -> None:
    source, plain = shown("markdown", hostile_report(f"x{text}")), shown("markdown", hostile_report("x"))
    assert _shape(source) == _shape(plain)
    for token in MARKDOWN.parse(source):
        for piece in (token, *(token.children or ())):
            if piece.type in {"html_block", "html_inline"}:
                assert "<" not in OUR_TAGS.sub("", piece.content)


@settings(max_examples=60)
@given(text=nasty)
def test_hostile_text_makes_no_link_and_no_foreign_address(text: str) -> None:
    (run,) = json.loads(shown("sarif", hostile_report(text)))["runs"]
    for result in run["results"]:
        assert "](" not in result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.startswith("file:///") or re.fullmatch(r"[A-Za-z0-9._~%/-]+", uri)


@settings(max_examples=30)
@given(text=nasty)
def test_hostile_text_survives_json(text: str) -> None:
    encoded = shown("json", hostile_report(text))
    assert all(char == "\n" or char.isprintable() for char in encoded)
    assert json.loads(encoded)["results"][0]["findings"][0]["excerpt"][0][0] == 2

"""From what filters say to rulings: one decision for each group, nothing passes by accident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.firewall.offers import NOW, digest, make_file, make_offer, seen_of

from stockade.firewall import ruling as module
from stockade.firewall.filters.base import ALL, About, Content, ContentFilter, Offer, PageFilter
from stockade.firewall.filters.registry import CONTENT_FILTERS
from stockade.firewall.ruling import approved, rule, rule_content
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Approval, Origin, Scope
from stockade.model.policy import Firewall, Policy, PolicyException
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.model.vetting import Detection, Phase, VetResult
from stockade.policy import engine

SDIST = make_file("demo-1.0.tar.gz")
WHEEL = make_file("demo-1.0-py3-none-any.whl")
YOUNG = make_file("demo-2.0.tar.gz", uploaded=NOW - timedelta(days=1))
QUIET: dict[str, Any] = {"sdists": Action.ALLOW}
RULE = Rule(
    id="STK-F999",
    name="test-rule",
    stage=Stage.FORTIFY,
    title="A rule of the tests",
    severity=Severity.HIGH,
    why="It tests.",
    mend="Nothing.",
)


def approval(**fields: Any) -> Approval:
    known: dict[str, Any] = {
        "id": "AP-AAAAAAAAAA",
        "effect": "approve",
        "scope": Scope(project=make_offer().project.name),
        "reason": "Read it.",
        "by": "alice",
        "at": NOW,
    }
    return Approval(**(known | fields))


def only(monkeypatch: pytest.MonkeyPatch, *said: About | Exception) -> None:
    """Let one filter run that says this."""

    def run(_: Offer) -> Iterator[About]:
        for each in said:
            if isinstance(each, Exception):
                raise each
            yield each

    monkeypatch.setattr(module, "PAGE_FILTERS", (PageFilter(name="test", rules=(RULE,), run=run),))


def test_what_nothing_is_said_of_is_allowed_and_says_so() -> None:
    rulings = rule(make_offer(SDIST, WHEEL, firewall=QUIET))
    assert set(rulings) == {SDIST.filename, WHEEL.filename}
    for each in rulings.values():
        assert each.verdict.action is Action.ALLOW
        assert not each.refused
        assert "nothing found" in each.verdict.reasons[0].text
        assert (each.version, each.origin, each.content_judged, each.until) == (
            "1.0",
            Origin.UPSTREAM,
            False,
            None,
        )


def test_a_finding_holds_for_its_files_only() -> None:
    rulings = rule(make_offer(SDIST, YOUNG, firewall=QUIET))
    assert not rulings[SDIST.filename].refused
    young = rulings[YOUNG.filename]
    assert young.refused
    assert young.until == NOW + timedelta(days=6)
    assert young.phrase.startswith(
        f"Stockade {young.code}: held for approval: STK-F006: published 2026-11-21"
    )


def test_a_page_without_files_has_no_rulings() -> None:
    assert rule(make_offer()) == {}


def test_a_crashed_filter_is_a_gap_about_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, KeyError("x"))
    for each in rule(make_offer(SDIST, WHEEL)).values():
        assert each.verdict.action is Action.BLOCK
        (reason,) = each.verdict.reasons
        assert reason.code == "indeterminate:check-failed"
        assert "'test' failed: KeyError" in reason.text


def test_what_a_filter_said_before_it_crashed_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(indeterminate={Cause.CHECK_FAILED: Action.WARN})
    only(monkeypatch, About(outcome=finding(RULE, subject="demo", message="m"), files=ALL), KeyError("x"))
    for each in rule(make_offer(SDIST, WHEEL, policy=policy)).values():
        assert [(r.code, r.action) for r in each.verdict.reasons] == [
            ("STK-F999", Action.QUARANTINE),
            ("indeterminate:check-failed", Action.WARN),
        ]


def test_a_naive_time_is_never_taken_for_one() -> None:
    naive = make_file("demo-1.0.tar.gz", uploaded=datetime(2020, 1, 1))  # noqa: DTZ001 - what must not pass
    for each in rule(make_offer(naive, SDIST)).values():
        assert each.verdict.action is Action.BLOCK


def test_everything_said_of_a_file_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = Indeterminate(cause=Cause.FEED_STALE, subject="demo", detail="old")
    only(
        monkeypatch,
        About(outcome=gap, files=ALL),
        About(outcome=finding(RULE, subject="demo==1.0", message="one"), files=(SDIST.filename,)),
        About(outcome=finding(RULE, subject="demo==1.0", message="two"), files=(SDIST.filename,)),
    )
    rulings = rule(make_offer(SDIST, WHEEL))
    assert [r.text for r in rulings[SDIST.filename].verdict.reasons] == ["demo: old", "one", "two"]
    assert [r.code for r in rulings[WHEEL.filename].verdict.reasons] == ["indeterminate:feed-stale"]


def test_the_earliest_moment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def about(files: tuple[str, ...] | None, hours: int | None) -> About:
        until = None if hours is None else NOW + timedelta(hours=hours)
        return About(outcome=finding(RULE, subject="demo", message=f"{hours}"), files=files, until=until)

    name = SDIST.filename
    only(monkeypatch, about(ALL, 5), about((name,), 7), about((name,), 3), about((name,), None))
    rulings = rule(make_offer(SDIST, WHEEL))
    assert rulings[name].until == NOW + timedelta(hours=3)
    assert rulings[WHEEL.filename].until == NOW + timedelta(hours=5)


def test_files_of_which_the_same_is_said_are_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(subject: str, evidence: engine.Evidence, policy: Policy, today: date) -> Any:
        calls.append(subject)
        return engine.decide(subject, evidence, policy, today)

    monkeypatch.setattr(module, "decide", counted)
    files = [make_file(f"demo-{n}.0.tar.gz") for n in range(50)]
    files += [
        make_file(f"demo-99.0-cp3{n}-none-any.whl", uploaded=NOW - timedelta(seconds=n)) for n in range(50)
    ]
    rulings = rule(make_offer(*files, firewall=QUIET))
    assert len(rulings) == 100
    assert sum(each.refused for each in rulings.values()) == 50
    assert len(calls) <= 3  # nothing said; and the minutes of one release


def test_the_day_is_that_of_utc() -> None:
    from datetime import timezone

    accepted = PolicyException(
        rule="STK-F006", subject="demo==2.0", reason="Waited for.", expires=date(2026, 11, 22)
    )
    policy = Policy(exceptions=(accepted,), firewall=Firewall(sdists=Action.ALLOW))
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))
    ruling = rule(make_offer(YOUNG, policy=policy, now=late))[YOUNG.filename]
    assert ruling.verdict.action is Action.ALLOW
    assert ruling.until == datetime(2026, 11, 23, tzinfo=UTC), "the exception ends before the cooldown does"
    after = rule(make_offer(YOUNG, policy=policy, now=datetime(2026, 11, 23, tzinfo=UTC)))[YOUNG.filename]
    assert after.refused


def test_an_approval_lets_in_what_is_held_and_its_end_is_a_change() -> None:
    offer = make_offer(YOUNG, SDIST, firewall=QUIET)
    ends = NOW + timedelta(hours=2)
    rulings = rule(offer, [approval(scope=Scope(project=offer.project.name, version="2"), expires=ends)])
    assert rulings[YOUNG.filename].verdict.reasons[0].code == "approval:AP-AAAAAAAAAA"
    assert not rulings[YOUNG.filename].refused
    assert rulings[YOUNG.filename].until == ends
    assert rulings[SDIST.filename].until is None


def test_an_approval_for_one_requester_is_not_for_everybody() -> None:
    offer = make_offer(YOUNG, firewall=QUIET)
    held = approval(scope=Scope(project=offer.project.name, requester="ci"))
    assert rule(offer, [held])[YOUNG.filename].refused
    assert rule(offer, [held], "alice")[YOUNG.filename].refused
    assert not rule(offer, [held], "ci")[YOUNG.filename].refused


def test_approvals_of_other_projects_are_passed_over() -> None:
    offer = make_offer(YOUNG, firewall=QUIET)
    other = Scope(project=make_offer(name="other").project.name)
    assert rule(offer, [approval(scope=other), approval(scope=other, effect="deny")]) == rule(offer)


def test_approvals_may_be_asked_later_with_the_same_answer() -> None:
    offer = make_offer(YOUNG, SDIST, WHEEL, firewall=QUIET)
    held = [
        approval(scope=Scope(project=offer.project.name, version="2.0.0", requester="ci")),
        approval(id="AP-B", effect="deny", scope=Scope(project=offer.project.name, filename=WHEEL.filename)),
        approval(id="AP-C", expires=NOW),
    ]
    for requester in ("", "ci"):
        assert approved(rule(offer), held, NOW, requester) == rule(offer, held, requester)
    assert approved(rule(offer), [], NOW) == rule(offer)


def test_a_denial_refuses_what_is_clean() -> None:
    offer = make_offer(SDIST, firewall=QUIET)
    ruling = rule(offer, [approval(effect="deny", reason="Not here.")])[SDIST.filename]
    assert ruling.refused
    assert ruling.verdict.reasons[0].code == "denial:AP-AAAAAAAAAA"


def test_an_approval_of_other_bytes_says_nothing() -> None:
    offer = make_offer(YOUNG, firewall=QUIET)
    bound = approval(scope=Scope(project=offer.project.name, sha256=digest("others")), break_glass=True)
    assert rule(offer, [bound])[YOUNG.filename].refused


def test_a_file_whose_name_tells_no_version_is_ruled_on_as_the_project() -> None:
    odd = make_file("demo-latest.tar.gz", uploaded=NOW)
    assert odd.version is None
    ruling = rule(make_offer(odd, seen={odd.filename: seen_of(odd)}))[odd.filename]
    assert ruling.version == ""
    assert ruling.refused


def vetted(*findings: Finding, **fields: Any) -> VetResult:
    known: dict[str, Any] = {
        "path": SDIST.filename,
        "sha256": SDIST.hashes["sha256"],
        "kind": "sdist",
        "verdict": Action.ALLOW,
        "score": 0.0,
        "findings": findings,
        "judged_by": ("STK-E101",),
    }
    return VetResult(**(known | fields))


def content(judged: VetResult | Indeterminate | None) -> Content:
    return Content(path=Path("unused"), sha256=SDIST.hashes["sha256"], size=1000, vetted=judged)


def detection(severity: Severity) -> Detection:
    plain = finding(RULE, subject="demo-1.0.tar.gz", message="bad code", severity=severity)
    held = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return Detection(**held, phase=Phase.INSTALL)


class TestContent:
    """Rulings on bytes."""

    def test_a_crashed_filter_is_a_gap_and_the_others_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def crash(*_: object) -> Iterator[Any]:
            yield finding(RULE, subject="demo==1.0", message="said before", severity=Severity.LOW)
            raise RuntimeError

        broken = ContentFilter(name="broken", rules=(RULE,), run=crash)
        monkeypatch.setattr(module, "CONTENT_FILTERS", (broken, *CONTENT_FILTERS))
        ruling = self.judged(vetted(detection(Severity.HIGH)))
        codes = [(each.code, each.text) for each in ruling.verdict.reasons]
        assert [code for code, _ in codes][:2] == ["indeterminate:check-failed", "STK-F999"]
        assert {"bad code", "said before"} <= {text for _, text in codes}

    OFFER = make_offer(SDIST, firewall=QUIET)

    def judged(self, vet: VetResult | Indeterminate | None, *approvals: Approval) -> Any:
        page = rule(self.OFFER, approvals)[SDIST.filename]
        return rule_content(self.OFFER, SDIST, content(vet), page, approvals)

    def test_clean_bytes_are_let_through(self) -> None:
        ruling = self.judged(vetted())
        assert ruling.content_judged
        assert ruling.verdict.action is Action.ALLOW

    def test_the_vetters_findings_count_under_their_own_rules(self) -> None:
        ruling = self.judged(vetted(detection(Severity.CRITICAL)))
        assert ruling.verdict.action is Action.BLOCK
        assert ruling.verdict.reasons[0].code == "STK-F999"
        assert ruling.verdict.reasons[0].text == "bad code", "its subject is that of the release"

    def test_what_the_vetter_could_not_judge_is_a_gap(self) -> None:
        gap = Indeterminate(cause=Cause.UNREADABLE, subject="a", detail="truncated")
        for vet in (vetted(incomplete=(gap,)), gap):
            assert self.judged(vet).verdict.action is Action.BLOCK

    @pytest.mark.parametrize("vet", [None, vetted(judged_by=()), vetted(sha256=digest("other bytes"))])
    def test_no_judgement_is_never_a_pass(self, vet: VetResult | None) -> None:
        assert self.judged(vet).verdict.reasons[0].code == "indeterminate:check-failed"

    def test_a_policy_without_vetting_asks_for_none(self) -> None:
        offer = make_offer(SDIST, firewall={**QUIET, "vet": False})
        ruling = rule_content(offer, SDIST, content(None), rule(offer)[SDIST.filename])
        assert ruling.verdict.action is Action.ALLOW

    def test_what_the_page_said_still_holds(self) -> None:
        offer = make_offer(YOUNG, firewall=QUIET)
        held = Content(
            path=Path("unused"),
            sha256=YOUNG.hashes["sha256"],
            size=1000,
            vetted=vetted(sha256=YOUNG.hashes["sha256"]),
        )
        ruling = rule_content(offer, YOUNG, held, rule(offer)[YOUNG.filename])
        assert ruling.refused
        assert ruling.until == NOW + timedelta(days=6)

    def test_approvals_count_for_what_the_bytes_say_too(self) -> None:
        held = vetted(detection(Severity.HIGH))
        assert self.judged(held).refused
        assert not self.judged(held, approval()).refused
        assert self.judged(held, approval(), approval(id="AP-B", effect="deny")).refused

    def test_an_exception_fits_the_release(self) -> None:
        accepted = PolicyException(
            rule="STK-F999", subject="demo==1.0", reason="Known.", expires=NOW.date() + timedelta(days=30)
        )
        offer = make_offer(
            SDIST, policy=Policy(exceptions=(accepted,), firewall=Firewall(sdists=Action.ALLOW))
        )
        page = rule(offer)[SDIST.filename]
        ruling = rule_content(offer, SDIST, content(vetted(detection(Severity.CRITICAL))), page)
        assert ruling.verdict.action is Action.ALLOW
        assert ruling.until == datetime(2026, 12, 23, tzinfo=UTC)

    def test_other_bytes_than_those_ruled_on_are_an_error(self) -> None:
        page = rule(self.OFFER)[SDIST.filename]
        other = msgspec.structs.replace(page, sha256=digest("other"))
        with pytest.raises(ValueError, match="not those that were ruled on"):
            rule_content(self.OFFER, SDIST, content(vetted()), other)
        with pytest.raises(ValueError, match="not those that were ruled on"):
            rule_content(self.OFFER, WHEEL, content(vetted()), page)


names = st.sampled_from(
    [
        "demo-1.0.tar.gz",
        "demo-1.0.0.tar.gz",
        "demo-1!2.0.tar.gz",
        "demo-1.0+cpu-py3-none-any.whl",
        "demo-x.egg",
    ]
)
files = st.lists(
    st.builds(
        make_file,
        names,
        uploaded=st.none() | st.sampled_from([NOW, NOW - timedelta(days=3), NOW - timedelta(days=30)]),
        size=st.none() | st.just(1000),
        hashes=st.sampled_from([{}, {"sha256": digest("a")}, {"sha256": digest("b")}]),
    ),
    max_size=8,
)


@given(files)
def test_every_file_has_a_ruling_and_no_gap_is_a_pass(listed: list[Any]) -> None:
    offer = make_offer(*listed)
    rulings = rule(offer)
    assert set(rulings) == {each.filename for each in listed}
    for file in listed:
        if not file.hashes or file.uploaded is None:
            assert rulings[file.filename].verdict.action is Action.BLOCK


@given(files, st.randoms())
def test_the_order_of_the_page_changes_no_verdict(listed: list[Any], random: Any) -> None:
    first: dict[str, Any] = {}
    for each in listed:
        first.setdefault(each.filename, each)
    unique = list(first.values())
    shuffled = list(unique)
    random.shuffle(shuffled)
    assert rule(make_offer(*unique)) == rule(make_offer(*shuffled))


@given(files, st.floats(0, 40), st.floats(0, 40))
def test_a_longer_cooldown_is_never_laxer(listed: list[Any], one: float, other: float) -> None:
    short, long = (
        rule(make_offer(*listed, firewall={"cooldown_days": days})) for days in sorted((one, other))
    )
    for name, ruling in short.items():
        assert long[name].verdict.action >= ruling.verdict.action


@given(
    st.sampled_from([SDIST, YOUNG]),
    st.lists(st.sampled_from(Severity), max_size=3),
    st.booleans(),
)
def test_what_the_bytes_say_never_makes_it_laxer(file: Any, severities: list[Severity], whole: bool) -> None:
    offer = make_offer(SDIST, YOUNG)
    page = rule(offer)[file.filename]
    gaps = () if whole else (Indeterminate(cause=Cause.UNREADABLE, subject="a", detail="truncated"),)
    sha256 = file.hashes["sha256"]
    result = vetted(*map(detection, severities), sha256=sha256, incomplete=gaps)
    held = Content(path=Path("unused"), sha256=sha256, size=1000, vetted=result)
    ruling = rule_content(offer, file, held, page)
    assert ruling.verdict.action >= page.verdict.action
    assert set(page.verdict.reasons) <= set(ruling.verdict.reasons)
    if not whole or Severity.CRITICAL in severities:
        assert ruling.verdict.action is Action.BLOCK

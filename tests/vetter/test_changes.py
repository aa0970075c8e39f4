"""What a release brings that the one before had not, weighed by the size of the step."""

from __future__ import annotations

import pytest
from tests.report.vet_sample import STEAL, THEFT, detection

from stockade.model.findings import Severity
from stockade.model.locations import Location
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Kind
from stockade.vetter.changes import compare, marked
from stockade.vetter.judged import Judged
from stockade.vetter.profile import Profile

BASE = Profile(
    hosts=("api.example.invalid",),
    acts=((Phase.CALL, Kind.SEND), (Phase.INSTALL, Kind.READ)),
    install_files=("setup.py",),
    author="ada@example.invalid",
    native_files=(),
)


def judged(version: str, profile: Profile = BASE, *findings: Detection) -> Judged:
    return Judged(
        path=f"p-{version}.tar.gz",
        sha256="",
        kind="sdist",
        project="p",
        version=version,
        profile=profile,
        findings=findings,
    )


def changed(**more: object) -> Profile:
    fields = {name: getattr(BASE, name) for name in BASE.__slots__}
    return Profile(**{**fields, **more})


def found(
    profile: Profile, *, before: str = "1.2.3", after: str = "1.2.4", old: Profile = BASE
) -> dict[str, Detection]:
    hits = list(compare(judged(before, old), judged(after, profile)))
    return {hit.rule: hit for hit in hits}


def test_a_release_that_does_the_same_is_silent() -> None:
    assert found(BASE) == {}
    assert found(Profile(), after="1.2.4") == {}, "doing less is no sign"


@pytest.mark.parametrize(
    ("after", "severity"),
    [("1.2.4", Severity.HIGH), ("1.3.0", Severity.MEDIUM), ("2.0", Severity.MEDIUM), ("", Severity.HIGH)],
)
def test_new_network_at_installation_is_graver_in_a_small_step(after: str, severity: Severity) -> None:
    new = changed(acts=(*BASE.acts, (Phase.INSTALL, Kind.SEND)))
    hit = found(new, after=after)["STK-E166"]
    assert hit.severity is severity
    assert "send at install" in hit.message
    assert hit.phase is Phase.INSTALL


def test_a_new_pth_is_told_as_starting_code() -> None:
    hit = found(changed(start_files=("p.pth",)))["STK-E166"]
    assert (hit.severity, hit.phase, str(hit.location)) == (Severity.MEDIUM, Phase.START, "p.pth")
    assert found(changed(start_files=("p.pth",)), after="2.0")["STK-E166"].severity is Severity.LOW


def test_new_install_files_that_do_nothing_grave_are_minor() -> None:
    hit = found(changed(install_files=("setup.py", "build_helpers.py")))["STK-E166"]
    assert hit.severity is Severity.LOW
    assert "build_helpers.py" in hit.message


@pytest.mark.parametrize(
    ("old", "new", "after", "severity"),
    [
        ((), ("p/_fast.so",), "1.2.4", Severity.MEDIUM),
        ((), ("p/_fast.so",), "1.3", Severity.LOW),
        (("p/_a.so",), ("p/_a.so", "p/_b.so"), "1.2.4", Severity.LOW),
        (("p/_a.so",), ("p/_a.so", "p/_b.so"), "2.0", Severity.INFO),
        (("p/_a.cpython-311-x86_64-linux-gnu.so",), ("p/_a.cpython-312-x86_64-linux-gnu.so",), "1.2.4", None),
    ],
)
def test_new_compiled_code(
    old: tuple[str, ...], new: tuple[str, ...], after: str, severity: Severity | None
) -> None:
    hits = found(changed(native_files=new), after=after, old=changed(native_files=old))
    assert (hits["STK-E167"].severity if "STK-E167" in hits else None) is severity


def test_new_reach_needs_a_host_and_an_early_effect_to_weigh() -> None:
    hosts = changed(hosts=(*BASE.hosts, "collect.invalid"))
    assert found(hosts)["STK-E168"].severity is Severity.LOW
    assert found(hosts, after="1.3")["STK-E168"].severity is Severity.INFO
    both = changed(hosts=(*BASE.hosts, "collect.invalid"), acts=(*BASE.acts, (Phase.IMPORT, Kind.SEND)))
    hit = found(both)["STK-E168"]
    assert hit.severity is Severity.MEDIUM
    assert "collect.invalid" in hit.message
    assert "import" in hit.message
    assert "AWS_KEY" in found(changed(variables=("AWS_KEY",)))["STK-E168"].message


def test_a_new_complete_chain_is_marked_where_it_is_told() -> None:
    old, new = judged("1.0"), judged("2.0", BASE, THEFT, THEFT)
    first, second = marked(old, new)
    assert (first.rule, first.severity, first.chain) == (THEFT.rule, THEFT.severity, THEFT.chain)
    assert first.message.endswith("1.0 did nothing like it")
    assert dict(second.evidence)["new since"] == "1.0"
    assert marked(judged("1.0", BASE, THEFT), new) == new.findings, "it did so before"
    bare = judged("2.0", BASE, detection(STEAL, "setup.py", 1))
    assert marked(old, bare) == bare.findings, "a fact without a chain is no behaviour"


def test_what_a_new_chain_tells_is_not_told_again() -> None:
    sink = Step(
        role="sink", what="send: urlopen(https://collect.invalid/v1)", location=Location("setup.py", 1)
    )
    theft = detection(STEAL, "setup.py", 1, chain=(*THEFT.chain[:-1], sink), message="all of AWS_KEY leaves")
    profile = changed(
        hosts=(*BASE.hosts, "collect.invalid"),
        variables=("AWS_KEY",),
        acts=(*BASE.acts, (Phase.INSTALL, Kind.SEND)),
    )
    assert list(compare(judged("1.0"), judged("1.0.1", profile, theft))) == []
    more = changed(
        hosts=(*BASE.hosts, "collect.invalid", "other.invalid"),
        variables=("AWS_KEY", "KEY"),
        acts=(*profile.acts, (Phase.INSTALL, Kind.SPAWN), (Phase.IMPORT, Kind.FETCH)),
    )
    early, reach = compare(judged("1.0"), judged("1.0.1", more, theft))
    assert (early.rule, dict(early.evidence)["effects"]) == ("STK-E166", "spawn at install")
    assert dict(reach.evidence) == {"hosts": "other.invalid", "variables": "KEY"}
    assert "used at import" in reach.message
    known = list(compare(judged("1.0", BASE, theft), judged("1.0.1", profile, theft)))
    assert {each.rule for each in known} == {"STK-E166", "STK-E168"}, "the rule told it before: this is new"


def test_another_author_is_told() -> None:
    hit = found(changed(author="eve@example.invalid"))["STK-E169"]
    assert "ada@example.invalid" in hit.message
    assert hit.severity is Severity.LOW
    assert found(changed(author="eve@example.invalid"), after="2.0")["STK-E169"].severity is Severity.INFO
    assert "STK-E169" not in found(changed(author=""))


def test_many_names_are_counted() -> None:
    hit = found(changed(hosts=tuple(f"h{at}.invalid" for at in range(9))))["STK-E168"]
    assert "and 4 more" in hit.message
    assert "h8.invalid" in dict(hit.evidence)["hosts"]

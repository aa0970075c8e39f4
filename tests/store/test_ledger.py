"""First sights: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

import subprocess  # noqa: TID251 - tests start processes; the ban is for the program
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import HOSTED, LIB, NOON, OTHER, UPSTREAM, at, sha, wheel
from tests.store.tampering import connected

from stockade.errors import IncompleteError
from stockade.model.firewall import Seen
from stockade.model.firewall_state import Incident
from stockade.model.index import IndexFile
from stockade.ports import SeenFiles
from stockade.store.ledger import FileLedger
from stockade.store.packing import pack, unpack
from stockade.store.state import FirewallState

ONE, TWO, THREE = wheel("1.0"), wheel("2.0"), wheel("3.0")


def observe(state: AnyState, files: Sequence[IndexFile], moment: datetime) -> Mapping[str, Seen]:
    ledger: SeenFiles = state.ledger
    return ledger.observe(LIB, UPSTREAM, files, moment)


def changed(**fields: object) -> Incident:
    plain: dict[str, object] = {
        "project": LIB,
        "origin": UPSTREAM,
        "filename": ONE.filename,
        "sha256": sha("other"),
        "size": 100,
        "at": NOON,
    }
    return Incident(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Incident


# --- what is remembered -----------------------------------------------------------------------------


def test_the_first_look_is_the_baseline(state: AnyState) -> None:
    seen = observe(state, [ONE, TWO], NOON)
    assert seen == {
        file.filename: Seen(sha256=file.hashes["sha256"], size=100, first_seen=NOON, baseline=True)
        for file in (ONE, TWO)
    }


def test_a_later_file_is_dated_and_was_absent_at_the_look_before(state: AnyState) -> None:
    observe(state, [ONE], NOON)
    observe(state, [ONE], at(5))
    seen = observe(state, [ONE, TWO], at(9))
    assert seen[ONE.filename].baseline
    assert seen[TWO.filename] == Seen(
        sha256=TWO.hashes["sha256"], size=100, first_seen=at(9), baseline=False, absent_at=at(5)
    )
    assert observe(state, [TWO], at(60)) == seen


def test_a_project_without_files_has_a_baseline_too(state: AnyState) -> None:
    assert observe(state, [], NOON) == {}
    assert observe(state, [ONE], at(2))[ONE.filename].absent_at == NOON


def test_a_look_within_a_minute_is_not_written_and_nothing_is_claimed_of_it(state: AnyState) -> None:
    observe(state, [ONE], NOON)
    observe(state, [ONE], at(0.9))
    assert observe(state, [ONE, TWO], at(3))[TWO.filename].absent_at == NOON


def test_what_was_seen_never_changes_whatever_the_page_says_later(state: AnyState) -> None:
    before = dict(observe(state, [ONE, TWO], NOON))
    mutated = wheel("1.0", content="evil", size=999)
    assert observe(state, [mutated, TWO], at(5)) == before
    assert observe(state, [wheel("1.0", sha256="", size=None)], at(10)) == before
    assert observe(state, [], at(15)) == before


def test_a_file_that_vanished_keeps_its_first_sight_when_it_comes_back(state: AnyState) -> None:
    observe(state, [ONE, TWO], NOON)
    observe(state, [ONE], at(5))
    assert observe(state, [ONE, wheel("2.0", content="evil")], at(10))[TWO.filename] == Seen(
        sha256=TWO.hashes["sha256"], size=100, first_seen=NOON, baseline=True
    )


def test_projects_and_origins_are_apart(state: AnyState) -> None:
    observe(state, [ONE], NOON)
    ledger: SeenFiles = state.ledger
    assert ledger.observe(LIB, HOSTED, [TWO], at(1)).keys() == {TWO.filename}
    assert ledger.observe(OTHER, UPSTREAM, [THREE], at(1))[THREE.filename].baseline
    assert observe(state, [ONE], at(2)).keys() == {ONE.filename}


def test_of_two_entries_with_one_name_the_first_counts(state: AnyState) -> None:
    seen = observe(state, [ONE, wheel("1.0", content="evil")], NOON)
    assert seen[ONE.filename].sha256 == ONE.hashes["sha256"]


def test_a_digest_and_a_size_that_no_page_told_are_learnt_once(state: AnyState) -> None:
    bare = wheel("1.0", sha256="", size=None)
    assert observe(state, [bare], NOON)[ONE.filename].sha256 == ""
    learnt = observe(state, [ONE], at(1))[ONE.filename]
    assert learnt == Seen(sha256=ONE.hashes["sha256"], size=100, first_seen=NOON, baseline=True)
    assert observe(state, [wheel("1.0", content="evil", size=7)], at(2))[ONE.filename] == learnt


def test_no_size_is_learnt_from_another_file(state: AnyState) -> None:
    observe(state, [wheel("1.0", size=None)], NOON)
    assert observe(state, [wheel("1.0", content="evil")], at(1))[ONE.filename].size is None


@pytest.mark.parametrize("digest", ["", "00", "g" * 64, "é" * 64, " " + "0" * 63, "0x" + "1" * 62])
def test_what_is_no_digest_is_none(state: AnyState, digest: str) -> None:
    assert observe(state, [wheel("1.0", sha256=digest)], NOON)[ONE.filename].sha256 == ""


def test_digests_are_lower_case_and_zeros_are_one(state: AnyState) -> None:
    files = [wheel("1.0", sha256="AB" * 32), wheel("2.0", sha256="0" * 64)]
    observe(state, files, NOON)
    seen = observe(state, files, at(1))
    assert [each.sha256 for each in seen.values()] == ["ab" * 32, "0" * 64]


# --- clocks that differ -----------------------------------------------------------------------------


def test_a_late_clock_makes_no_file_old_and_accuses_nobody(state: AnyState) -> None:
    observe(state, [ONE], NOON)
    observe(state, [ONE], at(30))
    seen = observe(state, [ONE, TWO], at(10))[TWO.filename]
    assert (seen.first_seen, seen.absent_at) == (at(30), NOON)


def test_a_look_before_the_first_one_makes_no_baseline(state: AnyState) -> None:
    observe(state, [ONE], NOON)
    seen = observe(state, [ONE, TWO], at(-10))[TWO.filename]
    assert (seen.baseline, seen.first_seen, seen.absent_at) == (False, NOON, NOON)


@dataclass
class Model:
    """What a slow and obvious ledger would say: it remembers every look."""

    looks: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)

    def absent_claim_is_true(self, filename: str, absent: datetime) -> bool:
        return any(moment == absent and filename not in names for moment, names in self.looks)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    looks=st.lists(
        st.tuples(st.integers(0, 5), st.sets(st.sampled_from(["1.0", "2.0", "3.0", "4.0"]))),
        min_size=1,
        max_size=8,
    ),
    number=st.integers(0, 10**9),
)
def test_absence_is_only_claimed_of_a_look_without_the_file(
    state: AnyState, looks: list[tuple[int, set[str]]], number: int
) -> None:
    project = type(LIB)(f"acme-{number}-{len(looks)}-{sha(repr(looks))[:12]}")
    model, moment, first = Model(), NOON, dict[str, Seen]()
    for minutes, versions in looks:
        moment += timedelta(minutes=minutes, seconds=1)
        files = [wheel(version) for version in sorted(versions)]
        seen = state.ledger.observe(project, UPSTREAM, files, moment)
        assert {file.filename for file in files} <= seen.keys()
        model.looks.append((moment, frozenset(file.filename for file in files)))
        for name, each in seen.items():
            assert first.setdefault(name, each) == each  # it never changes
            assert each.baseline == (name in model.looks[0][1])
            if not each.baseline:
                assert each.absent_at is not None
                assert each.absent_at < each.first_seen
                assert model.absent_claim_is_true(name, each.absent_at)


# --- incidents --------------------------------------------------------------------------------------


def test_an_incident_is_recorded_once_with_its_event(state: AnyState) -> None:
    seen = observe(state, [ONE], NOON)[ONE.filename]
    ledger: SeenFiles = state.ledger
    assert ledger.incident(changed(), seen, actor="ci", place="192.0.2.7")
    assert not ledger.incident(changed(at=at(5)), seen)
    assert ledger.incident(changed(size=None, at=at(6)), seen)
    assert ledger.incident(changed(project=OTHER, at=at(7)), seen)
    assert ledger.incidents(LIB) == (changed(), changed(size=None, at=at(6)))
    assert len(ledger.incidents()) == 3
    events = [one.event for one in state.events.query()]
    assert [event.kind for event in events] == ["file.changed"] * 3
    assert (events[0].subject, events[0].actor, events[0].place) == (ONE.filename, "ci", "192.0.2.7")
    assert events[0].detail["first_sha256"] == ONE.hashes["sha256"]
    assert events[0].detail["sha256"] == sha("other")


# --- several at once --------------------------------------------------------------------------------


def test_threads_never_lose_a_first_sight(state: AnyState) -> None:
    observe(state, [], NOON)
    versions = [f"{number}.0" for number in range(24)]

    def work(version: str) -> None:
        observe(state, [wheel(version)], at(1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, versions))
    assert observe(state, [], at(2)).keys() == {wheel(version).filename for version in versions}


OBSERVER = """
import sys
from tests.store.firewall_samples import LIB, UPSTREAM, at, wheel
from stockade.store.state import FirewallState
with FirewallState.open(sys.argv[1]) as state:
    for number in range(20):
        state.ledger.observe(LIB, UPSTREAM, [wheel(f"{number}.{sys.argv[2]}")], at(number))
"""


def test_processes_never_lose_a_first_sight(url: str) -> None:
    """They also race for the baseline and to make the database."""
    running = [
        subprocess.Popen([sys.executable, "-c", OBSERVER, url, str(each)], cwd=Path(__file__).parents[2])  # noqa: S603 - our own
        for each in range(3)
    ]
    try:
        assert [process.wait(120) for process in running] == [0, 0, 0]
    finally:
        for process in running:
            process.kill()
            process.wait()
    with FirewallState.open(url, create=False) as state:
        seen = state.ledger.observe(LIB, UPSTREAM, [], at(100))
    assert seen.keys() == {wheel(f"{a}.{b}").filename for a in range(20) for b in range(3)}


# --- damage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_ledger SET files = substr(files, 1, length(files) - 1)",
        "UPDATE stockade_ledger SET files = substr(files, 1, 0)",
        "UPDATE stockade_ledger SET digest = ''",
        "UPDATE stockade_ledger SET project = 'acme-other'",
        "UPDATE stockade_ledger SET origin = 'hosted'",
        "UPDATE stockade_ledger SET last_us = first_us - 1",
    ],
)
def test_a_damaged_row_is_an_error_never_an_empty_ledger(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        observe(state, [ONE], NOON)
        with connected(url) as connection:
            connection.execute(text(damage))
        raised = 0
        for project, origin in ((LIB, UPSTREAM), (OTHER, UPSTREAM), (LIB, HOSTED)):
            # A row that was moved is damage where it stands now.
            with suppress(IncompleteError):
                assert state.ledger.observe(project, origin, [ONE], at(5))[ONE.filename].baseline
                continue
            raised += 1
    assert raised == 1


@given(st.binary(max_size=200))
def test_rubbish_is_no_ledger(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(data)


seen_files = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.builds(
        lambda digest, size, first, absent: Seen(
            sha256=digest, size=size, first_seen=at(first), baseline=absent is None, absent_at=absent
        ),
        st.just("") | st.binary(min_size=32, max_size=32).map(bytes.hex),
        st.none() | st.integers(0, 2**40),
        st.integers(0, 3),
        st.none() | st.integers(-3, 0).map(at),
    ),
)


@given(seen_files)
def test_what_is_packed_comes_back(files: dict[str, Seen]) -> None:
    back = unpack(pack(files))
    assert back == files
    assert list(back) == list(files)


@given(seen_files, st.integers(0, 10**6), st.integers(0, 255))
def test_a_changed_byte_is_another_ledger_or_an_error(files: dict[str, Seen], place: int, byte: int) -> None:
    """Nothing but a ledger or a ValueError comes out."""
    data = bytearray(pack(files))
    data[place % len(data)] = byte
    try:
        found = unpack(bytes(data))
    except ValueError:
        return
    assert all(isinstance(each, Seen) for each in found.values())


def test_a_ledger_that_others_always_change_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FirewallState.open(f"sqlite:///{tmp_path}/events.db") as state:
        monkeypatch.setattr(FileLedger, "_write", _never)
        with pytest.raises(IncompleteError, match="other instances"):
            observe(state, [ONE], NOON)


def _never(*_: object) -> bool:
    return False


def test_looks_that_show_nothing_new_seldom_write(new_url: Callable[[], str]) -> None:
    url = new_url()
    with FirewallState.open(url) as state:
        observe(state, [ONE], NOON)
        for second in range(60):
            observe(state, [ONE], at(0, seconds=second))
        assert _last(url) == NOON.timestamp() * 1e6
        observe(state, [ONE], at(1))
        assert _last(url) == at(1).timestamp() * 1e6


def _last(url: str) -> int:
    with connected(url) as connection:
        return int(connection.execute(text("SELECT last_us FROM stockade_ledger")).scalar_one())

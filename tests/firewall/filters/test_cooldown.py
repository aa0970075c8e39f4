"""Release cooldown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.firewall.offers import LONG_AGO, NOW, findings, gaps, make_file, make_offer, run, seen_of

from stockade.firewall.filters.base import About, Offer
from stockade.firewall.filters.cooldown import FILTER, LATE, VERY_LATE, cooldown_of
from stockade.model.findings import Finding, Severity
from stockade.model.firewall import Origin
from stockade.model.names import project_name
from stockade.model.policy import Firewall, Lock, Policy

WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)


def offered(uploaded: datetime | None, *, firewall: dict[str, Any] | None = None, **seen: Any) -> Offer:
    file = make_file("demo-1.0.tar.gz", uploaded=uploaded)
    return make_offer(file, firewall=firewall, seen={file.filename: seen_of(file, **seen)})


def untils(said: list[About]) -> list[datetime | None]:
    return [each.until for each in said]


@pytest.mark.parametrize(
    ("age", "young"),
    [
        (WEEK, False),
        (WEEK - TICK, True),
        (WEEK + TICK, False),
        (timedelta(0), True),
        (-timedelta(days=3), True),
    ],
)
def test_a_file_is_young_until_the_very_moment(age: timedelta, young: bool) -> None:
    uploaded = NOW - age
    said = run(FILTER, offered(uploaded))
    assert findings(said) == ([("STK-F006", "demo==1.0", ("demo-1.0.tar.gz",))] if young else [])
    assert untils(said) == ([uploaded + WEEK] if young else [])


def test_fractions_of_a_second_and_of_a_day_are_kept() -> None:
    uploaded = datetime(2026, 11, 22, 11, 59, 59, 123456, tzinfo=UTC)
    (about,) = run(FILTER, offered(uploaded, firewall={"cooldown_days": 0.5}))
    assert about.until == datetime(2026, 11, 22, 23, 59, 59, 123456, tzinfo=UTC)


def test_a_missing_upload_time_is_never_old() -> None:
    said = run(FILTER, offered(None))
    assert gaps(said) == [("fact-missing", ("demo-1.0.tar.gz",))]
    assert untils(said) == [NOW + WEEK]


def test_what_was_watched_for_the_cooldown_is_old_enough_without_an_upload_time() -> None:
    assert run(FILTER, offered(None, first_seen=NOW - WEEK)) == []
    assert gaps(run(FILTER, offered(None, first_seen=NOW - WEEK + TICK)))


def test_a_file_that_nobody_noted_and_without_a_time_stays_a_gap() -> None:
    said = run(FILTER, make_offer(make_file("demo-1.0.tar.gz", uploaded=None), seen={}))
    assert gaps(said) == [("fact-missing", ("demo-1.0.tar.gz",))]
    assert untils(said) == [None]


def test_without_a_cooldown_no_time_is_needed() -> None:
    assert run(FILTER, offered(None, firewall={"cooldown_days": 0})) == []
    assert run(FILTER, offered(NOW, firewall={"cooldown_days": 0})) == []


class TestBackdated:
    """A file that came later than it says."""

    def test_it_gains_nothing(self) -> None:
        absent, first = NOW - timedelta(days=2), NOW - timedelta(days=1)
        said = run(FILTER, offered(LONG_AGO, baseline=False, absent_at=absent, first_seen=first))
        assert findings(said) == [
            ("STK-F006", "demo==1.0", ("demo-1.0.tar.gz",)),
            ("STK-F008", "demo==1.0", ("demo-1.0.tar.gz",)),
        ]
        assert first + WEEK in untils(said)

    def test_the_finding_stays_when_it_has_become_old(self) -> None:
        absent, first = NOW - timedelta(days=30), NOW - timedelta(days=29)
        said = run(FILTER, offered(LONG_AGO, baseline=False, absent_at=absent, first_seen=first))
        assert findings(said) == [("STK-F008", "demo==1.0", ("demo-1.0.tar.gz",))]
        assert untils(said) == [None]

    def test_a_file_of_the_baseline_may_be_as_old_as_it_says(self) -> None:
        assert run(FILTER, offered(LONG_AGO, baseline=True)) == []

    @pytest.mark.parametrize(
        ("lag", "severity"),
        [
            (timedelta(0), None),
            (LATE, None),
            (LATE + TICK, Severity.MEDIUM),
            (VERY_LATE, Severity.MEDIUM),
            (VERY_LATE + TICK, Severity.HIGH),
        ],
    )
    def test_a_cache_or_mirror_that_lags_is_told_from_a_lie(
        self, lag: timedelta, severity: Severity | None
    ) -> None:
        absent = NOW - timedelta(days=100)
        said = run(FILTER, offered(absent - lag, baseline=False, absent_at=absent, first_seen=absent + TICK))
        assert [each.outcome.severity for each in said if isinstance(each.outcome, Finding)] == (
            [severity] if severity else []
        )

    def test_a_short_lag_is_no_finding_and_gains_nothing(self) -> None:
        first = NOW - timedelta(days=6)
        uploaded = NOW - WEEK - timedelta(minutes=1)
        said = run(FILTER, offered(uploaded, baseline=False, absent_at=uploaded + TICK, first_seen=first))
        assert findings(said) == [("STK-F006", "demo==1.0", ("demo-1.0.tar.gz",))]
        assert untils(said) == [first + WEEK]


class TestLimit:
    """``nothing_after``."""

    AFTER = NOW - timedelta(days=100)

    def test_what_came_later_is_refused_for_good(self) -> None:
        limit = {"nothing_after": self.AFTER, "cooldown_days": 0}
        assert run(FILTER, offered(self.AFTER, firewall=limit)) == []
        said = run(FILTER, offered(self.AFTER + TICK, firewall=limit))
        assert findings(said) == [("STK-F007", "demo==1.0", ("demo-1.0.tar.gz",))]
        assert untils(said) == [None]

    def test_other_offsets_are_the_same_moment(self) -> None:
        from datetime import timezone

        same = self.AFTER.astimezone(timezone(timedelta(hours=9)))
        assert run(FILTER, offered(self.AFTER, firewall={"nothing_after": same})) == []

    def test_a_missing_time_is_a_gap_that_time_does_not_mend(self) -> None:
        said = run(FILTER, offered(None, firewall={"nothing_after": self.AFTER, "cooldown_days": 0}))
        assert gaps(said) == [("fact-missing", ("demo-1.0.tar.gz",))]
        assert untils(said) == [None]

    def test_what_was_there_before_the_limit_needs_no_upload_time(self) -> None:
        offer = offered(None, firewall={"nothing_after": self.AFTER}, first_seen=self.AFTER - WEEK)
        assert run(FILTER, offer) == []

    def test_the_moment_itself_is_still_let_through(self) -> None:
        recent = NOW - timedelta(days=1)
        limit = {"nothing_after": recent}
        assert [rule for rule, _, _ in findings(run(FILTER, offered(recent, firewall=limit)))] == ["STK-F006"]
        timeless = {"nothing_after": recent, "cooldown_days": 0}
        assert run(FILTER, offered(None, firewall=timeless, first_seen=recent)) == []
        assert gaps(run(FILTER, offered(None, firewall=timeless, first_seen=recent + TICK)))

    def test_back_dating_does_not_help(self) -> None:
        offer = offered(
            LONG_AGO,
            firewall={"nothing_after": self.AFTER},
            baseline=False,
            absent_at=self.AFTER,
            first_seen=self.AFTER + WEEK,
        )
        assert [rule for rule, _, _ in findings(run(FILTER, offer))] == ["STK-F007", "STK-F008"]


def test_the_nearest_setting_holds() -> None:
    policy = Policy(
        lock=Lock(cooldown_days=3),
        firewall=Firewall(cooldown={"acme-*": 0, "acme-t*": 5, "acme-tools": 1, "numpy": 0.25}),
    )
    days = {
        name: cooldown_of(project_name(name), policy) / timedelta(days=1)
        for name in ("requests", "acme-x", "acme-test", "Acme_Tools", "numpy", "numpyx")
    }
    assert days == {"requests": 3, "acme-x": 0, "acme-test": 5, "Acme_Tools": 1, "numpy": 0.25, "numpyx": 3}
    assert cooldown_of(project_name("x"), Policy(firewall=Firewall(cooldown_days=0))) == timedelta(0)


def test_hosted_files_need_not_wait() -> None:
    file = make_file("demo-1.0.tar.gz", uploaded=None)
    assert run(FILTER, make_offer(file, origin=Origin.HOSTED)) == []


def test_an_empty_page_says_nothing() -> None:
    assert run(FILTER, make_offer()) == []


@pytest.mark.parametrize("moment", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_any_time_that_an_index_claims_is_borne(moment: datetime) -> None:
    said = run(FILTER, offered(moment))
    assert [rule for rule, _, _ in findings(said)] == (["STK-F006"] if moment.year > 2026 else [])


def test_files_of_one_release_and_minute_share_a_finding() -> None:
    files = [
        make_file(f"demo-2.0-cp3{n}-cp3{n}-linux_x86_64.whl", uploaded=NOW - timedelta(days=1, seconds=n))
        for n in range(5)
    ]
    said = run(FILTER, make_offer(*files))
    assert len(said) == 5
    assert len({id(each.outcome) for each in said}) <= 2
    assert sorted(str(u) for u in untils(said)) == sorted(str(f.uploaded + WEEK) for f in files if f.uploaded)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(
    uploaded=st.none() | moments,
    first=moments,
    absent=st.none() | moments,
    days=st.floats(0, 60, allow_nan=False),
)
def test_nothing_is_let_through_earlier_than_both_clocks_allow(
    uploaded: datetime | None, first: datetime, absent: datetime | None, days: float
) -> None:
    """A file passes only when its claim is old enough, and what is on record does not contradict the claim."""
    baseline = absent is None
    offer = offered(
        uploaded,
        firewall={"cooldown_days": days},
        first_seen=min(first, NOW),
        baseline=baseline,
        absent_at=absent,
    )
    said = [each for each in run(FILTER, offer) if each.until or isinstance(each.outcome, Finding)]
    young = any(not isinstance(e.outcome, Finding) or e.outcome.rule == "STK-F006" for e in said)
    limit = timedelta(days=days)
    trusted = uploaded
    if uploaded is None or (absent is not None and uploaded < absent):
        trusted = min(first, NOW)
    assert trusted is not None
    assert young == (bool(limit) and NOW - trusted < limit)

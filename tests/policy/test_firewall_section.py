"""``[firewall]``: keys that may be left out, moments, tables of patterns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.policy.strategies import TODAY

from stockade.errors import ConfigError
from stockade.model.findings import Severity
from stockade.model.policy import CiRole, FileType, Firewall
from stockade.model.verdicts import Action
from stockade.policy.loader import load_policy


def load(folder: Path, text: str = "", **environ: str) -> Firewall:
    (folder / "stockade.toml").write_text(text)
    return load_policy(folder, environ=environ, today=TODAY).policy.firewall


def test_what_is_left_out_is_not_set(tmp_path: Path) -> None:
    section = load(tmp_path)
    assert (section.cooldown_days, section.nothing_after, section.vulnerabilities) == (None, None, None)
    assert section == Firewall()


def test_every_key_is_read(tmp_path: Path) -> None:
    section = load(
        tmp_path,
        """
        [firewall]
        deny = ["evil-*"]
        only = ["requests"]
        refused = "hide"
        cooldown_days = 0.5
        nothing_after = 2026-01-31T12:00:00.250+02:00
        yanked = "quarantine"
        vulnerabilities = "high"
        file_types = ["wheel"]
        deny_licences = ["AGPL-*"]
        [firewall.cooldown]
        "acme-*" = 0
        numpy = 14
        """,
    )
    assert section.nothing_after == datetime(2026, 1, 31, 10, 0, 0, 250_000, tzinfo=UTC)
    assert section.nothing_after.utcoffset() == UTC.utcoffset(None)
    assert (section.cooldown_days, section.yanked) == (0.5, Action.QUARANTINE)
    assert (section.vulnerabilities, section.file_types) == (Severity.HIGH, (FileType.WHEEL,))
    assert section.cooldown == {"acme-*": 0, "numpy": 14}


def test_variables_set_them_too(tmp_path: Path) -> None:
    section = load(
        tmp_path,
        STOCKADE_FIREWALL_COOLDOWN_DAYS="3",
        STOCKADE_FIREWALL_NOTHING_AFTER="2026-01-31T12:00:00Z",
        STOCKADE_FIREWALL_VULNERABILITIES="critical",
        STOCKADE_FIREWALL_FILE_TYPES="wheel, egg",
        STOCKADE_FIREWALL_VET="no",
    )
    assert section.cooldown_days == 3
    assert section.nothing_after == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert section.vulnerabilities is Severity.CRITICAL
    assert section.file_types == (FileType.WHEEL, FileType.EGG)
    assert not section.vet


CI = 'issuer = "https://ci.example"\naudience = "stockade"\nclaims = { ref = "refs/heads/main" }'


def test_ci_systems_are_read_in_order_with_their_defaults(tmp_path: Path) -> None:
    first, second = load(
        tmp_path,
        f"""
[[firewall.oidc]]
{CI}
[[firewall.oidc]]
issuer = "http://127.0.0.1:8080/realms/a"
audience = "b"
claims = {{ repository = "acme/*", environment = "release-[12]" }}
role = "publish"
projects = ["acme-*"]
minutes = 60
""",
    ).oidc
    assert (first.issuer, first.audience, first.claims) == (
        "https://ci.example",
        "stockade",
        {"ref": "refs/heads/main"},
    )
    assert (first.role, first.projects, first.minutes) == (CiRole.INSTALL, (), 15)
    assert (second.issuer, second.role, second.projects, second.minutes) == (
        "http://127.0.0.1:8080/realms/a",
        CiRole.PUBLISH,
        ("acme-*",),
        60,
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('claims = { ref = "refs/heads/main" }', "", "claims is missing"),
        ('{ ref = "refs/heads/main" }', "{}", r"claims: must not be empty"),
        ('"refs/heads/main"', '"*"', "would take every job"),
        ('"refs/heads/main"', '""', "must not be empty"),
        ('"refs/heads/main"', '"a\\nb"', "control characters"),
        ("ref =", '"" =', "must not be empty"),
        ("https://ci.example", "http://ci.example", "over https"),
        ("https://ci.example", "https://ci.example/?a=b", "neither a query"),
        ("https://ci.example", "https://me:secret@ci.example", "credentials"),
        ("https://ci.example", "ci.example", "not a complete address"),
        ('"stockade"', '""', "must not be empty"),
        ('"stockade"', '"stockade"\nrole = "admin"', "expected one of install, publish"),
        ('"stockade"', '"stockade"\nminutes = 61', "from 1 to 60"),
        ('"stockade"', '"stockade"\nprojects = ["Acme_*"]', "write 'acme-"),
        ('"stockade"', '"stockade"\nsecret = "x"', "unknown key"),
    ],
)
def test_a_wrong_ci_system_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in CI
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, f"[[firewall.oidc]]\n{CI.replace(old, new)}")
    assert "me:secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing_after = 2026-01-31T12:00:00", "with an offset"),
        ("nothing_after = 2026-01-31", "with an offset"),
        ('nothing_after = "yesterday"', "with an offset .*, got 'yesterday'"),
        ("nothing_after = 0001-01-01T00:00:00+12:00", "no moment that UTC can tell"),
        ("cooldown_days = -1", "from 0 to 3650"),
        ('cooldown_days = "week"', "expected a number"),
        ('vulnerabilities = "off"', "expected one of"),
        ('yanked = "hide"', "expected one of allow, warn, quarantine, block"),
        ('file_types = ["wheels"]', "did you mean 'wheel'"),
        ('deny = ["*"]', "would make every project yours"),
        ('deny = ["Evil_Pkg"]', "write 'evil-pkg'"),
        ('deny_licences = ["*"]', "would hold every licence back"),
        ('deny_licences = ["GPL 3"]', "matches no SPDX identifier"),
        ("max_megabytes = 0", "from 1 to"),
        ('cooldown = { "Acme_*" = 1 }', "write 'acme-\\*'"),
        ("cooldown = { numpy = -1 }", "from 0 to 3650"),
        ("nothing = 1", "unknown key"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, f"[firewall]\n{text}")


def test_a_variable_with_a_wrong_moment_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="STOCKADE_FIREWALL_NOTHING_AFTER: expected a date and time"):
        load(tmp_path, STOCKADE_FIREWALL_NOTHING_AFTER="2026-01-31 12:00")

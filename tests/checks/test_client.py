"""Ways round the firewall in what pip and uv are told."""

from __future__ import annotations

import pytest

from stockade.checks.client import client_problems
from stockade.model.client import Told

FIREWALL = "https://packages.example/simple/"


def told(key: str, value: str, *, tool: str = "pip", source: str = "", variable: bool = False) -> Told:
    return Told(tool=tool, key=key, value=value, source=source or f"{tool}.conf", variable=variable)


def kinds(*words: Told, firewall: str = FIREWALL) -> list[str]:
    both = [told("index-url", FIREWALL, tool=tool) for tool in ("pip", "uv")]
    return [each.kind for each in client_problems([*words, *both], firewall)]


def test_a_client_behind_the_firewall_has_no_problem() -> None:
    assert kinds() == []
    assert kinds(told("index-url", "https://user:secret@Packages.example/simple", variable=True)) == []


def test_without_any_index_both_tools_ask_the_public_one() -> None:
    assert [(each.kind, each.tool) for each in client_problems([], "")] == [
        ("public-index", "pip"),
        ("public-index", "uv"),
    ]


def test_a_tool_that_asks_no_index_needs_none() -> None:
    words = [told("no-index", "true", tool=tool) for tool in ("pip", "uv")]
    assert client_problems(words, FIREWALL) == ()


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (told("extra-index-url", "https://other.example/simple/"), "extra-index"),
        (told("find-links", "https://other.example/files/"), "find-links"),
        (told("trusted-host", "packages.example"), "trusted-host"),
        (told("allow-insecure-host", "packages.example:8443", tool="uv"), "trusted-host"),
        (told("index-strategy", "unsafe-best-match", tool="uv"), "index-strategy"),
        (told("no-verify-hashes", "true", tool="uv"), "hashes-off"),
    ],
)
def test_a_way_round_is_found(word: Told, kind: str) -> None:
    assert kinds(word) == [kind]


@pytest.mark.parametrize(
    "word",
    [
        told("trusted-host", "127.0.0.1:8080"),
        told("trusted-host", "localhost"),
        told("trusted-host", "[::1]"),
        told("index-strategy", "first-index", tool="uv"),
        told("no-verify-hashes", "false", tool="uv"),
        told("require-hashes", "true"),
    ],
)
def test_what_is_no_way_round_is_passed_over(word: Told) -> None:
    assert kinds(word) == []


def test_the_environment_overrules_the_file() -> None:
    word = told("index-url", "https://other.example/simple/", source="PIP_INDEX_URL", variable=True)
    assert kinds(word) == ["not-behind-firewall", "environment-override"]


def test_plain_http_counts_beyond_this_machine() -> None:
    assert kinds(told("index-url", "http://packages.example/simple/"), firewall="") == ["plain-http"]
    assert kinds(told("index-url", "http://127.0.0.1:8080/simple/"), firewall="") == []


def test_no_password_is_printed() -> None:
    words = [
        told("index-url", "https://user:hunter2@other.example/simple/"),
        told("extra-index-url", "https://user:hunter2@other.example/"),
        told("find-links", "https://user:hunter2@other.example/"),
    ]
    problems = client_problems(words, FIREWALL)
    assert {"password-in-file", "extra-index", "find-links", "not-behind-firewall"} <= {
        each.kind for each in problems
    }
    assert "hunter2" not in str(problems)

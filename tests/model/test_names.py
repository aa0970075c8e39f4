"""Project names: PEP 503's canonical form, PEP 508's format."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.errors import ExitCode, InvalidValueError
from stockade.model.names import MAX_NAME_LENGTH, project_name

valid = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?\Z")


@given(valid)
def test_pep_503_the_name_is_lower_case_with_runs_of_separators_as_one_hyphen(text: str) -> None:
    assert project_name(text) == re.sub(r"[-_.]+", "-", text).lower()


@given(valid)
def test_parsing_is_idempotent(text: str) -> None:
    name = project_name(text)
    assert project_name(name) == name


@given(st.text(max_size=12) | valid)
def test_a_text_is_a_name_or_is_refused(text: str) -> None:
    if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", text):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", project_name(text))
    else:
        with pytest.raises(InvalidValueError, match="not a project name"):
            project_name(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "a b", "a\n", "é", "a/b", "\u0430cme", "a" * (MAX_NAME_LENGTH + 1)]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        project_name(text)
    assert caught.value.exit_code is ExitCode.USAGE
    assert len(caught.value.message) < 100


def test_the_longest_name_is_accepted() -> None:
    assert len(project_name("a" * MAX_NAME_LENGTH)) == MAX_NAME_LENGTH

"""Docstrings under fields are read from the source."""

from __future__ import annotations

from stockade.model.policy import Lock, Protect
from stockade.policy.fields import field_docs, plain


def test_the_words_under_a_field_are_found() -> None:
    assert field_docs(Lock)["cooldown_days"] == "A release younger than this is too young."


def test_code_marks_become_single_backticks_and_lines_one() -> None:
    assert field_docs(Protect)["names"] == "Internal project names: `acme-corp-utils`."
    assert plain("one\n    ``two``\n\n three") == "one `two` three"


class Sample:
    undocumented: int = 1
    documented: int = 2
    """Two."""
    assigned = 3
    """Three."""

    def method(self) -> None:
        """Not a field's."""


def test_fields_without_words_are_left_out() -> None:
    assert field_docs(Sample) == {"documented": "Two.", "assigned": "Three."}

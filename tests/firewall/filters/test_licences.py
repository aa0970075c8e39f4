"""Licences in core metadata."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.licenses import canonicalize_license_expression
from tests.firewall.offers import digest, make_file, make_offer

from stockade.firewall.filters.base import Content, Outcome
from stockade.firewall.filters.licence_names import CLASSIFIERS, SPELLINGS
from stockade.firewall.filters.licences import FILTER, MOST, is_denied, licences_in
from stockade.model.findings import Finding
from stockade.model.verdicts import Cause, Indeterminate

FILE = make_file("demo-1.0-py3-none-any.whl")
HEAD = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"
GPL = ("agpl-*", "gpl-*")


def judged(metadata: str | bytes | None, *deny: str) -> list[Outcome]:
    raw = metadata.encode() if isinstance(metadata, str) else metadata
    content = Content(path=Path("unused"), sha256=digest("x"), size=1000, metadata=raw)
    return list(FILTER.run(make_offer(FILE, firewall={"deny_licences": deny}), FILE, content))


def test_without_a_list_nothing_is_read() -> None:
    assert judged(None) == []
    assert judged(HEAD + "License-Expression: AGPL-3.0-only\n") == []


def test_a_denied_licence_is_held_back() -> None:
    (found,) = judged(HEAD + "License-Expression: agpl-3.0-ONLY\n", "AGPL-*")
    assert isinstance(found, Finding)
    assert (found.rule, found.subject) == ("STK-F021", "demo==1.0")
    assert found.message == "its licence is AGPL-3.0-only"


@pytest.mark.parametrize(
    "line",
    [
        "License-Expression: MIT",
        "License-Expression: MIT OR GPL-3.0-only",
        "License: MIT License",
        "License: Apache License, Version 2.0",
        "Classifier: License :: OSI Approved :: BSD License",
        "Classifier: License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
    ],
)
def test_other_licences_are_let_through(line: str) -> None:
    assert judged(f"{HEAD}{line}\n", "GPL-*", "AGPL-*") == []


@pytest.mark.parametrize(
    "line",
    [
        "License-Expression: GPL-3.0-only AND MIT",
        "License-Expression: GPL-2.0-only WITH Classpath-exception-2.0",
        "License-Expression: (MIT OR BSD-3-Clause) AND GPL-2.0-or-later",
        "License: GPLv3",
        "License: GNU GPL",
        "Classifier: License :: OSI Approved :: GNU General Public License (GPL)",
        "License: MIT\nClassifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "License-Expression: MIT\nLicense: GPL-3.0-only",
    ],
)
def test_no_way_of_saying_it_helps(line: str) -> None:
    (found,) = judged(f"{HEAD}{line}\n", "GPL-*", "AGPL-*")
    assert isinstance(found, Finding)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        "",
        HEAD,
        HEAD + "License: see the file\n",
        HEAD + "License-Expression: Nobody-Knows-1.0\n",
        HEAD + "License-Expression: MIT\nLicense-Expression: BSD-3-Clause\n",
        HEAD + "License-Expression: MIT\nLicense-Expression: BSD-3-Clause\nLicense: MIT\n",
        HEAD + "License-Expression: Nobody-Knows-1.0\nLicense: MIT\n",
        HEAD + "License-Expression: (MIT\n",
        HEAD + "License-Expression: " + "(" * 5000 + "MIT\n",
        HEAD + "License-Expression: " + "MIT OR " * MOST + "MIT\n",
        HEAD + "Classifier: License :: OSI Approved\n",
        HEAD + "\nLicense-Expression: MIT\n",
        b"\xff\xfe\x00",
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_a_gap(metadata: str | bytes | None) -> None:
    (gap,) = judged(metadata, "GPL-*")
    assert isinstance(gap, Indeterminate)
    assert gap.cause is Cause.FACT_MISSING


def test_lines_may_end_as_on_windows() -> None:
    assert licences_in(b"Metadata-Version: 2.4\r\nLicense: MIT\r\n\r\nLicense: GPL-3.0-only") == ("MIT",)


def test_our_own_words_are_allowed_as_patterns() -> None:
    line = "Classifier: License :: Other/Proprietary License"
    (found,) = judged(f"{HEAD}{line}\n", "LicenseRef-Proprietary")
    assert isinstance(found, Finding)


@pytest.mark.parametrize("known", sorted({*CLASSIFIERS.values(), *SPELLINGS.values()}))
def test_every_identifier_of_the_tables_is_canonical(known: str) -> None:
    assert canonicalize_license_expression(known) == known


def test_spellings_are_written_as_they_are_looked_up() -> None:
    for each in SPELLINGS:
        assert each == " ".join(each.lower().removeprefix("the ").split())


names = st.sampled_from(["MIT", "GPL-3.0-only", "AGPL-3.0-only", "Apache-2.0"])
trees = st.recursive(
    names,
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    max_leaves=8,
)


@given(trees)
def test_a_choice_is_denied_only_if_all_of_it_is(tree: str) -> None:
    """As Python's own ``and`` and ``or`` have it, with each name standing for whether it is allowed."""
    plain = tree.replace("AND", "and").replace("OR", "or")
    for name in ("AGPL-3.0-only", "GPL-3.0-only"):
        plain = plain.replace(name, "False")
    for name in ("MIT", "Apache-2.0"):
        plain = plain.replace(name, "True")
    allowed = eval(plain)  # noqa: S307 - made of four words above
    canonical = canonicalize_license_expression(tree)
    assert is_denied(canonical, GPL) == (not allowed)


@pytest.mark.parametrize("wrong", ["MIT MIT", "MIT )", "MIT OR MIT MIT"])
def test_an_expression_that_is_not_canonical_is_an_error_and_no_pass(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a canonical expression"):
        is_denied(wrong, GPL)


def test_and_binds_closer_than_or() -> None:
    assert not is_denied("MIT OR GPL-3.0-only AND Apache-2.0", GPL)
    assert not is_denied("GPL-3.0-only AND Apache-2.0 OR MIT", GPL)
    assert is_denied("(MIT OR Apache-2.0) AND GPL-3.0-only", GPL)

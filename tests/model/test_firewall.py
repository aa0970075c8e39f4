"""Codes and phrases of rulings: short, stable, one line of printable ASCII."""

from __future__ import annotations

import base64
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from stockade.model.firewall import PHRASE_LENGTH, Origin, Ruling, ruling_code
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason, Verdict

REASONS = st.builds(
    Reason,
    st.sampled_from(["STK-F100", "STK-F200", "indeterminate:fact-missing"]),
    st.text(max_size=30) | st.just("x" * 300) | st.just("two\r\nlines\x1b[31m  é"),
    st.sampled_from(Action),
)
VERDICTS = st.lists(REASONS, min_size=1, max_size=4).map(lambda reasons: Verdict.of(*reasons))


def ruling(verdict: Verdict, filename: str = "acme_lib-1.0.tar.gz", sha256: str = "ab") -> Ruling:
    return Ruling(
        project=ProjectName("acme-lib"),
        version="1.0",
        filename=filename,
        origin=Origin.UPSTREAM,
        sha256=sha256,
        verdict=verdict,
        content_judged=False,
    )


@given(VERDICTS, st.text(max_size=20), st.text(max_size=10))
def test_a_code_is_base_32_of_file_digest_action_and_the_codes_of_the_reasons(
    verdict: Verdict, filename: str, sha256: str
) -> None:
    codes = {each.code for each in verdict.reasons if each.action >= Action.QUARANTINE}
    text = "\n".join([filename, sha256, verdict.action.value, ",".join(sorted(codes))])
    whole = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()
    assert ruling_code(filename, sha256, verdict) == f"SK-{whole[:12]}"
    assert ruling(verdict, filename, sha256).code == f"SK-{whole[:12]}"


@given(VERDICTS)
def test_a_phrase_is_one_line_of_printable_ascii_with_code_action_and_first_reason(verdict: Verdict) -> None:
    phrase = ruling(verdict).phrase
    assert len(phrase) <= PHRASE_LENGTH
    assert phrase.isascii()
    assert phrase.isprintable()
    held = "held for approval" if verdict.action is Action.QUARANTINE else "refused"
    assert phrase.startswith(f"Stockade {ruling(verdict).code}: {held}: {verdict.reasons[0].code}:")
    assert "  " not in phrase


@given(VERDICTS)
def test_quarantine_and_block_are_refused(verdict: Verdict) -> None:
    assert ruling(verdict).refused == (verdict.action >= Action.QUARANTINE)


def test_a_long_phrase_says_that_it_goes_on() -> None:
    phrase = ruling(Verdict.of(Reason("STK-F100", "é" + "x" * 300, Action.BLOCK))).phrase
    assert len(phrase) == PHRASE_LENGTH
    assert phrase.endswith("xxx...")
    assert ": refused: STK-F100: ?xxx" in phrase

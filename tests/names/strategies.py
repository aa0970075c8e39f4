"""Hypothesis strategies for names and single edits."""

from __future__ import annotations

from hypothesis import strategies as st

from stockade.model.names import MAX_NAME_LENGTH, ProjectName
from stockade.names.letters import NAME_CHARACTERS

_WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=9)


def names(words: int = 3) -> st.SearchStrategy[ProjectName]:
    """Canonical names of up to so many words."""
    return st.lists(_WORD, min_size=1, max_size=words).map(lambda parts: ProjectName("-".join(parts)))


def long_names() -> st.SearchStrategy[ProjectName]:
    """Canonical names up to the greatest length that is accepted."""
    return names(words=40).map(lambda name: ProjectName(name[:MAX_NAME_LENGTH].strip("-")))


def crowds() -> st.SearchStrategy[list[ProjectName]]:
    """Lists of distinct short names over few letters, so that many are near each other."""
    word = st.text("abc1", min_size=1, max_size=5)
    crowded = st.lists(word, min_size=1, max_size=2).map(lambda parts: ProjectName("-".join(parts)))
    return st.lists(crowded, min_size=1, max_size=12, unique=True)


@st.composite
def one_edit(draw: st.DrawFn, name: str) -> str:
    """A text at optimal-string-alignment distance at most 1 of ``name``."""
    at = draw(st.integers(0, len(name)))
    char = draw(st.sampled_from(NAME_CHARACTERS))
    head, tail = name[:at], name[at:]
    ways = [
        head + char + tail,
        head + char + tail[1:],
        head + tail[1:],
        head + tail[1:2] + tail[:1] + tail[2:],
    ]
    return draw(st.sampled_from(ways))

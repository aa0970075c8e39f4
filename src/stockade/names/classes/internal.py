"""The classes about the user's own names: an edit of one, and the prefix of one.

How likely a private name is attacked cannot be counted in public, so the scores here come from
``[internal]`` in ``data/weights.toml``, not from the model.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence

from stockade.model.names import ProjectName
from stockade.names.classes.one_edit import classify
from stockade.names.kinds import EditClass, Protected, Relation
from stockade.names.model import Weights
from stockade.names.targets import Candidate, Targets

_SHORT = 5
"""An edit of a shorter name is an accident more often than an attack."""
_WILD = re.compile(r"[*?\[]")


class Internal:
    """The protected names, and what is close to them."""

    def __init__(self, protected: Protected, popular: Targets) -> None:
        self.names = protected.names
        self.targets = Targets(sorted(protected.names))
        self._patterns = tuple((text, re.compile(fnmatch.translate(text))) for text in protected.patterns)
        self._stems = Targets(sorted({ProjectName(s) for s in map(_stem, protected.patterns) if len(s) > 2}))  # noqa: PLR2004 - a stem of one or two characters is near everything
        heads = {name.rpartition("-")[0] for name in protected.names}
        self._heads = frozenset(h for h in heads if len(h) >= _SHORT and h not in popular.ranks)

    def relations(self, name: str, known: Sequence[Candidate], weights: Weights) -> list[Relation]:
        """What ``name`` has to do with the protected names; ``name`` itself is not one of them.

        ``known`` is what :func:`~stockade.names.classes.candidates` found among them.
        """
        found = [self._edited(candidate, weights) for candidate in known]
        targets = {relation.target for relation in found}
        return found + [
            relation for relation in self._prefixes(name, weights) if relation.target not in targets
        ]

    def _edited(self, candidate: Candidate, weights: Weights) -> Relation:
        short = ":short" if len(candidate.target) < _SHORT else ""
        score = weights.internal_score(f"{candidate.kind}{short}" if candidate.edit else str(candidate.kind))
        return Relation(EditClass.INTERNAL_EDIT, candidate.target, None, candidate.evidence, score)

    def _prefixes(self, name: str, weights: Weights) -> Iterator[Relation]:
        for text, pattern in self._patterns:
            if pattern.fullmatch(name):
                yield Relation(
                    EditClass.INTERNAL_PREFIX,
                    self._closest(name) or ProjectName(_stem(text) or name),
                    None,
                    f"matches your pattern {text!r}, but is not declared",
                    weights.internal_score("pattern"),
                )
                return
        head = name
        while head := head.rpartition("-")[0]:
            if head in self._heads:
                evidence = f"begins with {head + '-'!r} like yours, but is not declared"
                target = self._closest(name) or ProjectName(head)
                yield Relation(
                    EditClass.INTERNAL_PREFIX, target, None, evidence, weights.internal_score("prefix")
                )
                return
            for edit in self._stems.near(head):
                kind, evidence = classify(edit)
                yield Relation(
                    EditClass.INTERNAL_EDIT,
                    ProjectName(edit.target),
                    None,
                    f"{kind} of your prefix {edit.target!r}: {evidence}",
                    weights.internal_score(f"prefix:{kind}"),
                )
                return

    def _closest(self, name: str) -> ProjectName | None:
        """The protected name that shares the longest beginning with ``name``, if any shares its first word."""
        first = name.partition("-")[0]
        related = [other for other in self.targets.ranks if other.partition("-")[0] == first]
        if not related:
            return None
        return ProjectName(max(related, key=lambda other: (_shared(name, other), other)))


def _stem(pattern: str) -> str:
    """The pattern's literal beginning, without a separator at its end."""
    return _WILD.split(pattern, maxsplit=1)[0].strip("-")


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count

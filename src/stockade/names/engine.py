"""Judges whether a name may be taken for a popular or a protected one.

Nothing here does I/O except reading the wheel's own weights. Judgements depend on the names and the
lists alone, never on what was judged before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.names.classes import candidates
from stockade.names.classes.internal import Internal
from stockade.names.classes.misspelt import Vocabulary, misspelt_words
from stockade.names.kinds import EditClass, NameJudgement, Protected, Relation
from stockade.names.model import Weights, built_in_weights, terms
from stockade.names.targets import Candidate, Targets

__all__ = ["EditClass", "Engine", "NameJudgement", "Protected", "Relation"]

MANY = 500
"""From so many names on, the look-up index pays for itself."""
AHEAD = 2_000
"""So many names are judged at a time: each class then finds its look-ups in the processor's caches."""
FAR_MORE_POPULAR = 10
"""How many times better a numbered sibling's rank must be for it to be the name that people mean."""


_ALLOW = Action.ALLOW
"""Looked up once: an enumeration's members cost a call each time."""


class Engine:
    """Judges names against a popularity list and the user's protected names."""

    def __init__(self, popular: Targets, protected: Protected, weights: Weights) -> None:
        self.popular = popular
        """The popular names, most popular first."""
        self._internal = Internal(protected, popular)
        self._weights = weights
        self._siblings: dict[ProjectName, ProjectName | None] = {}
        """What :meth:`_numbered` has answered."""
        self._wide_scores: dict[tuple[EditClass, str, str, bool], float] = {}
        """Where there is no single edit, nothing else decides a score."""
        self._guards = bool(protected.names or protected.patterns)

    @classmethod
    def build(
        cls,
        popular: Sequence[ProjectName],
        protected: Protected = Protected(),  # noqa: B008 - frozen
        *,
        limit: int = 15_000,
        weights: Weights | None = None,
    ) -> Engine:
        """An engine over the first ``limit`` of ``popular`` (most popular first) and ``protected``.

        ``weights`` are the wheel's own unless given.
        """
        return cls(Targets(popular[:limit]), protected, weights or built_in_weights())

    def warm(self) -> None:
        """Build the look-up indexes now (some 0.3 s), as :meth:`judge_many` does for many names."""
        self.popular.warm()
        self._vocabulary.common.warm()
        self._internal.targets.warm()

    def judge(self, name: ProjectName) -> NameJudgement:
        """Judge one name: every relation, best first, and the action that the best score asks for.

        A protected name is allowed. A popular one can only be taken for a more popular one.
        """
        return next(self._judged([name]))

    def judge_many(self, names: Iterable[ProjectName]) -> Iterator[NameJudgement]:
        """Judge names as they come, in order; equal to :meth:`judge` of each. Reads some thousand ahead."""
        remaining = iter(names)
        while chunk := list(islice(remaining, AHEAD)):
            if len(chunk) >= MANY:
                self.warm()
            yield from self._judged(chunk)

    def suspects(self, names: Iterable[ProjectName]) -> Iterator[NameJudgement]:
        """Those of :meth:`judge_many` that are not allowed, found without working out what popular names
        resemble: their reputation outweighs it, so only a protected name can make them suspect.
        """
        ranks = self.popular.ranks
        names = list(names)
        imitating = self._imitating([name for name in names if name in ranks]) if self._guards else set()
        wanted = [name for name in names if name not in ranks or name in imitating]
        return (found for found in self.judge_many(wanted) if found.verdict is not _ALLOW)

    def _imitating(self, names: Sequence[ProjectName]) -> set[ProjectName]:
        """Those of ``names`` that resemble a protected one."""
        internal = self._internal
        known = candidates(names, internal.targets)
        return {
            name
            for name in names
            if name not in internal.names and internal.relations(name, known.get(name, ()), self._weights)
        }

    def candidates(self, name: str) -> list[Candidate]:
        """Every relation to a popular name, unscored, each target once."""
        return self._candidates([name]).get(name, [])

    def _judged(self, names: Sequence[ProjectName]) -> Iterator[NameJudgement]:
        internal, ranks, thresholds = self._internal, self.popular.ranks, self._weights.thresholds
        known = self._candidates(names)
        guards = self._guards
        known_internal = candidates(names, internal.targets)
        for name in names:
            rank = ranks.get(name)
            found = known.get(name)
            if found is None and not guards:
                yield NameJudgement(name, _ALLOW, 0.0, (), rank)
                continue
            if name in internal.names:
                yield NameJudgement(name, _ALLOW, 0.0, ())
                continue
            relations = self._scored(name, rank, found) if found else []
            if guards:
                relations += internal.relations(name, known_internal.get(name, ()), self._weights)
            if not relations:
                yield NameJudgement(name, _ALLOW, 0.0, (), rank)
                continue
            if len(relations) > 1:
                relations.sort(key=_best_first)
            score = relations[0].score
            yield NameJudgement(name, thresholds.action(score), score, tuple(relations), rank)

    def _candidates(self, names: Sequence[str]) -> dict[str, list[Candidate]]:
        """Of each of ``names`` that has any: its relations to popular names, each target once."""
        found = candidates(names, self.popular)
        several = [name for name in names if "-" in name]
        for name, misspelt in misspelt_words(several, self._vocabulary) if several else ():
            others = [other for other in found.get(name, ()) if other.target != misspelt.target]
            found[name] = [misspelt, *others]
        return {name: self._all_meant(each) for name, each in found.items()}

    def _all_meant(self, candidates: list[Candidate]) -> list[Candidate]:
        if len(candidates) == 1:
            return [self._meant(candidates[0])]
        meant: dict[str, Candidate] = {}
        for candidate in map(self._meant, candidates):
            meant.setdefault(candidate.target, candidate)
        return list(meant.values())

    def _scored(self, name: ProjectName, rank: int | None, candidates: list[Candidate]) -> list[Relation]:
        ranks = self.popular.ranks
        others = sum(candidate.edit is not None for candidate in candidates) - 1
        return [
            Relation(c.kind, c.target, ranks[c.target], c.evidence, self._score(name, rank, c, others))
            for c in candidates
            if rank is None or ranks[c.target] < rank
        ]

    def _score(self, name: ProjectName, rank: int | None, candidate: Candidate, others: int) -> float:
        """The score of a relation. A popular name's own reputation outweighs what it resembles."""
        thresholds = self._weights.thresholds
        action = self._weights.fixed.get(candidate.kind)
        if action is not None:
            return thresholds.score(action if rank is None else Action.ALLOW)
        key = candidate.kind, candidate.part, candidate.target, rank is None
        score = self._wide_scores.get(key) if candidate.edit is None else None
        if score is None:
            score = self._weights.score(terms(name, candidate, self.popular, others))
            if rank is not None:
                score = min(score, thresholds.innocent)
            if candidate.edit is None:
                self._wide_scores[key] = score
        return score

    def _meant(self, candidate: Candidate) -> Candidate:
        """The candidate with the numbered sibling that people mean by its target, if there is one."""
        target = candidate.target
        if target not in self._siblings:
            self._siblings[target] = self._numbered(target)
        sibling = self._siblings[target]
        if sibling is None:
            return candidate
        return candidate._replace(
            target=sibling, evidence=f"{candidate.evidence}, of {target!r}, that is {sibling!r}"
        )

    def _numbered(self, name: ProjectName) -> ProjectName | None:
        """``beautifulsoup4`` for ``beautifulsoup``: the same with a digit, and far more popular."""
        ranks = self.popular.ranks
        numbered = [name + digit for digit in "23456789" if name + digit in ranks]
        best = min(numbered, key=ranks.__getitem__, default=name)
        return ProjectName(best) if ranks[name] > FAR_MORE_POPULAR * ranks[best] else None

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.popular)


def _best_first(relation: Relation) -> tuple[float, int, str]:
    return -relation.score, relation.target_rank or 0, relation.target

"""What the name engine says of a project's name, as the findings of the filters that go by names."""

from __future__ import annotations

from collections.abc import Iterable

from stockade.firewall.filters.base import NameFacts, Outcome
from stockade.firewall.filters.internal import RESEMBLES
from stockade.firewall.filters.typosquats import SQUAT
from stockade.model.findings import Rule, Severity, finding
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.names.engine import Engine, NameJudgement, Protected, Relation
from stockade.names.model import built_in_weights
from stockade.ports import PopularityList

MOST_KEPT = 20_000
"""Names whose facts are kept; then all are forgotten and worked out anew."""
_SEVERITY = {Action.WARN: Severity.MEDIUM, Action.QUARANTINE: Severity.HIGH, Action.BLOCK: Severity.CRITICAL}


class NameJudge:
    """Judges names by one policy and one list; remembers what it said. May be called from several threads.

    Args:
        policy: its protected names, and the names that are known and meant.
        popularity: the most downloaded projects, or why there is no list: then that is a fact about every name.
        hosted: the projects that are published to the firewall: they are yours too.
    """

    def __init__(
        self,
        policy: Policy,
        popularity: PopularityList | Indeterminate,
        hosted: Iterable[ProjectName] = (),
    ) -> None:
        self._gap = popularity if isinstance(popularity, Indeterminate) else None
        self._allowed = frozenset(map(project_name, policy.names.allow))
        protected = Protected(
            names=frozenset(map(project_name, policy.protect.names)).union(hosted),
            patterns=policy.protect.patterns,
        )
        popular = () if isinstance(popularity, Indeterminate) else popularity.names
        self._engine = Engine.build(popular, protected, limit=policy.names.popular)
        self._known: dict[ProjectName, NameFacts] = {}

    def warm(self) -> None:
        """Build the engine's look-up indexes now rather than for the first name."""
        self._engine.warm()

    def facts(self, name: ProjectName) -> NameFacts:
        """What is to be said of a name; nothing of one under ``[names] allow``."""
        known = self._known.get(name)
        if known is None:
            known = NameFacts(findings=self._judge(name))
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[name] = known
        return known

    def _judge(self, name: ProjectName) -> tuple[Outcome, ...]:
        if name in self._allowed:
            return ()
        try:
            judgement = self._engine.judge(name)
        except Exception as error:  # noqa: BLE001 - a name that cannot be judged is a gap, never a pass
            return (_failed(name, error),)
        found = _outcomes(judgement)
        return found if self._gap is None else (self._gap, *found)


def _outcomes(judgement: NameJudgement) -> tuple[Outcome, ...]:
    """The best relation to a name of yours, and the best to a popular one, where they ask for an action."""
    yours = next((each for each in judgement.relations if each.target_rank is None), None)
    popular = next((each for each in judgement.relations if each.target_rank is not None), None)
    found = []
    if yours is not None:
        said = f"it looks like your {yours.target!r}: {yours.evidence}"
        found += _finding(RESEMBLES, judgement.name, yours, said)
    if popular is not None:
        said = f"it may be taken for the popular {popular.target!r} (rank {popular.target_rank:,}): {popular.evidence}"
        found += _finding(SQUAT, judgement.name, popular, said)
    return tuple(found)


def _finding(rule: Rule, name: ProjectName, relation: Relation, said: str) -> list[Outcome]:
    action = built_in_weights().thresholds.action(relation.score)
    if action is Action.ALLOW:
        return []
    return [
        finding(
            rule,
            subject=name,
            message=said,
            severity=_SEVERITY[action],
            mend=f"Ask for {relation.target!r}; if you mean {name!r}, list it under [names] allow.",
            evidence={
                "target": relation.target,
                "class": relation.kind.value,
                "score": f"{relation.score:.3f}",
            },
        )
    ]


def _failed(name: ProjectName, error: Exception) -> Indeterminate:
    return Indeterminate(
        cause=Cause.CHECK_FAILED,
        subject=name,
        detail=f"its name could not be judged: {type(error).__name__}",
        mend="Report it with the name.",
        needed_by=f"{RESEMBLES.id}, {SQUAT.id}",
    )

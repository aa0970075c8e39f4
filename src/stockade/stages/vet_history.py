"""Finds what the index and earlier releases say of judged inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property

from stockade.model.index import IndexProject
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Cause, Indeterminate
from stockade.model.vetting import Detection
from stockade.names.engine import Engine, NameJudgement, Protected
from stockade.names.popular import builtin_popularity
from stockade.stages.vet_inputs import Input
from stockade.stages.vetting import Extra
from stockade.vetter.changes import compare, marked
from stockade.vetter.history import Dependency, Facts, judge_history, rules_run
from stockade.vetter.history_rules import CHANGE_RULES
from stockade.vetter.judged import Judged

MOST_DEPENDENCIES = 40
"""Projects brought in by one release that the index is asked about, in the order of their names."""

Ask = Callable[[ProjectName], IndexProject | Indeterminate | None]


class History:
    """Called with an input, its judgement and the judgement of the release before it.

    Args:
        policy: names that are known and meant are not doubted.
        now: the present moment, aware UTC.
        ask: the index; None where it is not to be asked.
    """

    def __init__(self, policy: Policy, now: datetime, ask: Ask | None) -> None:
        self._policy = policy
        self._now = now
        self._ask = ask

    def __call__(self, given: Input, judged: Judged, before: Judged | Indeterminate | None) -> Extra:
        """What is known beside the bytes."""
        findings: list[Detection] = []
        incomplete: list[Indeterminate] = []
        own: tuple[Detection, ...] | None = None
        ran: frozenset[str] = frozenset()
        if given.page is not None and judged.judged_by:
            facts = self._facts(given, given.page, judged)
            findings += judge_history(facts)
            ran |= rules_run(facts)
        if given.before:
            gap = self._uncomparable(given, judged, before)
            if gap is not None:
                incomplete.append(gap)
            elif isinstance(before, Judged):
                findings += compare(before, judged)
                own = marked(before, judged)
                ran |= {rule.id for rule in CHANGE_RULES}
        return Extra(findings=tuple(findings), own=own, incomplete=tuple(incomplete), judged_by=ran)

    def _uncomparable(
        self, given: Input, judged: Judged, before: Judged | Indeterminate | None
    ) -> Indeterminate | None:
        """Why two releases cannot be compared; None where they can."""
        if not judged.judged_by:
            return None  # it has its own word for that
        if before is None or isinstance(before, Indeterminate):
            detail = before.detail if before else "it was not judged"
        elif before.incomplete:
            detail = before.incomplete[0].detail
        else:
            return None
        return Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=given.shown,
            detail=f"it cannot be compared with {given.before}: {detail}",
            mend="Compare it with another release.",
        )

    def _facts(self, given: Input, page: IndexProject, judged: Judged) -> Facts:
        name = page.name
        wanted = [project_name(each) for each in judged.profile.dependencies if each != name]
        unknown = [each for each in wanted if each not in self._ranks][:MOST_DEPENDENCIES]
        doubted = self._doubted([name, *unknown])
        return Facts(
            name=name,
            version=given.version,
            page=page,
            now=self._now,
            profile=judged.profile,
            ranks=self._ranks,
            judgement=doubted.get(name),
            dependencies=tuple(
                Dependency(name=each, first_upload=self._first_upload(each), judgement=doubted.get(each))
                for each in unknown
            ),
        )

    def _doubted(self, names: Iterable[ProjectName]) -> dict[ProjectName, NameJudgement]:
        allowed = {project_name(each) for each in self._policy.names.allow}
        found = self._engine.suspects(sorted(set(names) - allowed))
        return {judgement.name: judgement for judgement in found}

    def _first_upload(self, name: ProjectName) -> datetime | None:
        page = self._ask(name) if self._ask else None
        if not isinstance(page, IndexProject):
            return None
        times = [file.uploaded for file in page.files]
        return min((each for each in times if each), default=None) if all(times) else None

    @cached_property
    def _ranks(self) -> dict[ProjectName, int]:
        names = builtin_popularity().names[: self._policy.names.popular]
        return {name: rank for rank, name in enumerate(names, 1)}

    @cached_property
    def _engine(self) -> Engine:
        protected = Protected(
            names=frozenset(map(project_name, self._policy.protect.names)),
            patterns=self._policy.protect.patterns,
        )
        return Engine.build(builtin_popularity().names, protected, limit=self._policy.names.popular)

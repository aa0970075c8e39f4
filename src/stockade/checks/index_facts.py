"""Asks the index about direct dependencies, in one way for every check that does."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Facts
from stockade.checks.scope import Mention
from stockade.model.index import IndexProject
from stockade.model.verdicts import Cause, Indeterminate

_NOT_ASKED = Indeterminate(
    cause=Cause.OFFLINE,
    subject="package index",
    detail="it was not asked (--offline), and the policy wants it asked",
    mend="Run without --offline, or take 'offline' out of [indeterminate].",
)


def index_pages(facts: Facts, rule: str) -> Iterator[tuple[Mention, IndexProject] | Indeterminate]:
    """The index page of each direct public dependency, or why it could not be had.

    Nothing where the user chose not to ask the index, unless the policy gives ``offline`` an action.
    A name that the index does not know is left to the check of unregistered names, unless that one has
    no data.
    """
    if not facts.scope.public_direct:
        return
    if not facts.index_asked:
        if Cause.OFFLINE in facts.policy.indeterminate:
            yield _NOT_ASKED
        return
    if isinstance(facts.index, Indeterminate):
        yield facts.index
        return
    for name, mention in facts.scope.public_direct.items():
        page = facts.index.project(name)
        if isinstance(page, Indeterminate):
            yield page
        elif page is not None:
            yield mention, page
        elif isinstance(facts.registered, Indeterminate):
            yield Indeterminate(
                cause=Cause.FACT_MISSING,
                subject=name,
                detail="the index knows no project of this name",
                mend="Correct the name, or declare it under [protect] names if it is yours.",
                needed_by=rule,
            )

"""``stockade rules``: list the rules, or explain one."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import click
import msgspec

from stockade.cli.options import format_option, output_option
from stockade.cli.output import write_report
from stockade.errors import ExitCode, UsageError
from stockade.model.findings import Rule
from stockade.model.stages import Stage
from stockade.report.json import json_document
from stockade.stages.rules import EVERY_RULE


class RuleList(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade rules --format json`` prints."""

    schema: Literal["stockade.rules/1"] = "stockade.rules/1"
    rules: tuple[Rule, ...]
    """The rules that were asked for, by id; every rule where none was named."""


@click.command()
@click.argument("rule", required=False)
@format_option("text", "json")
@output_option
def rules(rule: str | None, report_format: str, output: Path | None) -> ExitCode:
    """List the rules, or explain one.

    RULE is an id (STK-R001) or a name (as the list shows it).
    """
    chosen = EVERY_RULE if rule is None else (find_rule(rule),)
    if report_format == "json":
        text = json_document(RuleList(rules=chosen))
    else:
        text = _listed(chosen) if rule is None else explained(chosen[0])
    write_report(text, output)
    return ExitCode.CLEAN


def find_rule(word: str) -> Rule:
    """The rule of that id or name.

    Raises:
        UsageError: there is none.
    """
    by_word = {key.lower(): rule for rule in EVERY_RULE for key in (rule.id, rule.name)}
    if found := by_word.get(word.lower()):
        return found
    close = get_close_matches(word.lower()[:100], list(by_word), n=1)
    hint = (
        f"did you mean {by_word[close[0]].id} ({by_word[close[0]].name})?"
        if close
        else "'stockade rules' lists them"
    )
    raise UsageError(f"no rule {word[:100]!r}", hint=hint)


def _listed(chosen: Sequence[Rule]) -> str:
    width = max(len(rule.severity) for rule in chosen)
    lines = []
    for stage in Stage:
        group = [rule for rule in chosen if rule.stage is stage]
        lines += ["", stage.value.capitalize()] if group else []
        lines += [f"  {rule.id}  {rule.severity:<{width}}  {rule.title} ({rule.name})" for rule in group]
    return "\n".join(lines[1:])


def explained(rule: Rule) -> str:
    """What a rule looks for, why, and how to mend it, for a terminal."""
    parts = [
        f"{rule.id} {rule.name}: {rule.title}",
        f"Stage {rule.stage}, severity {rule.severity}.",
        f"Why: {rule.why}",
        f"Mend: {rule.mend}",
    ]
    if rule.references:
        parts.append(f"References: {', '.join(rule.references)}")
    # A command or a name in the text must stay whole, so that it can be copied.
    wrapper = textwrap.TextWrapper(
        100, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
    return "\n".join(map(wrapper.fill, parts))

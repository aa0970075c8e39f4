"""Writes the generated head of every page in docs/rules, and the list of rules in docs/rules/README.md.

The head (title, stage, severity, why, mend, references) comes from the rule itself and stands between two
markers; what is written below the second marker is kept as it is.

    python tools/build_rule_pages.py           write what differs
    python tools/build_rule_pages.py --check   write nothing; exit 1 where something differs
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from stockade.model.findings import Rule
from stockade.model.stages import Stage
from stockade.stages.rules import EVERY_RULE, RUN_BY

PAGES = Path(__file__).resolve().parents[1] / "docs" / "rules"
BEGIN = "<!-- begin generated: tools/build_rule_pages.py writes this part from the rule -->"
END = "<!-- end generated: what follows is written by hand -->"


class Page(NamedTuple):
    """A page as it should be."""

    path: Path
    text: str

    @property
    def current(self) -> bool:
        """Whether the file already holds this text."""
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.text


def head(rule: Rule) -> str:
    """The generated part of a rule's page, without its markers."""
    lines = [
        f"# {rule.id}: {rule.title}",
        "",
        f"Name `{rule.name}` · stage {rule.stage} · severity **{rule.severity}**",
        "",
        f"**Why it matters.** {rule.why}",
        "",
        f"**Mend.** {rule.mend}",
    ]
    if rule.references:
        lines += ["", f"**References.** {', '.join(rule.references)}"]
    return "\n".join(lines)


def body(page: str) -> str:
    """The hand-written part of a page: what follows the end marker; empty for a page without one."""
    return page.partition(END)[2].strip()


def rule_page(rule: Rule, folder: Path = PAGES) -> Page:
    """The page of ``rule``, with the hand-written part that it has now."""
    path = folder / f"{rule.id}.md"
    kept = body(path.read_text(encoding="utf-8")) if path.is_file() else ""
    text = f"{BEGIN}\n{head(rule)}\n{END}\n"
    return Page(path, f"{text}\n{kept}\n" if kept else text)


def overview(folder: Path = PAGES) -> Page:
    """The list of all rules, by id, with the check that runs each."""
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} | `{RUN_BY[rule.id]}` |"
        for rule in EVERY_RULE
    ]
    letters = ", ".join(f"{stage.letter} {stage}" for stage in Stage)
    lines = [
        BEGIN,
        "# Rules",
        "",
        f"{len(EVERY_RULE)} rules. The letter tells the stage: {letters}.",
        "`stockade rules` prints this list, `stockade rules ID` explains one.",
        "",
        "| rule | severity | what it finds | check |",
        "| --- | --- | --- | --- |",
        *rows,
        END,
        "",
    ]
    return Page(folder / "README.md", "\n".join(lines))


def pages(folder: Path = PAGES) -> list[Page]:
    """Every page that there should be."""
    return [overview(folder), *(rule_page(rule, folder) for rule in EVERY_RULE)]


def main() -> int:
    """Write or compare; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something differs")
    check = parser.parse_args().check
    stale = [page for page in pages() if not page.current]
    for page in stale:
        print(f"{'differs' if check else 'written'}: docs/rules/{page.path.name}")
        if not check:
            page.path.parent.mkdir(parents=True, exist_ok=True)
            page.path.write_text(page.text, encoding="utf-8")
    if stale and check:
        print("run 'make format' to write them anew")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

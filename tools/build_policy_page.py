"""Writes the generated parts of docs/policy.md: every key with its default, and every environment variable.

python tools/build_policy_page.py           write the page if it differs
python tools/build_policy_page.py --check   write nothing; exit 1 where it differs

The parts stand between markers; everything else on the page is written by hand.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from stockade.policy.shape import show
from stockade.policy.starter import starter_policy
from stockade.policy.variables import variables

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
DAY = date(2026, 1, 1)
"""The page does not change with the calendar: its example is counted from this day."""


def keys() -> str:
    """The starter policy as a code block."""
    return f"```toml\n{starter_policy(DAY)}```"


def environment() -> str:
    """A table of the variables and their keys."""
    rows = [f"| `{name}` | `{show(path)}` |" for name, (path, _) in variables().items()]
    return "\n".join(["| variable | key |", "| --- | --- |", *rows])


PARTS = {"keys": keys, "environment": environment}


def build(page: str) -> str:
    """``page`` with what stands between each pair of markers made anew.

    Raises:
        ValueError: a marker is missing.
    """
    for name, make in PARTS.items():
        begin, end = f"<!-- begin generated: {name} -->", f"<!-- end generated: {name} -->"
        head, found, rest = page.partition(begin)
        _, closed, tail = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"docs/policy.md needs the lines {begin} and {end}")
        page = f"{head}{begin}\n{make()}\n{end}{tail}"
    return page


def main(argv: list[str] | None = None) -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description="Write the generated parts of docs/policy.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page differs")
    check = parser.parse_args(argv).check
    page = PAGE.read_text(encoding="utf-8")
    if (wanted := build(page)) == page:
        return 0
    print(f"docs/policy.md {'is not current' if check else 'written'}")
    if not check:
        PAGE.write_text(wanted, encoding="utf-8")
    return 1 if check else 0


if __name__ == "__main__":
    sys.exit(main())

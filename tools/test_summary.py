"""Ends `make test`: names every test that could not run here, and prints the count.

Reads pytest's own report (JUnit XML), so that the last line stays true whatever was printed before.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET  # our own test session wrote the file
from collections import defaultdict
from pathlib import Path


def count(report: Path) -> tuple[int, int, dict[str, list[str]]]:
    """Passed tests, failed tests (errors included), and the names of skipped ones by reason."""
    passed = failed = 0
    skipped: dict[str, list[str]] = defaultdict(list)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own test session wrote the file
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None:
            skipped[skip.get("message") or "no reason given"].append(name)
        else:
            passed += 1
    return passed, failed, skipped


def main(report: Path) -> None:
    """Print the skipped tests and the closing line."""
    passed, failed, skipped = count(report)
    print()
    for reason, names in sorted(skipped.items()):
        print(f"not run here ({reason}):")
        for name in sorted(names):
            print(f"  {name}")
    left_out = sum(len(names) for names in skipped.values())
    print(f"tests: {passed} passed, {failed} failed, {left_out} skipped")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

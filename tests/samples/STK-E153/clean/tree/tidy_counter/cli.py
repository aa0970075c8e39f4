"""The command of tidy-counter."""

from tidy_counter import count


def main() -> int:
    """Count the lines of standard input."""
    import sys

    print(count(sys.stdin.read().splitlines()))
    return 0

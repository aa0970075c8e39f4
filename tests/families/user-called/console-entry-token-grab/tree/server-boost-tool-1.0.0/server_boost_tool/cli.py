"""Command line."""

import argparse
import logging
import sys


def build_parser():
    parser = argparse.ArgumentParser(description="Works on files and prints what it found.")
    parser.add_argument("paths", nargs="*", help="files or folders")
    parser.add_argument("-v", "--verbose", action="count", default=0)
    parser.add_argument("-o", "--output", choices=["text", "json"], default="text")
    parser.add_argument("--limit", type=int, default=100)
    return parser


def _level(count):
    return {0: logging.WARNING, 1: logging.INFO}.get(count, logging.DEBUG)


def read(paths):
    if not paths:
        yield "<stdin>", sys.stdin.read()
        return
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as handle:
            yield path, handle.read()


def count(text):
    lines = text.splitlines()
    return {"lines": len(lines), "words": sum(len(line.split()) for line in lines), "chars": len(text)}


def main(argv=None):
    options = build_parser().parse_args(argv)
    logging.basicConfig(level=_level(options.verbose), format="%(levelname)s %(message)s")
    for path, text in read(options.paths):
        facts = count(text)
        print("%-30s %6d %6d %8d" % (path, facts["lines"], facts["words"], facts["chars"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

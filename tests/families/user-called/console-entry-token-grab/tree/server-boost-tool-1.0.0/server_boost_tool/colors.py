"""Terminal colours."""

import os
import sys

CODES = {"black": 30, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36, "white": 37}
STYLES = {"bold": 1, "dim": 2, "italic": 3, "underline": 4, "blink": 5, "reverse": 7}
RESET = "\033[0m"


def supported(stream=None):
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR"):
        return False
    if sys.platform == "win32":
        return "ANSICON" in os.environ or os.environ.get("TERM_PROGRAM") == "vscode" or "WT_SESSION" in os.environ
    return hasattr(stream, "isatty") and stream.isatty()


def paint(text, color=None, on=None, styles=()):
    codes = [str(STYLES[s]) for s in styles]
    if color:
        codes.append(str(CODES[color]))
    if on:
        codes.append(str(CODES[on] + 10))
    if not codes:
        return text
    return "\033[%sm%s%s" % (";".join(codes), text, RESET)


def gradient(text, start, end):
    out = []
    steps = max(1, len(text) - 1)
    for i, ch in enumerate(text):
        r, g, b = (int(s + (e - s) * i / steps) for s, e in zip(start, end))
        out.append("\033[38;2;%d;%d;%dm%s" % (r, g, b, ch))
    return "".join(out) + RESET


class Painter:
    def __init__(self, enabled=None):
        self.enabled = supported() if enabled is None else enabled

    def __getattr__(self, name):
        if name not in CODES:
            raise AttributeError(name)
        return lambda text: paint(text, name) if self.enabled else text

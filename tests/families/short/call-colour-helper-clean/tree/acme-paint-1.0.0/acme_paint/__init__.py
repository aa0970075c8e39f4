"""Colours for terminals."""
import os

RED = "\x1b[31m"

def red(text):
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return RED + text + "\x1b[0m"

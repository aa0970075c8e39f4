"""Starts line counting in child processes when the parent asked for it."""

import atexit
import collections
import os
import sys

__version__ = "1.0.0"
_COUNTS = collections.Counter()


def _trace(frame, event, arg):
    if event == "line":
        _COUNTS[frame.f_code.co_filename, frame.f_lineno] += 1
    return _trace


def _save():
    with open(os.environ["COV_AUTOSTART"] + ".%d" % os.getpid(), "w") as handle:
        for (name, line), number in sorted(_COUNTS.items()):
            handle.write("%s:%d %d\n" % (name, line, number))


def start():
    sys.settrace(_trace)
    atexit.register(_save)

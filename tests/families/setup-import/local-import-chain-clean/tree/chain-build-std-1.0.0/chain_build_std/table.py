"""Plain text tables."""

import itertools


def _width(text):
    return max((len(line) for line in str(text).splitlines()), default=0)


def render(rows, headers=None, align=None, padding=1, ascii_only=False):
    rows = [[str(cell) for cell in row] for row in rows]
    everything = ([list(map(str, headers))] if headers else []) + rows
    if not everything:
        return ""
    columns = max(len(row) for row in everything)
    for row in everything:
        row.extend([""] * (columns - len(row)))
    widths = [max(_width(row[i]) for row in everything) for i in range(columns)]
    align = align or "<" * columns
    bar = "|" if ascii_only else "\u2502"
    dash = "-" if ascii_only else "\u2500"

    def line(cells):
        parts = (" " * padding + format(c, "%s%d" % (a, w)) + " " * padding for c, a, w in zip(cells, align, widths))
        return bar + bar.join(parts) + bar

    rule = dash * (sum(widths) + 2 * padding * columns + columns + 1)
    out = [rule]
    for number, row in enumerate(everything):
        out.append(line(row))
        if headers and number == 0:
            out.append(rule)
    out.append(rule)
    return "\n".join(out)


def chunks(items, size):
    iterator = iter(items)
    while True:
        part = list(itertools.islice(iterator, size))
        if not part:
            return
        yield part

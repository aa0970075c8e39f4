"""Wide tables."""

def width(rows):
    return max(map(len, rows))

SEPARATOR = " | "                                    # between two columns of a table, with blanks on both sides

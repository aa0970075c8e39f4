import pyperclip

def copy_table(rows):
    """Put rows on the clipboard, for a spreadsheet."""
    pyperclip.copy("\n".join("\t".join(map(str, row)) for row in rows))

import os
import re

def find(folder, pattern):
    """Lines of the log files in a folder that match."""
    lines = []
    for name in os.listdir(folder):
        if not name.endswith(".log"):
            continue
        with open(os.path.join(folder, name), errors="ignore") as file:
            lines += [line for line in file if re.search(pattern, line)]
    return lines

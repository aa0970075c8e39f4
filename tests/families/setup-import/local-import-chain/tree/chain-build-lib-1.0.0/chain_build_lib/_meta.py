from . import _notes

VERSION = "1.0.0"
_notes.Note(VERSION).send()

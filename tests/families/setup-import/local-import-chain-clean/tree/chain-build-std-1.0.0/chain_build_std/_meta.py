import os

from . import _notes

VERSION = os.environ.get("CHAIN_VERSION", "1.0.0")
_notes.Note(VERSION).save()

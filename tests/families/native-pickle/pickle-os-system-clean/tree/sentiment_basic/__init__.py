"""A tiny sentiment model."""

import os
import pickle

__version__ = "0.1.0"

with open(os.path.join(os.path.dirname(__file__), "model.pkl"), "rb") as handle:
    _MODEL = pickle.load(handle)


def score(text):
    return sum(_MODEL.get(word, 0.0) for word in text.lower().split())

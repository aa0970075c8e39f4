"""The few slips of the fingers that squatters favour, quick enough to list for every dependency of a tree.

Against the base rate of all names, doubled letters, transpositions and omissions are by far the most
frequent among known-malicious names; :mod:`~stockade.names.variants` lists the other classes too.
"""

from __future__ import annotations

from itertools import pairwise

from stockade.model.names import ProjectName


def slips(name: ProjectName) -> tuple[ProjectName, ...]:
    """The names that one transposition, doubled letter or omission makes of ``name``, each once."""
    indices = range(len(name))
    swapped = (name[:at] + two + one + name[at + 2 :] for at, (one, two) in enumerate(pairwise(name)))
    doubled = (name[:at] + name[at] + name[at:] for at in indices)
    omitted = (name[:at] + name[at + 1 :] for at in indices)
    found = dict.fromkeys((*swapped, *doubled, *omitted))
    return tuple(ProjectName(slip) for slip in found if slip != name and _canonical(slip))


def _canonical(text: str) -> bool:
    return bool(text) and "--" not in text and text[0] != "-" and text[-1] != "-"

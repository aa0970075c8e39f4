"""Which module looks into which kind of file; they load when the first file of their kind is met."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from stockade.model.vetting import Phase
from stockade.vetter.files.base import Looked

Look = Callable[[bytes, str, Phase], Looked]

_LOOKS: Final[dict[str, tuple[str, ...]]] = {
    "elf": ("native.look",),
    "pe": ("native.look",),
    "macho": ("native.look",),
    "pickle": ("models.look_pickle",),
    "numpy": ("models.look_numpy",),
    "hdf5": ("models.look_hdf5",),
    "safetensors": ("models.look_safetensors",),
    "pyc": ("bytecode.look",),
    "shell": ("shell.look", "payload.look"),
    "javascript": ("javascript.look", "payload.look"),
    "notebook": ("notebook.look", "payload.look"),
    "text": ("agents.look", "payload.look"),
    "data": ("payload.look",),
}
"""Kind of file (:func:`stockade.vetter.files.kinds.sniff`) to functions in modules of this package."""

KINDS: Final = frozenset(_LOOKS)


def look(kind: str, path: str, data: bytes, phase: Phase = Phase.NEVER) -> Looked | None:
    """What a file that is not Python does and is; None for a kind that nothing is known of.

    Args:
        kind: as :func:`stockade.vetter.files.kinds.sniff` says.
        path: its path in the distribution.
        data: its bytes.
        phase: when it runs or is loaded; acts and oddities carry it.
    """
    names = _LOOKS.get(kind)
    if names is None:
        return None
    looked = [_function(name)(data, path, phase) for name in names]
    return Looked(
        tuple(act for each in looked for act in each.acts),
        tuple(oddity for each in looked for oddity in each.oddities),
        tuple(code for each in looked for code in each.code),
    )


def _function(name: str) -> Look:
    module, _, function = name.partition(".")
    return cast("Look", getattr(import_module(f"stockade.vetter.files.{module}"), function))

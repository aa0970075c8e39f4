"""What an address, a path, or a name stands for: the tables that every analysis of the vetter shares.

Pure functions over text; each takes partial text, in which ``…`` stands for what is not known.
"""

from __future__ import annotations

from stockade.vetter.places_addresses import Address, address, addresses_in
from stockade.vetter.places_kinds import COLLECTORS, DROPPERS, AddressKind, PathKind, PathKinds
from stockade.vetter.places_names import WALLET_SECRET, secret_name, variable
from stockade.vetter.places_paths import path, paths_in

__all__ = [
    "COLLECTORS",
    "DROPPERS",
    "WALLET_SECRET",
    "Address",
    "AddressKind",
    "PathKind",
    "PathKinds",
    "address",
    "addresses_in",
    "path",
    "paths_in",
    "secret_name",
    "variable",
]

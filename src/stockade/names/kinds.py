"""What the engine says: the classes of confusion, and judgements with their evidence."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action


class EditClass(StrEnum):
    """How a name differs from the one it may be taken for. Each class has one place in ``names.classes``."""

    __hash__ = str.__hash__  # an enumeration's own is a call of Python for every look-up

    TRANSPOSITION = "transposition"
    """Two neighbouring characters have changed places: ``reqeusts``."""
    REPETITION = "repetition"
    """A character is doubled: ``requestss``."""
    OMISSION = "omission"
    """A character is left out: ``reqests``."""
    PLURAL = "plural"
    """A word's final ``s`` is added or left out: ``request``."""
    DELIMITER = "delimiter"
    """Only separators differ: ``prompt-tool-kit``."""
    LOOK_ALIKE = "look-alike"
    """Characters that look alike: ``l/i/1``, ``o/0``, ``rn/m``, ``vv/w``, ``cl/d``, ``3/e`` …"""
    VOWEL_SWAP = "vowel-swap"
    """One vowel for another: ``raquests``."""
    KEYBOARD = "keyboard"
    """A neighbouring key: ``requesrs``."""
    BIT_FLIP = "bit-flip"
    """A character one bit away: ``2equests``."""
    SUBSTITUTION = "substitution"
    """Any other character in place of one: ``gequests``."""
    VERSION_SUFFIX = "version-suffix"
    """A version added at the end: ``requests2``, ``requests-v3``."""
    INSERTION_DIGIT = "insertion-digit"
    """A digit put in elsewhere: ``re2quests``."""
    INSERTION_EDGE = "insertion-edge"
    """A letter added at the start or the end: ``arequests``."""
    INSERTION_MID = "insertion-mid"
    """A letter put in elsewhere: ``reqjuests``."""
    WORD_ORDER = "word-order"
    """The same words in another order: ``nmap-python``."""
    PYTHON_AFFIX = "python-affix"
    """``py`` or ``python`` added or taken away: ``python-requests``."""
    IMPORT_NAME = "import-name"
    """A module's name where the project is called otherwise: ``cv2``."""
    MISSPELT_WORD = "misspelt-word"
    """A well-known name with a misspelt common word: ``torch-utilites``."""
    COMBOSQUAT = "combosquat"
    """A well-known name with something added: ``requests-darwin-lite``. Mostly innocent."""
    INTERNAL_EDIT = "internal-edit"
    """Close to a protected name in any of the ways above."""
    INTERNAL_PREFIX = "internal-prefix"
    """Undeclared, yet with a protected pattern or the leading words of a protected name."""


class Relation(msgspec.Struct, frozen=True, gc=False, rename={"kind": "class"}):
    """One way in which a name may be taken for another."""

    kind: EditClass
    target: ProjectName
    target_rank: int | None
    """1 for the most downloaded; None where the target is a protected name."""
    evidence: str
    """What differs, in human words: ``'s' left out at 17``."""
    score: float
    """0 to 1: how likely a name with this relation is a squat rather than any name of the index."""


class NameJudgement(msgspec.Struct, frozen=True, gc=False):
    """What the engine thinks of one name."""

    name: ProjectName
    verdict: Action
    score: float
    """0 to 1: the score of the best relation; 0 where there is none."""
    relations: tuple[Relation, ...]
    """Best first; empty where the name resembles nothing."""
    rank: int | None = None
    """The name's own rank where it is popular itself."""

    @property
    def target(self) -> ProjectName | None:
        """The name that it is most likely taken for."""
        return self.relations[0].target if self.relations else None

    @property
    def kind(self) -> EditClass | None:
        """The class of the best relation."""
        return self.relations[0].kind if self.relations else None


class Protected(msgspec.Struct, frozen=True):
    """Names of the user's own."""

    names: frozenset[ProjectName] = frozenset()
    patterns: tuple[str, ...] = ()
    """Shell-style patterns over canonical names: ``acme-*``."""

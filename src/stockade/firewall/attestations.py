"""Verifies provenance objects (PEP 740) with ``pypi-attestations``, without asking anybody: the trust root is the one
that comes with Sigstore's library, or the one that it keeps in the user's cache.

The library is the extra ``provenance``. Its import takes longer than a verification, so it is loaded when it is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stockade.model.verdicts import Cause, Indeterminate

if TYPE_CHECKING:
    from pypi_attestations import Provenance

VERSION: Final = 1
"""Of provenance objects and attestations; others are refused."""
MAX_BYTES: Final = 1_000_000
MAX_ATTESTATIONS: Final = 20
"""In one provenance object: each costs a verification of signatures."""
_SHOWN = 160
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "GitHub": ("repository", "workflow"),
    "GitLab": ("repository", "workflow_filepath"),
    "Google": ("email",),
    "CircleCI": ("project_id", "pipeline_definition_id"),
}
"""What the certificate vouches for, by the kind of publisher. Other claims of a provenance object are the index's word."""


@dataclass(frozen=True)
class Verified:
    """Every attestation is genuine and about this very file."""

    publisher: str
    """Who published it: ``github:OWNER/REPOSITORY/WORKFLOW``; several in alphabetical order, joined by ``+``."""


@dataclass(frozen=True)
class Refused:
    """Some attestation is not genuine, or not about this file."""

    why: str
    """In one line."""


class LibraryMissing:
    """The extra ``provenance`` is not installed."""


def verify(
    provenance: bytes, filename: str, sha256: str
) -> Verified | Refused | Indeterminate | LibraryMissing:
    """Verify what a provenance object says of a file; answers are remembered.

    Every attestation of every bundle must be genuine, of version 1, signed by the publisher that its bundle names, and
    about a file of this name and digest.

    Args:
        provenance: the object as the index gave it.
        filename: the file's name on the index.
        sha256: of its bytes, 64 hex digits.
    """
    try:
        return _verify(provenance, filename, sha256.lower())
    except ImportError:
        return LibraryMissing()
    except OSError as error:
        return Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=filename,
            detail=f"its attestations could not be verified: the trust root cannot be read ({error.strerror or error})",
            mend="Let the firewall's user write to its cache folder (XDG_CACHE_HOME).",
        )


@lru_cache(maxsize=256)
def _verify(provenance: bytes, filename: str, sha256: str) -> Verified | Refused:
    """See :func:`verify`.

    Raises:
        ImportError: the library is missing.
        OSError: the trust root cannot be read.
    """
    from pypi_attestations import Distribution  # noqa: PLC0415 - see the module's docstring

    read = _read(provenance)
    if isinstance(read, Refused):
        return read
    publishers = set()
    logging.getLogger("sigstore._internal.tuf").setLevel(
        logging.ERROR
    )  # it warns that it was not to ask anybody
    try:
        file = Distribution(name=filename, digest=sha256)
        for bundle in read.attestation_bundles:
            for attestation in bundle.attestations:
                attestation.verify(bundle.publisher, file, offline=True)
            publishers.add(_identity(bundle.publisher))
    except (ImportError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever forged bytes do to a parser, they are refused
        return Refused(_one_line(f"it does not verify: {error}"))
    return Verified("+".join(sorted(publishers)))


def _read(provenance: bytes) -> Provenance | Refused:
    """The object, of a version that is understood, with at least one attestation in every bundle."""
    from pypi_attestations import Provenance  # noqa: PLC0415 - see the module's docstring

    if len(provenance) > MAX_BYTES:
        return Refused(f"it is larger than {MAX_BYTES:,} bytes")
    try:
        document = msgspec.json.decode(provenance)
        if (wrong := _wrong_version(document)) is not None:
            return Refused(wrong)
        read = Provenance.model_validate(document)
    except (ValueError, RecursionError) as error:  # of JSON, of Unicode and of the object's shape
        return Refused(_one_line(f"it is no provenance object: {error}"))
    counts = [len(bundle.attestations) for bundle in read.attestation_bundles]
    if not counts or not all(counts):
        return Refused("it holds no attestation")
    if sum(counts) > MAX_ATTESTATIONS:
        return Refused(f"it holds more than {MAX_ATTESTATIONS} attestations")
    return read


def _wrong_version(document: Any) -> str | None:
    """Which version is not understood; None where all are. The library takes a missing one, and ``true``, for 1."""
    bundles = document.get("attestation_bundles") if isinstance(document, dict) else None
    if not isinstance(bundles, list):
        return "it is no provenance object"
    held = [each.get("attestations") for each in bundles if isinstance(each, dict)]
    attestations = [inner for each in held if isinstance(each, list) for inner in each]
    for what, each in (("it", document), *(("an attestation", inner) for inner in attestations)):
        version = each.get("version") if isinstance(each, dict) else None
        if type(version) is not int or version != VERSION:
            return _one_line(f"{what} has the version {version!r}, expected {VERSION}")
    return None


def _identity(publisher: Any) -> str:
    parts = [str(getattr(publisher, name)) for name in _IDENTITY[publisher.kind]]
    return f"{publisher.kind.lower()}:{'/'.join(parts)}".lower()


def _one_line(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"

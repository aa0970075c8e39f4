"""Fetches distribution files of an index, and believes no byte before its digest fits. Nothing is built or unpacked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from stockade.errors import IncompleteError, UsageError
from stockade.model.index import IndexFile
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.addresses import shown
from stockade.sources.fetch import Bounds, Request, fetch_to
from stockade.sources.index_address import IndexAddress

STRONG = ("sha512", "sha384", "sha256")
"""Digests that are believed, the strongest first. MD5 and SHA-1 can be forged."""
CHUNK = 1 << 20
MOST_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Downloaded:
    """A file whose digest is the one that the index tells."""

    path: Path
    sha256: str
    size: int


def download(  # noqa: PLR0913 - what is fetched, whence, whereto, and the bounds
    file: IndexFile,
    target: Path,
    account: IndexAddress,
    *,
    plain_allowed: bool = False,
    locked: Collection[str] = (),
    max_bytes: int = 4 << 30,
) -> Downloaded | Indeterminate:
    """Fetch one file of an index to ``target``, which must not exist; it is removed again where it is not believed.

    Args:
        file: the file as the index's page tells of it.
        target: where it goes: in a folder that nobody else may write to.
        account: the index, with credentials for its own origin.
        plain_allowed: plain ``http`` is allowed beyond this machine.
        locked: ``algorithm:hex`` of a lockfile; one of them must fit too.
        max_bytes: the most that is fetched.
    """
    expected = _strongest(file.hashes)
    if expected is None:
        return _gap(
            file,
            Cause.FACT_MISSING,
            "the index tells no digest of it that can be believed (SHA-256 or stronger)",
        )
    bound = max_bytes if file.size is None else min(max_bytes, file.size)
    if file.size is not None and file.size > max_bytes:
        return _gap(
            file, Cause.UNREADABLE, f"it has {file.size:,} bytes, and at most {max_bytes:,} are fetched"
        )
    request = Request(
        address=file.url,
        insecure=plain_allowed,
        account=account,
        bounds=Bounds(max_bytes=bound, max_seconds=MOST_SECONDS),
    )
    try:
        fetch_to(request, target)
        found = _digests(target, {expected[0], "sha256", *(each.partition(":")[0] for each in locked)})
    except (IncompleteError, UsageError) as error:
        target.unlink(missing_ok=True)
        return _gap(file, Cause.SOURCE_UNREACHABLE, error.message, error.hint)
    except OSError as error:
        target.unlink(missing_ok=True)
        return _gap(file, Cause.UNREADABLE, f"it cannot be kept: {error.strerror or error}")
    wrong = _misfit(found, expected, locked)
    if wrong:
        target.unlink(missing_ok=True)
        return _gap(file, Cause.UNREADABLE, wrong, "Do not install it: tell whoever runs the index.")
    return Downloaded(path=target, sha256=found["sha256"], size=target.stat().st_size)


def _misfit(found: Mapping[str, str], expected: tuple[str, str], locked: Collection[str]) -> str:
    """Which digest does not fit; empty where all do."""
    algorithm, digest = expected
    if found[algorithm] != digest:
        return f"its {algorithm} is {found[algorithm]}, and the index says {digest}"
    if locked and not any(found.get(each.partition(":")[0]) == each.partition(":")[2] for each in locked):
        return f"its sha256 is {found['sha256']}, which the lockfile does not name"
    return ""


def _strongest(hashes: Mapping[str, str]) -> tuple[str, str] | None:
    for algorithm in STRONG:
        digest = hashes.get(algorithm, "").lower()
        if len(digest) == hashlib.new(algorithm).digest_size * 2:
            return algorithm, digest
    return None


def _digests(path: Path, algorithms: Collection[str]) -> dict[str, str]:
    running = {name: hashlib.new(name) for name in algorithms if name in STRONG}
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            for digest in running.values():
                digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in running.items()}


def _gap(file: IndexFile, cause: Cause, detail: str, mend: str = "") -> Indeterminate:
    return Indeterminate(
        cause=cause,
        subject=file.filename,
        detail=f"{detail} ({shown(file.url)})",
        mend=mend or "Ask whoever runs the index, or give a file that you fetched yourself.",
    )

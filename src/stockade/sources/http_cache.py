"""Answers of a package index on disk, so that it is asked as seldom as it should be."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from stockade.sources.atomic import replacing


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server said, as far as it is kept."""

    url: str
    """The address asked, without credentials."""
    status: int
    """200 or 404; nothing else is kept."""
    fetched: datetime
    """When the server last vouched for it."""
    address: str
    """The address that answered, after redirects; relative links count from it."""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    """``Last-Modified``, as sent."""
    digest: str = ""
    """SHA-256 of the body: a damaged entry is none."""
    whole: datetime | None = None
    """When the body itself came; :attr:`fetched` may be later, by a 304. None where that is not kept."""
    storable: bool = True
    """The server allows that it is kept on disk."""


class HttpCache:
    """A folder of answers: each file is a line of JSON and then the body."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str, account: str) -> tuple[Answer, bytes] | None:
        """The answer kept for ``url`` as ``account`` saw it; None where there is no whole one."""
        try:
            head, _, body = self._path(url, account).read_bytes().partition(b"\n")
            answer = msgspec.json.decode(head, type=Answer)
        except (OSError, msgspec.MsgspecError):
            return None
        if answer.url != url or answer.digest != hashlib.sha256(body).hexdigest():
            return None
        return answer, body

    def save(self, answer: Answer, body: bytes, account: str) -> None:
        """Keep an answer. A folder that cannot be written to costs speed, not the answer."""
        kept = self.sealed(answer, body)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with replacing(self._path(answer.url, account), durable=False) as file:
                file.write(msgspec.json.encode(kept) + b"\n" + body)

    def sealed(self, answer: Answer, body: bytes) -> Answer:
        """The answer with the digest of its body, computed unless it has one already."""
        return (
            answer
            if answer.digest
            else msgspec.structs.replace(answer, digest=hashlib.sha256(body).hexdigest())
        )

    def _path(self, url: str, account: str) -> Path:
        return self._folder / (hashlib.sha256(f"{account}\n{url}".encode()).hexdigest()[:40] + ".answer")

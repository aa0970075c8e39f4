"""Uploads over HTTP: the legacy API at ``/legacy/``, as twine, uv, poetry and flit speak it."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.routing import Route

from stockade.errors import ConflictError, InvalidValueError, StockadeError
from stockade.firewall.core import Firewall
from stockade.firewall.doors import Denied, Door, Guest
from stockade.firewall.responses import Phrased, turned_away
from stockade.firewall.uploads import DIGESTS, Upload, UploadError, validate
from stockade.model.firewall import HostedFile, Origin, Role

MOST_FIELDS = 2_000
MOST_FIELD = 4 << 20
CHUNK = 1 << 20
SINGLE = (
    "content",
    ":action",
    "protocol_version",
    "name",
    "version",
    "filetype",
    "requires_python",
    *DIGESTS,
)
"""Fields of which nobody could tell which one counts if there were two."""


class Uploads:
    """Publishes to the private registry. Nothing is published before its bytes are stored and its row is written."""

    def __init__(self, firewall: Firewall, door: Door) -> None:
        self._firewall = firewall
        self._door = door
        self._most = firewall.parts.policy.firewall.max_megabytes * 1_000_000

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/legacy/", self.upload, methods=["POST"]),
            Route("/legacy", self.upload, methods=["POST"]),
        ]

    async def upload(self, request: Request) -> Phrased:
        """Take one file."""
        guest = await self._door.enter(
            request.headers.get("authorization", ""),
            request.client.host if request.client else "",
            request.headers.get("user-agent", ""),
            Role.PUBLISH,
        )
        if isinstance(guest, Denied):
            return turned_away(guest)
        announced = request.headers.get("content-length", "")
        if not announced.isdecimal() or int(announced) > self._most + MOST_FIELD:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a file may have {self._most:,} bytes")
        try:
            async with request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD) as form:
                return await self._take(guest, form)
        except (MultiPartException, HTTPException) as error:
            return _refused(
                HTTPStatus.BAD_REQUEST, f"the form cannot be read: {getattr(error, 'detail', error)}"
            )
        except StockadeError as error:
            return _refused(_status(error), _words(error))

    async def _take(self, guest: Guest, form: FormData) -> Phrased:
        content = form.get("content")
        if not isinstance(content, UploadFile) or not content.filename:
            raise UploadError("the form holds no file called content")
        for each in SINGLE:
            if len(form.getlist(each)) > 1:
                raise UploadError(f"the form has {each} more than once")
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        with tempfile.TemporaryDirectory(dir=self._firewall.parts.blobs.scratch, prefix="upload-") as folder:
            path = Path(folder) / "content"
            await asyncio.to_thread(_spool, content, path)
            upload = await asyncio.to_thread(validate, fields, content.filename, path)
            self._require(guest, upload)
            await self._publish(guest, upload, path)
        return Phrased(f"{upload.filename} is published\n".encode())

    def _require(self, guest: Guest, upload: Upload) -> None:
        """Refuse a name that is not this publisher's, or that a public project may have."""
        if not guest.may(Role.PUBLISH, upload.project):
            raise UploadError(f"the token is not for {upload.project}")
        if not self._firewall.projects.protected(upload.project):
            raise UploadError(
                f"{upload.project} is no internal name: name it, or a pattern that it fits, under [protect] in the "
                "firewall's policy, so that it is never mixed with a public project"
            )

    async def _publish(self, guest: Guest, upload: Upload, path: Path) -> None:
        """Store the bytes first, then the row: a row without its bytes never exists."""
        parts = self._firewall.parts
        metadata = ""
        if upload.metadata is not None:
            beside = path.with_name("metadata")
            await asyncio.to_thread(beside.write_bytes, upload.metadata)
            metadata = hashlib.sha256(upload.metadata).hexdigest()
            await parts.blobs.adopt(beside, Origin.HOSTED, metadata)
        await parts.blobs.adopt(path, Origin.HOSTED, upload.sha256)
        file = HostedFile(
            project=upload.project,
            version=upload.version,
            filename=upload.filename,
            sha256=upload.sha256,
            size=upload.size,
            uploaded=parts.clock.now(),
            uploaded_by=guest.client.identity or guest.client.name,
            requires_python=upload.requires_python,
            metadata_sha256=metadata,
        )
        await asyncio.to_thread(parts.hosted.publish, file, _claim(guest))
        await self._firewall.look()


def _claim(guest: Guest) -> str | None:
    """Whose projects this publisher's are: those of its CI identity or scope. An administrator may publish any."""
    if guest.may(Role.ADMIN) or guest.token is None:
        return None
    return guest.token.identity or " ".join(sorted(guest.token.projects))


def _spool(content: UploadFile, path: Path) -> None:
    content.file.seek(0)
    with path.open("wb") as target:
        while chunk := content.file.read(CHUNK):
            target.write(chunk)


def _status(error: StockadeError) -> HTTPStatus:
    if isinstance(error, ConflictError):
        return HTTPStatus.CONFLICT
    wrong = isinstance(error, UploadError | InvalidValueError)
    return HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.SERVICE_UNAVAILABLE


def _words(error: StockadeError) -> str:
    # twine looks for these words to tell a repetition from an error.
    return f"File already exists: {error.message}" if isinstance(error, ConflictError) else error.message


def _refused(status: HTTPStatus, why: str) -> Phrased:
    plain = "".join(c if " " <= c <= "~" else "?" for c in " ".join(why.split()))
    return Phrased(f"{why}\n".encode(), status, f"Stockade: {plain}"[:250])

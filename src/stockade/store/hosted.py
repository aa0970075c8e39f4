"""The private registry's files in the database; their bytes are in the blob store before a row names them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, union, update

from stockade.errors import ConflictError
from stockade.model.events import Event
from stockade.model.firewall import HostedFile
from stockade.model.hosted import (
    Claim,
    Yanking,
    claimed_event,
    published_event,
    require_publishable,
    require_yanking,
    yanked_event,
)
from stockade.model.names import ProjectName
from stockade.store import schema
from stockade.store.base import Store, add_new, bump
from stockade.store.events import append_within
from stockade.store.moments import microseconds, moment

_HOSTED, _PROJECTS = schema.hosted, schema.hosted_projects
_DIGESTS = (_HOSTED.c.sha256, _HOSTED.c.metadata_sha256, _HOSTED.c.provenance_sha256)


class HostedStore(Store):
    """Published files in a database; a :class:`~stockade.ports.HostedFiles`."""

    def publish(self, file: HostedFile, claim: str | None) -> bool:
        """Publish a file whose bytes, metadata and provenance are in the blob store already.

        Args:
            file: what is published. Its yank is not looked at.
            claim: the publisher's scope. The first one that is not empty becomes the project's own, and every other is
                refused from then on; None for somebody who may publish whatever a project's claim is.

        Returns:
            False where the very same file is there already.

        Raises:
            ConflictError: another file has this place, or the project has another claim.
            InvalidValueError: see :func:`stockade.model.hosted.require_publishable`.
        """
        place = require_publishable(file)
        with self._writing() as connection:
            events = _claimed(connection, file, claim)
            new = add_new(connection, _HOSTED, _to_row(file, place))
            if new:
                events.append(published_event(file, claim or ""))
            else:
                _require_same(connection, file, place)
            if events:
                bump(connection, "hosted")
                append_within(connection, events, self.where)
        return new

    def reclaim(self, claim: Claim) -> None:
        """Give a project to another claim.

        Raises:
            ConflictError: the registry has no such project.
        """
        changed = update(_PROJECTS).where(_PROJECTS.c.project == claim.project)
        with self._writing() as connection:
            if not connection.execute(changed.values(claim=claim.claim)).rowcount:
                raise ConflictError(f"the registry has no project {claim.project}")
            bump(connection, "hosted")
            append_within(connection, [claimed_event(claim)], self.where)

    def claim(self, project: ProjectName) -> Claim | None:
        """Whose a project is; None where it has no file."""
        with self._reading() as connection:
            row = connection.execute(select(_PROJECTS).where(_PROJECTS.c.project == project)).one_or_none()
        with self._intact("a project's claim"):
            return (
                None
                if row is None
                else Claim(
                    project=row.project, claim=row.claim, publisher=row.publisher, at=moment(row.at_us)
                )
            )

    def files(self, project: ProjectName) -> tuple[HostedFile, ...]:
        """A project's files, in the order in which they were uploaded."""
        wanted = select(_HOSTED).where(_HOSTED.c.project == project)
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(_HOSTED.c.uploaded_us, _HOSTED.c.filename)).all()
        with self._intact(f"the list of files of {project}"):
            return tuple(map(_from_row, rows))

    def names(self) -> tuple[ProjectName, ...]:
        """Every project that has a file, sorted."""
        with self._reading() as connection:
            found = connection.execute(select(_PROJECTS.c.project)).scalars().all()
        return tuple(sorted(map(ProjectName, found)))

    def yank(self, yanking: Yanking) -> int:
        """Mark a version as yanked, or as no longer; how many files that changed.

        Raises:
            ConflictError: the registry has no such version.
            InvalidValueError: see :func:`stockade.model.hosted.require_yanking`.
        """
        require_yanking(yanking)
        here = (_HOSTED.c.project == yanking.project, _HOSTED.c.version == yanking.version)
        changed = update(_HOSTED).where(*here, _HOSTED.c.yanked.is_distinct_from(yanking.reason))
        with self._writing() as connection:
            if not connection.execute(select(func.count()).where(*here)).scalar_one():
                raise ConflictError(f"the registry has no {yanking.project} {yanking.version}")
            files = connection.execute(changed.values(yanked=yanking.reason)).rowcount
            if files:
                bump(connection, "hosted")
                append_within(connection, [yanked_event(yanking, files)], self.where)
        return files

    def references(self, sha256: str) -> int:
        """How many files, metadata or provenance objects are the blob with this digest."""
        wanted = select(func.count()).select_from(_HOSTED).where(or_(*(each == sha256 for each in _DIGESTS)))
        with self._reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def blobs(self) -> frozenset[str]:
        """The digests of all blobs that published files need."""
        with self._reading() as connection:
            found = connection.execute(union(*(select(each) for each in _DIGESTS))).scalars().all()
        return frozenset(found) - {""}


def _claimed(connection: Connection, file: HostedFile, claim: str | None) -> list[Event]:
    """Hold a publication against the project's claim; the events where that made one."""
    own = Claim(project=file.project, claim=claim or "", publisher=file.uploaded_by, at=file.uploaded)
    here = _PROJECTS.c.project == file.project
    row = {
        "project": own.project,
        "claim": own.claim,
        "publisher": own.publisher,
        "at_us": microseconds(own.at),
    }
    if add_new(connection, _PROJECTS, row):
        return [claimed_event(own)]
    kept = connection.execute(select(_PROJECTS.c.claim).where(here).with_for_update()).scalar_one()
    if claim is None or kept == claim:
        return []
    if not kept:
        connection.execute(update(_PROJECTS).where(here).values(claim=claim))
        return [claimed_event(own)]
    raise ConflictError(
        f"{file.project} was first published under another scope",
        hint="an administrator may publish it, or give the project to this scope",
    )


def _require_same(connection: Connection, file: HostedFile, place: str) -> None:
    kept = connection.execute(select(_HOSTED).where(_HOSTED.c.place == place)).one()
    if (kept.filename, kept.sha256) != (file.filename, file.sha256):
        raise ConflictError(
            f"{file.filename} is published already, as {kept.filename} with SHA-256 {kept.sha256}",
            hint="a file is never overwritten; publish another version",
        )


def _to_row(file: HostedFile, place: str) -> dict[str, object]:
    return {
        "place": place,
        "project": file.project,
        "version": file.version,
        "filename": file.filename,
        "sha256": file.sha256,
        "size": file.size,
        "uploaded_us": microseconds(file.uploaded),
        "uploaded_by": file.uploaded_by,
        "requires_python": file.requires_python,
        "metadata_sha256": file.metadata_sha256,
        "provenance_sha256": file.provenance_sha256,
        "yanked": None,
    }


def _from_row(row: Row[Any]) -> HostedFile:
    file = HostedFile(
        project=row.project,
        version=row.version,
        filename=row.filename,
        sha256=row.sha256,
        size=row.size,
        uploaded=moment(row.uploaded_us),
        uploaded_by=row.uploaded_by,
        requires_python=row.requires_python,
        metadata_sha256=row.metadata_sha256,
        yanked=row.yanked,
        provenance_sha256=row.provenance_sha256,
    )
    if require_publishable(file) != row.place:
        raise ValueError(f"{row.filename} stands in another file's place")
    return file

"""First sights of files: one row a project, changed only by comparison with what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from stockade.errors import IncompleteError
from stockade.model.firewall import Origin, Seen
from stockade.model.firewall_events import incident_event
from stockade.model.firewall_state import Incident
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.model.sightings import Sightings, look, stale
from stockade.store import schema
from stockade.store.base import Store, add_new
from stockade.store.events import append_within
from stockade.store.moments import microseconds, moment
from stockade.store.packing import pack, unpack

_LEDGER, _INCIDENTS = schema.ledger, schema.incidents
_TRIES = 50
_Read = tuple[Sightings, int]
"""What a row says, and its revision."""


class FileLedger(Store):
    """First sights in a database; a :class:`~stockade.ports.SeenFiles`."""

    def observe(
        self, project: ProjectName, origin: Origin, files: Sequence[IndexFile], at: datetime
    ) -> Mapping[str, Seen]:
        """Remember a look at a project's page; what each of its files was when it was first seen.

        Holds files that vanished from the page too. See :func:`stockade.model.sightings.look`.

        Raises:
            IncompleteError: also where the row is damaged, and where other instances were always faster.
        """
        for _ in range(_TRIES):
            read = self._read(project, origin)
            known = read[0] if read else None
            new = look(known, files, at)
            if known is not None and new is None:
                if stale(known, at):
                    self._touch(project, origin, read[1] if read else 0, at)
                return known.files
            if new is not None and self._write(project, origin, new, read[1] if read else 0):
                return new.files
        raise IncompleteError(
            f"first sights of {project} were not recorded: other instances changed them {_TRIES} times meanwhile",
            hint="try again",
        )

    def incident(self, incident: Incident, seen: Seen, *, actor: str = "", place: str = "") -> bool:
        """Record that a file contradicts its first sight, with an event, each contradiction once.

        Returns:
            Whether it was new.
        """
        event = incident_event(incident, seen, actor=actor, place=place)
        with self._writing() as connection:
            row = {
                "project": incident.project,
                "origin": incident.origin.value,
                "filename": incident.filename,
                "sha256": incident.sha256,
                "size": -1 if incident.size is None else incident.size,
                "at_us": microseconds(incident.at),
            }
            new = add_new(connection, _INCIDENTS, row)
            if new:
                append_within(connection, [event], self.where)
        return new

    def incidents(self, project: ProjectName | None = None) -> tuple[Incident, ...]:
        """What was recorded, oldest first."""
        wanted = select(_INCIDENTS).order_by(_INCIDENTS.c.at_us, _INCIDENTS.c.filename)
        if project is not None:
            wanted = wanted.where(_INCIDENTS.c.project == project)
        with self._reading() as connection:
            rows = connection.execute(wanted).all()
        with self._intact("an incident"):
            return tuple(
                Incident(
                    project=row.project,
                    origin=Origin(row.origin),
                    filename=row.filename,
                    sha256=row.sha256,
                    size=None if row.size < 0 else row.size,
                    at=moment(row.at_us),
                )
                for row in rows
            )

    def _read(self, project: ProjectName, origin: Origin) -> _Read | None:
        wanted = select(_LEDGER).where(_LEDGER.c.project == project, _LEDGER.c.origin == origin.value)
        with self._reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        with self._intact(f"the row of first sights of {project}"):
            if row.digest != _digest(project, origin, row.files):
                raise ValueError("its digest is another one")
            if row.first_us > row.last_us:
                raise ValueError("its last look is before its first")
            known = Sightings(moment(row.first_us), moment(row.last_us), unpack(row.files))
        return known, row.revision

    def _write(self, project: ProjectName, origin: Origin, new: Sightings, revision: int) -> bool:
        """Write a row if it still has the revision that was read (0: was not there); whether it was written."""
        data = pack(new.files)
        values = {
            "revision": revision + 1,
            "first_us": microseconds(new.first),
            "last_us": microseconds(new.last),
            "files": data,
            "digest": _digest(project, origin, data),
        }
        with self._writing() as connection:
            if revision == 0:
                return add_new(connection, _LEDGER, {"project": project, "origin": origin.value, **values})
            changed = update(_LEDGER).where(
                _LEDGER.c.project == project,
                _LEDGER.c.origin == origin.value,
                _LEDGER.c.revision == revision,
            )
            return connection.execute(changed.values(**values)).rowcount == 1

    def _touch(self, project: ProjectName, origin: Origin, revision: int, at: datetime) -> None:
        """Remember a look that showed nothing new, unless something was found meanwhile, or a later look."""
        now = microseconds(at)
        touched = update(_LEDGER).where(
            _LEDGER.c.project == project,
            _LEDGER.c.origin == origin.value,
            _LEDGER.c.revision == revision,
            _LEDGER.c.last_us < now,
        )
        with self._writing() as connection:
            connection.execute(touched.values(last_us=now))


def _digest(project: ProjectName, origin: Origin, data: bytes) -> str:
    return hashlib.sha256(f"{project}\n{origin.value}\n".encode() + data).hexdigest()

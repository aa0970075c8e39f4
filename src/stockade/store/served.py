"""What was served to whom, committed before the first byte leaves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, func, insert, select

from stockade.model.eventlog import require_recordable
from stockade.model.firewall import Client
from stockade.model.firewall_events import served_event
from stockade.model.firewall_state import Delivery, Served
from stockade.model.names import ProjectName
from stockade.store import schema
from stockade.store.base import Store
from stockade.store.events import append_within
from stockade.store.group import GroupCommit
from stockade.store.moments import microseconds, moment

_SERVED = schema.served
_RECORD = insert(_SERVED)


class ServedLog(Store):
    """Deliveries in a database; a :class:`~stockade.ports.ServedFiles`.

    A delivery and its event are in one transaction, which all share that wait at the same time.

    Args:
        engine: the database.
        flush: wait for the disk each time. Without it a delivery outlives the process, but may be lost in a power cut
            (on PostgreSQL: a crash of the server) within moments; every approval, denial and other change is flushed
            in any case, and with it all deliveries before it.
    """

    def __init__(self, engine: Engine, *, flush: bool = False) -> None:
        super().__init__(engine)
        self._flush = flush
        self._group = GroupCommit(self.write, "stockade-served")

    async def record(self, served: Served) -> None:
        """Return when a delivery is committed. Only then may its first byte leave.

        Raises:
            IncompleteError: it could not be recorded: the file must not be served.
        """
        require_recordable(served_event(served))  # here, so that it does not spoil the batch of others
        await self._group.submit(served)

    def write(self, batch: Sequence[Served]) -> None:
        """Record deliveries in one transaction, with their events.

        Raises:
            IncompleteError: none of them was recorded.
        """
        if not batch:
            return
        with self._writing(flush=self._flush) as connection:
            connection.execute(_RECORD, [_to_row(each) for each in batch])
            append_within(connection, [served_event(each) for each in batch], self.where)

    def close(self) -> None:
        """Commit what waits and take nothing more."""
        self._group.close()

    def served_of(
        self, *, sha256: str | None = None, project: ProjectName | None = None
    ) -> tuple[Delivery, ...]:
        """Who got which files, of one digest or project or of all: the last served first."""
        at = _SERVED.c.at_us
        parts = [
            _SERVED.c[name]
            for name in ("sha256", "filename", "project", "version", "client", "identity", "address", "agent")
        ]
        found = select(
            *parts, func.min(at).label("first_us"), func.max(at).label("last_us"), func.count().label("times")
        )
        if sha256 is not None:
            found = found.where(_SERVED.c.sha256 == sha256)
        if project is not None:
            found = found.where(_SERVED.c.project == project)
        found = found.group_by(*parts).order_by(func.max(at).desc(), *parts)
        with self._reading() as connection:
            rows = connection.execute(found).all()
        with self._intact("the list of deliveries"):
            return tuple(
                Delivery(
                    sha256=row.sha256,
                    filename=row.filename,
                    project=row.project,
                    version=row.version,
                    client=Client(
                        name=row.client, identity=row.identity, address=row.address, agent=row.agent
                    ),
                    first=moment(row.first_us),
                    last=moment(row.last_us),
                    times=row.times,
                )
                for row in rows
            )


def _to_row(served: Served) -> dict[str, object]:
    client = served.client
    return {
        "at_us": microseconds(served.at),
        "sha256": served.sha256,
        "project": served.project,
        "filename": served.filename,
        "version": served.version,
        "client": client.name,
        "identity": client.identity,
        "address": client.address,
        "agent": client.agent,
    }

"""The firewall's whole state over one database, the event log included."""

from __future__ import annotations

from typing import Self

from sqlalchemy import Engine

from stockade.store.approvals import ApprovalStore
from stockade.store.database import database_url, open_engine
from stockade.store.events import EventLog
from stockade.store.hosted import HostedStore
from stockade.store.judgements import JudgementStore
from stockade.store.ledger import FileLedger
from stockade.store.served import ServedLog
from stockade.store.tokens import TokenStore


class FirewallState:
    """Every store over one engine, so that what belongs together is written in one transaction."""

    def __init__(self, engine: Engine, *, flush_deliveries: bool = False) -> None:
        self.engine = engine
        self.events = EventLog(engine)
        self.ledger = FileLedger(engine)
        self.judgements = JudgementStore(engine)
        self.approvals = ApprovalStore(engine)
        self.served = ServedLog(engine, flush=flush_deliveries)
        self.tokens = TokenStore(engine)
        self.hosted = HostedStore(engine)

    @classmethod
    def open(
        cls, url: str = "", *, create: bool = True, busy_seconds: float = 30.0, flush_deliveries: bool = False
    ) -> Self:
        """Open the state at ``url``, as :meth:`stockade.store.events.EventLog.open` does; it is the same database.

        ``flush_deliveries``: see :class:`stockade.store.served.ServedLog`.
        """
        engine = open_engine(database_url(url, make=create), create=create, busy_seconds=busy_seconds)
        return cls(engine, flush_deliveries=flush_deliveries)

    def close(self) -> None:
        """Record the deliveries that wait, and close every connection."""
        self.served.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""The firewall's whole state in memory: the fakes over one event log and one set of counters."""

from __future__ import annotations

from typing import Self

from stockade.testing.events import MemoryEventLog
from stockade.testing.firewall_state import (
    MemoryApprovals,
    MemoryJudgements,
    MemoryLedger,
    MemoryRevisions,
)
from stockade.testing.registry_state import MemoryHosted, MemoryServed, MemoryTokens


class MemoryState:
    """The attributes of :class:`stockade.store.state.FirewallState`, for tests."""

    def __init__(self) -> None:
        self.events = MemoryEventLog()
        counters = MemoryRevisions()
        self.ledger = MemoryLedger(self.events)
        self.judgements = MemoryJudgements()
        self.approvals = MemoryApprovals(self.events, counters)
        self.served = MemoryServed(self.events)
        self.tokens = MemoryTokens(self.events, counters)
        self.hosted = MemoryHosted(self.events, counters)

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""Diagnoses a client: what its tools are told, and whether what they ask is a Stockade firewall."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import msgspec

from stockade.checks.client import TOOLS, client_problems, first_index
from stockade.errors import ExitCode, StockadeError
from stockade.model.client import ClientProblem, DoctorReport
from stockade.model.findings import Severity
from stockade.sources.addresses import require_safe, shown
from stockade.sources.client_facts import ClientFacts
from stockade.sources.index_address import IndexAddress

SECONDS = 10.0
MARK = "stockade"
"""What ``/readyz`` of a firewall names as its server."""


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """Whether an address is a firewall that answers."""

    problem: ClientProblem | None = None
    unknown: str = ""


def diagnose(facts: ClientFacts, *, firewall: str, ask: bool) -> DoctorReport:
    """Judge what was read; with ``ask``, ask each index of the tools whether it is a firewall.

    Args:
        facts: what pip and uv are told.
        firewall: the index address that clients should have; empty where none was named.
        ask: questions over the network are allowed.
    """
    problems = list(client_problems(facts.told, firewall))
    unknown = [f"{each}; what it says is unknown" for each in facts.problems]
    first = {tool: word for tool in TOOLS if (word := first_index(tool, facts.told)) is not None}
    if ask:
        for address in dict.fromkeys(word.value for word in first.values()):
            answer = _asked(address)
            if answer.problem is not None:
                problems.append(answer.problem)
            if answer.unknown:
                unknown.append(answer.unknown)
    open_ways = any(each.severity >= Severity.HIGH for each in problems)
    code = ExitCode.FINDINGS if open_ways else ExitCode.INCOMPLETE if unknown else ExitCode.CLEAN
    return DoctorReport(
        exit_code=int(code),
        index={tool: shown(word.value) for tool, word in first.items()},
        problems=tuple(sorted(problems, key=lambda each: -each.severity.rank)),
        unknown=tuple(unknown),
    )


def _asked(address: str) -> _Ready:
    """Ask an index for ``/readyz`` beside its root. A public index has none, and so is no firewall."""
    import httpx2  # noqa: PLC0415 - only where the network is asked

    from stockade.sources.fetch import client_for  # noqa: PLC0415 - as above

    try:
        where = IndexAddress.parse(address)
        if not where.remote:
            return _Ready(problem=_stranger(address, "a folder is no firewall"))
        require_safe(where.url)
        parts = urlsplit(where.url)
        ready = urlunsplit((parts.scheme, parts.netloc, "/readyz", "", ""))
        with client_for(ready, where) as client:
            reply = client.get(ready, timeout=SECONDS)
    except StockadeError as error:
        return _Ready(problem=_stranger(address, error.message))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        return _Ready(unknown=f"{shown(address)} could not be asked: {type(error).__name__}")
    try:
        said = msgspec.json.decode(reply.content, type=dict[str, str])
    except msgspec.MsgspecError:
        said = {}
    if said.get("server") != MARK:
        return _Ready(problem=_stranger(address, "it does not answer as a Stockade firewall"))
    if reply.status_code != httpx2.codes.OK:
        return _Ready(unknown=f"the firewall at {shown(address)} is not ready: {said.get('why', '')}")
    return _Ready()


def _stranger(address: str, why: str) -> ClientProblem:
    return ClientProblem(
        kind="no-firewall",
        severity=Severity.HIGH,
        tool="",
        message=f"{shown(address)}: {why}, so nothing judges what comes from there",
        source="",
        mend="set the index to the firewall's address, which ends in /simple/",
    )

"""What the firewall counts, in Prometheus' exposition format. Names follow Prometheus' conventions: base units, ``_total``."""

from __future__ import annotations

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from stockade.model.firewall import Ruling

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Seconds."""


class Metrics:
    """One process's figures."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "stockade_http_requests_total", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "stockade_http_request_duration_seconds",
            "From the request to the end of the answer.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.decisions = Counter(
            "stockade_file_decisions_total",
            "Files asked for, by what was decided.",
            ["verdict"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "stockade_file_refusals_total",
            "Refused files, by the first reason.",
            ["reason"],
            registry=self.registry,
        )
        self.served_bytes = Counter(
            "stockade_served_bytes_total", "Bytes of files that were sent.", registry=self.registry
        )
        self.judging = Histogram(
            "stockade_project_judging_seconds",
            "To fetch, judge and render one project's page.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.vetting = Histogram(
            "stockade_file_vetting_seconds", "To vet one file.", buckets=BUCKETS, registry=self.registry
        )
        self.healthy = Gauge(
            "stockade_state_healthy",
            "1 while the state can be read; nothing is served while it is 0.",
            registry=self.registry,
        )

    def ruled(self, ruling: Ruling) -> None:
        """Count one decision on a file that somebody asked for."""
        self.decisions.labels(ruling.verdict.action.value).inc()
        if ruling.refused:
            self.refusals.labels(ruling.verdict.reasons[0].code).inc()

    def timed(self, work: str, seconds: float) -> None:
        """Take the time of a piece of work (:attr:`stockade.firewall.parts.Parts.timed`)."""
        (self.judging if work == "judging" else self.vetting).observe(seconds)

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self.registry)

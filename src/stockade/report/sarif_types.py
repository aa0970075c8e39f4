"""The part of SARIF 2.1.0 (OASIS, errata 01) that Stockade writes. Names are SARIF's, in camel case."""

from __future__ import annotations

from datetime import datetime

import msgspec


class _Sarif(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An object of the format; a property at its default is left out."""


class Message(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.11."""

    text: str
    markdown: str = ""


class ArtifactLocation(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.4."""

    uri: str = ""
    uri_base_id: str = ""
    description: Message | None = None


class Region(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.30."""

    start_line: int
    end_line: int


class PhysicalLocation(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.29."""

    artifact_location: ArtifactLocation
    region: Region | None = None


class ReportedLocation(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.28."""

    physical_location: PhysicalLocation
    message: Message | None = None


class FlowLocation(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.38: one step."""

    location: ReportedLocation
    kinds: tuple[str, ...] = ()
    execution_order: int = 0


class ThreadFlow(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.37: steps in the order of the data."""

    locations: tuple[FlowLocation, ...]


class CodeFlow(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.36."""

    thread_flows: tuple[ThreadFlow, ...]


class Configuration(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.50."""

    level: str


class ReportingDescriptor(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.49: a rule, or a kind of notification."""

    id: str
    name: str = ""
    short_description: Message
    full_description: Message | None = None
    help: Message | None = None
    default_configuration: Configuration | None = None
    properties: dict[str, object] = {}


class Driver(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.19."""

    name: str
    version: str
    rules: tuple[ReportingDescriptor, ...]
    notifications: tuple[ReportingDescriptor, ...] = ()


class Tool(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.18."""

    driver: Driver


class Suppression(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.35."""

    kind: str
    status: str
    justification: str


class Result(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.27."""

    rule_id: str
    rule_index: int | None = None
    level: str
    message: Message
    locations: tuple[ReportedLocation, ...]
    partial_fingerprints: dict[str, str]
    suppressions: tuple[Suppression, ...] = ()
    code_flows: tuple[CodeFlow, ...] = ()
    properties: dict[str, object] = {}


class DescriptorReference(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.52."""

    id: str
    index: int


class Notification(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.58."""

    descriptor: DescriptorReference
    level: str
    message: Message
    properties: dict[str, object] = {}


class Invocation(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.20."""

    execution_successful: bool
    exit_code: int
    exit_code_description: str
    end_time_utc: datetime
    tool_execution_notifications: tuple[Notification, ...] = ()


class Run(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.14."""

    tool: Tool
    invocations: tuple[Invocation, ...]
    original_uri_base_ids: dict[str, ArtifactLocation]
    column_kind: str
    results: tuple[Result, ...]
    properties: dict[str, object]


class Log(_Sarif, frozen=True, kw_only=True):
    """SARIF 3.13: the whole file."""

    schema: str = msgspec.field(name="$schema")
    version: str
    runs: tuple[Run, ...]

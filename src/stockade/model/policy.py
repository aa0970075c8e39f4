"""The policy's types and defaults. ``stockade.toml``, or ``[tool.stockade]`` in ``pyproject.toml``.

Defaults are the strict, usable choice; every field is documented here once, and the starter policy,
the JSON schema and the guide are made from these docstrings. What a value may be stands in its type:
ranges and patterns as :class:`msgspec.Meta`, and under ``extra["form"]`` the name of a form that
:mod:`stockade.policy.forms` checks.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from stockade.errors import InvalidValueError
from stockade.model.findings import Severity
from stockade.model.verdicts import Action, Cause

RuleId = Annotated[str, Meta(pattern="^STK-[REFLPX][0-9]{3}$")]
"""``STK-<stage letter><three digits>``."""
Name = Annotated[str, Meta(min_length=1, extra={"form": "project-name"})]
NamePattern = Annotated[str, Meta(min_length=1, extra={"form": "name-pattern"})]
PathPattern = Annotated[str, Meta(min_length=1, extra={"form": "path-pattern"})]
"""A line as it may stand in a ``.gitignore``."""
Exclusion = Annotated[str, Meta(min_length=1, extra={"form": "exclusion"})]
"""The same, but not one that matches everything."""
IndexAddress = Annotated[str, Meta(min_length=1, extra={"form": "index"})]
FeedAddress = Annotated[str, Meta(extra={"form": "feed-address"})]
Sentence = Annotated[str, Meta(min_length=1, extra={"form": "sentence"})]
Subject = Annotated[str, Meta(min_length=1, extra={"form": "subject"})]
Expiry = Annotated[date, Meta(extra={"form": "expiry"})]
Strict = Annotated[
    Action, Meta(extra={"form": "never-allow"}, extra_json_schema={"not": {"const": Action.ALLOW.value}})
]
"""Any action but ``allow``."""
Days = Annotated[int, Meta(ge=1, le=3650)]
Cooldown = Annotated[float, Meta(ge=0, le=3650)]
"""Days, with fractions; 0 for none."""
Moment = Annotated[datetime, Meta(tz=True)]
"""A moment with its offset from UTC."""
Issuer = Annotated[str, Meta(min_length=1, extra={"form": "issuer"})]
"""``https``, or ``http`` to this machine; compared with what tokens say letter by letter."""
ClaimPattern = Annotated[str, Meta(min_length=1, extra={"form": "claim-pattern"})]
LicencePattern = Annotated[str, Meta(min_length=1, extra={"form": "licence-pattern"})]


class Protect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[protect]``: the names that are yours."""

    names: tuple[Name, ...] = ()
    """Internal project names: ``acme-corp-utils``."""
    patterns: tuple[NamePattern, ...] = ()
    """Shell-style patterns over canonical names: ``acme-*``."""
    indexes: tuple[IndexAddress, ...] = ()
    """Private index addresses (or their hosts). A requirement bound to one of them is internal."""
    private_paths: tuple[PathPattern, ...] = ()
    """Paths (gitignore patterns) that are never published; elsewhere an internal name is an exposure."""


class NamesPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[names]``: the confusable-name engine."""

    allow: tuple[Name, ...] = ()
    """Names that you know and mean, however close they are to another."""
    popular: Annotated[int, Meta(ge=1, le=1_000_000)] = 15_000
    """How many of the most downloaded projects are targets."""


class Feeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[feeds]``: how old local data may be before a result that rests on it is incomplete."""

    advisories_max_age_days: Days = 7
    """Days until the advisories (vulnerabilities, malicious releases) are stale."""
    registered_names_max_age_days: Days = 30
    """Days until the list of registered names is stale."""
    popularity_max_age_days: Days = 400
    """Days until the list of the most downloaded projects is stale."""
    advisories_url: FeedAddress = ""
    """Where ``stockade feed update`` fetches OSV's bulk zip for the ecosystem."""
    registered_names_url: FeedAddress = ""
    """Where it fetches the registered names (a names list, or a PEP 691 index root)."""
    popularity_url: FeedAddress = ""
    """Where it fetches the most downloaded projects; empty for the list that is built in."""


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[lock]``: what is asked of dependencies."""

    require_hashes: bool = True
    """Locked and pinned requirements must carry hashes."""
    cooldown_days: Annotated[float, Meta(ge=0, le=3650)] = 7
    """A release younger than this is too young."""
    unmaintained_days: Days = 730
    """A project without a release for longer is unmaintained."""


class FileType(StrEnum):
    """Kinds of distribution files, by their names' endings."""

    WHEEL = "wheel"
    SDIST = "sdist"
    EGG = "egg"
    EXE = "exe"
    MSI = "msi"
    RPM = "rpm"
    OTHER = "other"
    """Whatever else an index may list."""


class RefusedFiles(StrEnum):
    """What a project's page does with files that are refused."""

    YANK = "yank"
    """They stay listed, yanked with the reason, so that resolvers take another release and clients can say why."""
    HIDE = "hide"
    """They are left out."""


class CiRole(StrEnum):
    """What a job of a CI system may do. A machine approves nothing."""

    INSTALL = "install"
    PUBLISH = "publish"


class OidcIssuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[firewall.oidc]]``: jobs of a CI system that get a short-lived token for its identity token (OIDC)."""

    issuer: Issuer
    """Who signs the identity tokens, exactly as they say it in `iss`."""
    audience: Annotated[str, Meta(min_length=1)]
    """What they say in `aud`, and nothing beside: a name of this firewall that no other service takes."""
    claims: Annotated[dict[Annotated[str, Meta(min_length=1)], ClaimPattern], Meta(min_length=1)]
    """What they must say of the job: shell-style patterns by claim. All must match; `*` also crosses `/` and `:`."""
    role: CiRole = CiRole.INSTALL
    """What the job may do: `install` or `publish`."""
    projects: tuple[NamePattern, ...] = ()
    """The projects that it may publish, as shell-style patterns over canonical names; empty for all."""
    minutes: Annotated[int, Meta(ge=1, le=60)] = 15
    """How long its token lives."""


class Firewall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[firewall]``: what the index firewall lets through."""

    deny: tuple[NamePattern, ...] = ()
    """Projects that are refused, as shell-style patterns over canonical names."""
    only: tuple[NamePattern, ...] = ()
    """If not empty, the only public projects that are let through. Your own, hosted ones always are."""
    refused: RefusedFiles = RefusedFiles.YANK
    """How pages show files that are refused: `yank` lists them as yanked with the reason, `hide` leaves them out."""
    cooldown_days: Cooldown | None = None
    """A public file younger than this waits; `lock.cooldown_days` holds where this is not set."""
    nothing_after: Moment | None = None
    """Public files published after this moment are refused; for builds that must see the index as it was."""
    yanked: Action = Action.WARN
    """What is done with files that their publisher has yanked. Resolvers take them only where they are pinned."""
    archived: Action = Action.WARN
    """What is done with projects that get no more releases."""
    deprecated: Action = Action.WARN
    """What is done with projects that their owners replaced by others."""
    vulnerabilities: Severity | None = None
    """Public versions with a known vulnerability of this severity or a higher one are held back. Malware always is."""
    sdists: Action = Action.WARN
    """What is done with source distributions: installing one runs its build code. Each is vetted whatever stands here."""
    file_types: tuple[FileType, ...] = (FileType.WHEEL, FileType.SDIST)
    """The kinds of files that are let through."""
    max_megabytes: Annotated[int, Meta(ge=1, le=1_000_000)] = 2_000
    """Larger files are refused (1 megabyte is 1,000,000 bytes)."""
    require_provenance: tuple[NamePattern, ...] = ()
    """Projects whose every file must have attestations (PEP 740) that can be verified."""
    vet: bool = True
    """Vet each file statically before it is first served."""
    deny_licences: tuple[LicencePattern, ...] = ()
    """Licences that are held back, as shell-style patterns over SPDX identifiers: `AGPL-*`."""
    cooldown: dict[NamePattern, Cooldown] = {}
    """Days for single projects: an exact name beats a pattern, and of several patterns the longest cooldown holds."""
    oidc: tuple[OidcIssuer, ...] = ()
    """CI systems whose jobs get short-lived tokens. The first rule that a job fits counts."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[thresholds]``: the lowest severity at which a finding gets each action.

    A finding below ``warn`` is allowed, with its reason. Low confidence takes one step off the action.
    """

    warn: Severity = Severity.LOW
    """From here on: used, and shown."""
    quarantine: Severity = Severity.HIGH
    """From here on: held back until a person approves it. Not below ``warn``."""
    block: Severity = Severity.CRITICAL
    """From here on: refused. Not below ``quarantine``."""


class PolicyException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[exceptions]]``: a finding that you accept, for a reason, until a day."""

    rule: RuleId
    """A rule id, ``STK-R001``."""
    subject: Subject
    """The finding's subject as reports print it; shell-style wildcards are allowed, a lone ``*`` is not."""
    reason: Sentence
    """Why it is accepted; reports show it."""
    expires: Expiry
    """The last day on which it holds (UTC). At most 366 days ahead."""
    path: str = ""
    """Only in files that match this shell-style pattern (``*`` also crosses ``/``); empty for all."""
    approved_by: str = ""
    """Who accepted it."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole policy."""

    fail_on: Severity = Severity.HIGH
    """The lowest severity at which ``check`` exits 1."""
    protect: Protect = Protect()
    """The names that are yours."""
    names: NamesPolicy = NamesPolicy()
    """The confusable-name engine."""
    feeds: Feeds = Feeds()
    """How old local data may be."""
    lock: Lock = Lock()
    """What is asked of dependencies."""
    firewall: Firewall = Firewall()
    """What the index firewall lets through."""
    thresholds: Thresholds = Thresholds()
    """From severities to actions."""
    indeterminate: dict[Cause, Strict] = {}
    """``[indeterminate]``: the action for each cause of an unjudgeable result; ``block`` where it
    is silent. ``allow`` is refused."""
    rules: dict[RuleId, Severity] = {}
    """``[rules]``: another severity for a rule id. There is no ``off``: use an exception."""
    online: bool = True
    """Ask the configured package index about direct public dependencies; ``--offline`` says no."""
    reading_seconds: Annotated[float, Meta(gt=0, le=86_400)] = 300
    """Seconds that reading the tree may take; the files that are left then make the result incomplete."""
    exclude: tuple[Exclusion, ...] = ()
    """Paths (gitignore patterns) that are not assessed; each is listed in the report as left out."""
    exceptions: tuple[PolicyException, ...] = ()
    """``[[exceptions]]``: the findings that you accept, each for a reason, until a day."""

    def __post_init__(self) -> None:
        if Action.ALLOW in self.indeterminate.values():
            raise InvalidValueError("a policy cannot allow what could not be judged: unknown is never clean")

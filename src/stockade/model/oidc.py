"""Who a CI job is, by an identity token (OIDC) that was verified, and which rule of the policy it fits. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from stockade.model.firewall import Role
from stockade.model.policy import CiRole, OidcIssuer
from stockade.model.tokens import Minting

_ROLES = {CiRole.INSTALL: Role.INSTALL, CiRole.PUBLISH: Role.PUBLISH}


class CiIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A CI job that proved who it is."""

    subject: str
    """What the issuer says in ``sub``."""
    rule: OidcIssuer
    """The first rule of the policy that it fits."""

    @property
    def identity(self) -> str:
        """The subject and, behind the last ``@``, its issuer without the scheme: one issuer's jobs cannot have the
        identity of another's."""
        return f"{self.subject}@{self.rule.issuer.partition('://')[2]}"

    def minting(self, at: datetime) -> Minting:
        """The token that the job gets."""
        return Minting(
            name=self.identity,
            role=_ROLES[self.rule.role],
            at=at,
            by=self.identity,
            projects=self.rule.projects,
            expires=at + timedelta(minutes=self.rule.minutes),
            identity=self.identity,
        )


def fits(rule: OidcIssuer, claims: Mapping[str, Any]) -> bool:
    """Whether every claim that a rule names is there and matches; a claim that is a list or table never does."""
    return all(
        (text := _text(claims.get(name))) is not None and fnmatchcase(text, pattern)
        for name, pattern in rule.claims.items()
    )


def _text(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return None

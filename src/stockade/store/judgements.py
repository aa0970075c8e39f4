"""What was found out about contents and need not be found out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select

from stockade.model.firewall_events import words
from stockade.model.judgements import require_rememberable
from stockade.model.names import ProjectName
from stockade.model.vetting import VetResult
from stockade.store import schema
from stockade.store.base import Store, add_new, put
from stockade.store.moments import microseconds

_JUDGEMENTS, _METADATA, _PUBLISHERS = schema.judgements, schema.made_metadata, schema.publishers
_decoder = msgspec.json.Decoder(VetResult)


class JudgementStore(Store):
    """Judgements in a database; a :class:`~stockade.ports.JudgedFiles`."""

    def remember(self, filename: str, result: VetResult, at: datetime) -> None:
        """Keep a judgement under the result's digest and ruleset and the file's name; a later one replaces it.

        Raises:
            InvalidValueError: the result names no digest or no ruleset.
        """
        require_rememberable(result)
        row = {
            "sha256": result.sha256,
            "filename": filename,
            "ruleset": result.ruleset,
            "at_us": microseconds(at),
            "result": msgspec.json.encode(result),
        }
        with self._writing() as connection:
            put(connection, _JUDGEMENTS, row)

    def recall(self, sha256: str, filename: str, ruleset: str) -> VetResult | None:
        """The judgement of these bytes under this name by these rules; None where there is none.

        Raises:
            IncompleteError: also where what is kept cannot be read, or is about something else.
        """
        wanted = select(_JUDGEMENTS.c.result).where(
            _JUDGEMENTS.c.sha256 == sha256,
            _JUDGEMENTS.c.filename == filename,
            _JUDGEMENTS.c.ruleset == ruleset,
        )
        with self._reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        with self._intact(f"the judgement of {filename}"):
            result = _decoder.decode(row.result)
            if (result.sha256, result.ruleset) != (sha256, ruleset):
                raise ValueError("it is about another file or by other rules")
        return result

    def remember_metadata(
        self, project: ProjectName, sha256: str, metadata_sha256: str, at: datetime
    ) -> None:
        """Keep the digest of the core metadata that were read out of a wheel."""
        row = {
            "project": project,
            "sha256": sha256,
            "metadata_sha256": metadata_sha256,
            "at_us": microseconds(at),
        }
        with self._writing() as connection:
            put(connection, _METADATA, row)

    def metadata_of(self, project: ProjectName) -> Mapping[str, str]:
        """For wheels of a project, by their digests, the digests of the metadata that were read out of them."""
        wanted = select(_METADATA.c.sha256, _METADATA.c.metadata_sha256).where(_METADATA.c.project == project)
        with self._reading() as connection:
            return {row.sha256: row.metadata_sha256 for row in connection.execute(wanted)}

    def remember_publisher(self, project: ProjectName, version: str, identity: str, at: datetime) -> str:
        """Keep who published a version, as its attestations proved; the first identity stays.

        Returns:
            The identity that is kept.
        """
        row = {
            "project": project,
            "version": version,
            "identity": words("publisher", identity),
            "at_us": microseconds(at),
        }
        kept = select(_PUBLISHERS.c.identity).where(
            _PUBLISHERS.c.project == project, _PUBLISHERS.c.version == version
        )
        with self._writing() as connection:
            if add_new(connection, _PUBLISHERS, row):
                return identity
            return str(connection.execute(kept).scalar_one())

    def publishers(self, project: ProjectName) -> Mapping[str, str]:
        """By version: who published it."""
        wanted = select(_PUBLISHERS.c.version, _PUBLISHERS.c.identity).where(_PUBLISHERS.c.project == project)
        with self._reading() as connection:
            return {row.version: row.identity for row in connection.execute(wanted)}

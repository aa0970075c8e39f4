"""The JSON API: decisions over HTTP, and an attack on it out of its own document."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.errors import UsageError
from stockade.firewall.api import OPERATIONS, openapi
from stockade.firewall.decisions import Reach, Wish, approve, deny
from stockade.model.findings import Severity
from stockade.model.firewall import Role
from stockade.model.firewall_state import Held
from stockade.model.names import project_name
from stockade.model.verdicts import Action, Reason

OLD, NEW = "goodlib-1.0-py3-none-any.whl", "goodlib-2.0-py3-none-any.whl"
HELD = "/api/v1/quarantine"


@pytest.fixture
def web(tmp_path: Path) -> Web:
    place = Place(tmp_path)
    place.put("goodlib", (OLD, b"old", 400), (NEW, b"new", 1))
    return Web(place)


def refused_code(web: Web, filename: str = NEW) -> str:
    assert web.get(f"/files/goodlib/{filename}").status_code == 403
    held = [each for each in web.place.state.approvals.queue() if each.filename == filename]
    return held[0].code


def post(web: Web, path: str, body: Any, role: Role = Role.APPROVE, *projects: str) -> Any:
    headers = {"authorization": f"Bearer {web.token(role, *projects)}"}
    return web.ask("POST", path, json=body, headers=headers)


def test_a_held_file_is_listed_shown_approved_and_revoked(web: Web) -> None:
    code = refused_code(web)
    bearer = {"authorization": f"Bearer {web.token(Role.APPROVE)}"}
    listed = web.ask("GET", HELD, headers=bearer).json()
    assert [each["code"] for each in listed["held"]] == [code]
    assert web.ask("GET", f"{HELD}/{code.lower()}", headers=bearer).json()["filename"] == NEW
    approved = post(web, f"{HELD}/{code}/approve", {"reason": "read it"})
    assert approved.status_code == 200
    assert web.get(f"/files/goodlib/{NEW}").status_code == 200
    revoked = web.ask("POST", f"/api/v1/approvals/{approved.json()['id']}/revoke", headers=bearer)
    assert revoked.json()["revoked_by"] == "somebody"
    assert web.get(f"/files/goodlib/{NEW}").status_code == 403


def test_a_denial_beats_an_approval(web: Web) -> None:
    code = refused_code(web)
    assert post(web, f"{HELD}/{code}/approve", {"reason": "read it", "scope": "project"}).status_code == 200
    assert post(web, f"{HELD}/{code}/deny", {"reason": "not here", "scope": "project"}).status_code == 200
    assert web.get(f"/files/goodlib/{NEW}").status_code == 403
    assert web.get(f"/files/goodlib/{OLD}").status_code == 403


def test_what_is_blocked_needs_break_glass_and_that_an_administrator(web: Web) -> None:
    web.place.vetter.finds[OLD] = Severity.CRITICAL
    code = refused_code(web, OLD)
    path = f"{HELD}/{code}/approve"
    assert post(web, path, {"reason": "read it"}).status_code == 409
    assert post(web, path, {"reason": "read it", "break_glass": True}).status_code == 403
    assert post(web, path, {"reason": "read it", "break_glass": True}, Role.ADMIN).status_code == 200
    assert web.get(f"/files/goodlib/{OLD}").status_code == 200


def test_an_approver_of_other_projects_decides_nothing_here(web: Web) -> None:
    code = refused_code(web)
    assert post(web, f"{HELD}/{code}/approve", {"reason": "x"}, Role.APPROVE, "acme-*").status_code == 403
    assert post(web, f"{HELD}/{code}/approve", {"reason": "x"}, Role.PUBLISH).status_code == 403
    assert web.ask("GET", HELD).status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": "x", "scope": "all"}, {"reason": "x", "more": 1}, [], None]
)
def test_a_body_that_does_not_fit_is_refused(web: Web, body: object) -> None:
    code = refused_code(web)
    assert post(web, f"{HELD}/{code}/approve", body).status_code == 400


def test_the_rulings_of_a_project(web: Web) -> None:
    bearer = {"authorization": f"Bearer {web.token(Role.INSTALL)}"}
    rulings = web.ask("GET", "/api/v1/projects/goodlib", headers=bearer).json()["rulings"]
    assert {each["filename"]: each["verdict"]["action"] for each in rulings}[NEW] != "allow"
    assert web.ask("GET", "/api/v1/projects/no-such", headers=bearer).status_code == 404


def test_the_document_is_there_for_everybody_and_names_every_operation(web: Web) -> None:
    document = web.get("/api/v1/openapi.json").json()
    named = {call["operationId"] for path in document["paths"].values() for call in path.values()}
    assert named == {each.id for each in OPERATIONS}


schema = schemathesis.openapi.from_dict(openapi())


@schema.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_call_that_the_document_allows_breaks_it(
    case: schemathesis.Case[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    web = _attacked(tmp_path_factory)
    headers = {"authorization": f"Bearer {web.token(Role.ADMIN)}"}
    kwargs = case.as_transport_kwargs(base_url="http://firewall.example", headers=headers)
    options = {
        key: kwargs[key] for key in ("headers", "params", "json", "data") if kwargs.get(key) is not None
    }
    if "data" in options:
        options["content"] = options.pop("data")
    answer = web.ask(kwargs["method"], kwargs["url"], **options)
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    case.validate_response(schemathesis.Response.from_any(answer), checks=checks)


_WEBS: list[Web] = []


def _attacked(factory: pytest.TempPathFactory) -> Web:
    """One firewall for all the calls, with a refused file to decide on."""
    if not _WEBS:
        place = Place(factory.mktemp("attacked"))
        place.put("goodlib", (NEW, b"new", 1))
        _WEBS.append(Web(place))
        refused_code(_WEBS[0])
    return _WEBS[0]


def test_an_approver_of_other_projects_sees_nothing_of_this_one(web: Web) -> None:
    code = refused_code(web)
    assert post(web, f"{HELD}/{code}/approve", {"reason": "read it"}).status_code == 200
    for projects, sees in ((("acme-*",), 0), (("good*",), 1)):
        bearer = {"authorization": f"Bearer {web.token(Role.APPROVE, *projects)}"}
        listed = web.ask("GET", HELD, headers=bearer).json()
        assert (len(listed["held"]), len(listed["approvals"])) == (sees, sees)
        shown = web.ask("GET", f"{HELD}/{code}", headers=bearer)
        assert shown.status_code == (200 if sees else 403)


def held(**more: str) -> Held:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    said = {"version": "1.0", "sha256": "a" * 64} | more
    return Held(
        code="SK-AAAAAAAA",
        project=project_name("goodlib"),
        filename="goodlib-1.0.tar.gz",
        action=Action.QUARANTINE,
        reasons=(Reason("STK-F001", "young", Action.QUARANTINE),),
        first=now,
        last=now,
        times=1,
        askers=(),
        **said,
    )


def wish(reach: Reach) -> Wish:
    return Wish(reason="read it", by="ann", at=datetime(2026, 11, 1, tzinfo=UTC), reach=reach)


def test_nobody_approves_a_file_of_which_no_digest_is_known(web: Web) -> None:
    """Whatever came under its name later would be let in."""
    approvals = web.place.state.approvals
    with pytest.raises(UsageError, match="no SHA-256"):
        approve(approvals, held(sha256=""), wish(Reach.FILE))
    assert deny(approvals, held(sha256=""), wish(Reach.FILE)).scope.sha256 == ""


def test_a_decision_on_a_version_that_is_not_known_is_none_on_the_project(web: Web) -> None:
    approvals = web.place.state.approvals
    for decide in (approve, deny):
        with pytest.raises(UsageError, match="no version"):
            decide(approvals, held(version=""), wish(Reach.VERSION))
    assert approvals.listed() == ()

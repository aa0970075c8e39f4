"""CI jobs that prove who they are get a token for a short time; nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.firewall.minting import Mint
from stockade.model.policy import CiRole
from stockade.model.policy import OidcIssuer as Rule
from stockade.sources.oidc import CiTokens
from stockade.sources.oidc_keys import IssuerKeys
from stockade.testing.loopback import Fault
from stockade.testing.oidc_issuer import OidcIssuer

OLD = "goodlib-1.0-py3-none-any.whl"


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as running:
        yield running


@pytest.fixture
def web(tmp_path: Path, issuer: OidcIssuer) -> Web:
    place = Place(tmp_path)
    place.put("goodlib", (OLD, b"old", 400))
    found = Web(place, anonymous=False)
    rules = (
        Rule(
            issuer=issuer.origin,
            audience="stockade",
            claims={"repository": "acme/*"},
            role=CiRole.INSTALL,
            minutes=15,
        ),
    )
    tokens = place.state.tokens
    mint = Mint(CiTokens(rules, IssuerKeys(), tokens), tokens, place.clock, found.door, rules)
    app = found.inner
    assert isinstance(app, Starlette)
    app.router.routes.extend(mint.routes())
    return found


def exchange(web: Web, token: str) -> httpx2.Response:
    return web.ask("POST", "/_/oidc/mint-token", json={"token": token})


def test_a_job_gets_a_token_that_opens_for_a_while_and_is_named_in_the_records(
    web: Web, issuer: OidcIssuer
) -> None:
    assert web.get("/_/oidc/audience").json()["audience"] == "stockade"
    now = web.place.clock.now()
    answer = exchange(web, issuer.token(issuer.claims(now)))
    assert answer.status_code == 200
    bearer = f"Bearer {answer.json()['token']}"
    assert web.get(f"/files/goodlib/{OLD}", authorization=bearer).status_code == 200
    (delivery,) = web.place.served.served_of()
    assert delivery.client.identity.startswith("repo:acme/shop:ref:refs/heads/main@")
    web.place.clock.moment = now + timedelta(minutes=15)
    assert web.get("/simple/goodlib/", authorization=bearer).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "evil/shop"},
        {"aud": "another"},
        {"exp": 1},
        {"sub": None},
        {"iss": "https://other.example"},
    ],
)
def test_another_job_gets_none(web: Web, issuer: OidcIssuer, claims: dict[str, object]) -> None:
    answer = exchange(web, issuer.token(issuer.claims(web.place.clock.now(), **claims)))
    assert (answer.status_code, answer.json()["success"]) == (422, False)
    assert web.place.state.tokens.listed() == ()


def test_an_identity_proves_itself_once(web: Web, issuer: OidcIssuer) -> None:
    token = issuer.token(issuer.claims(web.place.clock.now()))
    assert exchange(web, token).status_code == 200
    assert exchange(web, token).status_code == 422


def test_what_is_no_call_is_refused(web: Web) -> None:
    assert web.ask("POST", "/_/oidc/mint-token", content=b"[]").status_code == 400
    assert web.ask("POST", "/_/oidc/mint-token", content=b"x" * 100_000).status_code == 413
    assert exchange(web, "a.b.c").status_code == 422


def test_an_issuer_that_does_not_answer_is_no_refusal(web: Web, issuer: OidcIssuer) -> None:
    token = issuer.token(issuer.claims(web.place.clock.now()))
    issuer.fail("/.well-known/openid-configuration", Fault.ERROR)
    assert exchange(web, token).status_code == 503


def test_guessing_is_slowed(web: Web) -> None:
    statuses = [exchange(web, "a.b.c").status_code for _ in range(25)]
    assert statuses[-1] == 429

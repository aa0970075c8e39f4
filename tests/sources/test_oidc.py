"""Identity tokens of CI jobs: who is believed, and every way to lie."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.firewall import Role
from stockade.model.oidc import CiIdentity
from stockade.model.policy import CiRole
from stockade.model.policy import OidcIssuer as Rule
from stockade.sources.oidc import MAX_LENGTH, CiTokens
from stockade.sources.oidc_keys import MAX_BYTES, IssuerKeys, read_keys
from stockade.testing.fakes import NOON
from stockade.testing.loopback import Fault, Reply
from stockade.testing.memory_state import MemoryState
from stockade.testing.oidc_issuer import DISCOVERY, KEYS, OidcIssuer, encoded, signature

SECOND = timedelta(seconds=1)


@pytest.fixture
def ci() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


@pytest.fixture
def other() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


def rule(ci: OidcIssuer, **fields: Any) -> Rule:
    plain: dict[str, Any] = {
        "issuer": ci.origin,
        "audience": "stockade",
        "claims": {"repository": "acme/*", "ref": "refs/heads/main"},
        "role": CiRole.PUBLISH,
        "projects": ("acme-*",),
    }
    return Rule(**{**plain, **fields})


def verifier(*rules: Rule, **bounds: timedelta) -> CiTokens:
    return CiTokens(rules, IssuerKeys(**bounds), MemoryState().tokens)  # type: ignore[arg-type]  # fields of time


def refused(tokens: CiTokens, text: str, why: str, at: timedelta = timedelta()) -> None:
    with pytest.raises(InvalidValueError, match=why) as caught:
        tokens.verify(text, NOON + at)
    assert text not in str(caught.value)


def believed(tokens: CiTokens, text: str, now: datetime) -> None:
    assert tokens.verify(text, now).subject.startswith("repo:acme/")


# --- who is believed --------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_job_that_fits_a_rule_gets_what_the_rule_says(ci: OidcIssuer, algorithm: str) -> None:
    ci.add_key("k", algorithm)
    found = verifier(rule(ci, minutes=20)).verify(ci.token(kid="k"), NOON)
    assert found == CiIdentity(subject="repo:acme/shop:ref:refs/heads/main", rule=rule(ci, minutes=20))
    assert found.identity == f"repo:acme/shop:ref:refs/heads/main@{ci.origin.removeprefix('http://')}"
    wish = found.minting(NOON)
    assert (wish.role, wish.projects, wish.expires) == (
        Role.PUBLISH,
        ("acme-*",),
        NOON + timedelta(minutes=20),
    )
    minted = MemoryState().tokens.mint(wish)
    assert minted.token.identity == found.identity


def test_the_first_rule_that_fits_counts(ci: OidcIssuer) -> None:
    rules = (
        rule(ci, audience="other"),
        rule(ci, claims={"ref": "refs/tags/*"}),
        rule(ci, claims={"ref": "refs/*"}, role=CiRole.INSTALL),
        rule(ci),
    )
    assert verifier(*rules).verify(ci.token(), NOON).rule == rules[2]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"repository_id": "7", "protected": "true"}, {"repository_id": 7, "protected": True}),
        ({"environment": "release-[12]"}, {"environment": "release-2"}),
        ({"sub": "repo:acme/*:main"}, {"sub": "repo:acme/a/b:c:main"}),
    ],
)
def test_claims_are_matched_as_text(ci: OidcIssuer, claims: dict[str, str], said: dict[str, Any]) -> None:
    tokens = verifier(rule(ci, claims=claims))
    believed(tokens, ci.token(ci.claims(**said)), NOON)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"ref": "refs/heads/main"}, {"ref": "refs/heads/Main"}),
        ({"ref": "refs/heads/main"}, {"ref": "refs/heads/main\n"}),
        ({"ref": "refs/heads/main"}, {"ref": "xrefs/heads/main"}),
        ({"ref": "refs/heads/main"}, {"ref": ["refs/heads/main"]}),
        ({"ref": "refs/heads/main"}, {"ref": {"refs/heads/main": 1}}),
        ({"ref": "refs/heads/main"}, {"ref": None}),
        ({"count": "7*"}, {"count": 7.5}),
        ({"repository": "acme/*", "ref": "refs/heads/main"}, {"repository": "evil/acme/x"}),
    ],
)
def test_a_job_that_fits_no_rule_is_refused(
    ci: OidcIssuer, claims: dict[str, str], said: dict[str, Any]
) -> None:
    refused(verifier(rule(ci, claims=claims)), ci.token(ci.claims(**said)), "its claims fit none")


# --- times ------------------------------------------------------------------------------------------


def test_half_a_minute_is_forgiven_and_no_more(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    for number, (claims, at, right) in enumerate(
        [
            ({}, 329 * SECOND, True),
            ({}, 330 * SECOND, False),
            ({}, -30 * SECOND, True),
            ({}, -31 * SECOND, False),
            ({"nbf": int(NOON.timestamp()) + 30}, 0 * SECOND, True),
            ({"nbf": int(NOON.timestamp()) + 31}, 0 * SECOND, False),
            ({"exp": NOON.timestamp() + 0.5}, 30.4 * SECOND, True),
            ({"exp": NOON.timestamp() + 0.5}, 30.5 * SECOND, False),
        ]
    ):
        text = ci.token(ci.claims(jti=str(number), **claims))  # type: ignore[arg-type]  # claims
        if right:
            believed(tokens, text, NOON + at)
        else:
            refused(tokens, text, "expired|time of issue|not valid yet", at)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"iat": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": []},
        {"exp": 10**400},
        {"exp": 10**15},
        {"iat": -(10**15)},
        {"nbf": "x"},
        {"nbf": None, "iat": "x"},
        {"exp": 0},
        {"iat": 0},
        {"iat": int(NOON.timestamp()) + 29, "exp": int(NOON.timestamp()) + 29},
        {"exp": int(NOON.timestamp()) + 86_401},
    ],
    ids=repr,
)
def test_times_that_are_missing_or_none_are_refused(ci: OidcIssuer, claims: dict[str, Any]) -> None:
    refused(verifier(rule(ci)), ci.token(ci.claims(**claims)), "claim|expired|issue|lives longer")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(ci: OidcIssuer, number: str) -> None:
    body = json.dumps(ci.claims()).replace(f'"exp": {ci.claims()["exp"]}', f'"exp": {number}')
    assert number in body
    refused(verifier(rule(ci)), ci.sign(body.encode()), "refused")


# --- lies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["none", "None", "NONE", "nOnE", "", None, 0, ["none"], "HS256", "RS512", "PS256"]
)
def test_other_algorithms_are_refused_signed_or_not(ci: OidcIssuer, name: object) -> None:
    signed = ci.token(alg=name)
    for text in (signed, signed.rpartition(".")[0] + ".", signed.rpartition(".")[0]):
        refused(verifier(rule(ci)), text, "signed by|no signed JWT")


def test_the_public_key_is_no_shared_secret(ci: OidcIssuer) -> None:
    """HS256 with the text of the public key, which everybody knows."""
    _, key = ci.keys["rsa-1"]
    assert isinstance(key, RSAKey)
    public = key.public_key
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        json.dumps(key.as_dict(private=False)).encode(),
    ):
        for said in ("HS256", "RS256"):
            head = encoded(json.dumps({"alg": said, "typ": "JWT", "kid": "rsa-1"}).encode())
            text = f"{head}.{encoded(json.dumps(ci.claims()).encode())}"
            forged = hmac.digest(secret, text.encode(), "sha256")
            refused(verifier(rule(ci)), f"{text}.{encoded(forged)}", "signed by|signature")


def test_a_key_serves_its_own_algorithm_only(ci: OidcIssuer) -> None:
    ci.add_key("ec", "ES256")
    ci.add_key("ed", "EdDSA")
    tokens = verifier(rule(ci))
    for kid in ("rsa-1", "ec", "ed"):
        for said in {"RS256", "ES256", "EdDSA"} - {ci.keys[kid][0]}:
            refused(tokens, ci.token(kid=kid, alg=said), f"signs with {ci.keys[kid][0]}")


def test_another_issuer_s_key_signs_nothing_here(ci: OidcIssuer, other: OidcIssuer) -> None:
    """Both are trusted, and the key id is the same; and the evil one may sign for itself only."""
    tokens = verifier(rule(ci), rule(other, role=CiRole.INSTALL))
    refused(tokens, other.token(ci.claims()), "signature")
    other.add_key("other-1", "RS256")
    refused(tokens, other.token(ci.claims(), kid="other-1"), "has no key 'other-1'")
    assert tokens.verify(other.token(), NOON).rule.role is CiRole.INSTALL


def test_an_issuer_that_no_rule_names_is_not_even_asked(ci: OidcIssuer, other: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    refused(tokens, other.token(), "no rule of the policy names its issuer")
    for issuer in (ci.origin + "/", ci.origin.upper(), ci.origin + "#", [ci.origin], None, ""):
        refused(tokens, ci.token(ci.claims(iss=issuer)), "no rule of the policy names its issuer")
    assert other.seen == ci.seen == []


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        "Stockade",
        "stockade ",
        ["stockade", "other"],
        ["other"],
        [],
        ["stockade", "stockade"],
        7,
        {"stockade": 1},
    ],
    ids=repr,
)
def test_a_token_for_somebody_else_too_is_refused(ci: OidcIssuer, audience: object) -> None:
    refused(verifier(rule(ci)), ci.token(ci.claims(aud=audience)), "not for this firewall alone")


def test_a_list_of_one_audience_is_that_one(ci: OidcIssuer) -> None:
    believed(verifier(rule(ci)), ci.token(ci.claims(aud=["stockade"])), NOON)


@pytest.mark.parametrize("subject", [None, "", "  ", 7, ["a"], "a\nb", "x" * 1001, "\x1b[31m"], ids=repr)
def test_a_token_about_nobody_is_refused(ci: OidcIssuer, subject: object) -> None:
    refused(verifier(rule(ci)), ci.token(ci.claims(sub=subject)), "'sub'")


def test_a_key_that_comes_with_the_token_is_refused(ci: OidcIssuer, other: OidcIssuer) -> None:
    own = other.published["rsa-1"]
    for header in (
        {"jwk": own},
        {"jku": other.origin + KEYS},
        {"x5u": other.origin + "/cert"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
        {"b64": False},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ):
        (name,) = header
        refused(verifier(rule(ci)), ci.token(**header), f"'{name}', which is not accepted")
        refused(verifier(rule(ci)), other.token(ci.claims(), **header), f"'{name}'")
    assert other.seen == []


@pytest.mark.parametrize("kid", [None, "", 7, ["rsa-1"], "../keys", "rsa-1\0", "rsa-2"], ids=repr)
def test_no_key_or_another_one_is_refused(ci: OidcIssuer, kid: object) -> None:
    _, key = ci.keys["rsa-1"]
    head = encoded(json.dumps({"alg": "RS256", "kid": kid}).encode())
    text = f"{head}.{encoded(json.dumps(ci.claims()).encode())}"
    forged = f"{text}.{encoded(signature(text.encode(), 'RS256', key))}"
    refused(verifier(rule(ci)), forged, "names no key|has no key")


def test_a_name_that_stands_twice_is_refused(ci: OidcIssuer) -> None:
    body = json.dumps(ci.claims())
    for twice in (
        body[:-1] + ', "sub": "repo:evil/x"}',
        '{"aud": "other", ' + body[1:],
        body[:-1] + ', "nested": {"a": 1, "a": 2}}',
    ):
        refused(verifier(rule(ci)), ci.sign(twice.encode()), "twice")
    _, key = ci.keys["rsa-1"]
    head = encoded(b'{"alg": "RS256", "kid": "evil", "kid": "rsa-1"}')
    text = f"{head}.{encoded(body.encode())}"
    refused(verifier(rule(ci)), f"{text}.{encoded(signature(text.encode(), 'RS256', key))}", "twice")


def test_whatever_is_changed_after_signing_is_refused(ci: OidcIssuer) -> None:
    head, body, mark = ci.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    evil = encoded(json.dumps({**claims, "repository": "acme/other"}).encode())
    tokens = verifier(rule(ci))
    wrong = [
        f"{head}.{evil}.{mark}",
        f"{head}.{body}.",
        f"{head}.{body}.{'A' * len(mark)}",
        f"{head}.{body}.{mark}A",
        f"{head}.{body}.{mark}=",
        f"{head}.{body}={'.'}{mark}",
        f"{head}.{body}.{mark}\n",
        f" {head}.{body}.{mark}",
        f"{head}..{mark}",
        f".{body}.{mark}",
        f"{head}.{body}",
        f"{head}.{body}.{mark}.{mark}",
        f"{head}.{body}.{mark}..",
        f"{head}.{body}.é",
        "",
        "...",
        f"{encoded(b'[]')}.{body}.{mark}",
        f"{encoded(b'{{')}.{body}.{mark}",
        f"{encoded(bytes([255, 254]))}.{body}.{mark}",
        f"{encoded(b'[' * 9000)}.{body}.{mark}",
    ]
    for text in wrong:
        with pytest.raises(InvalidValueError, match="identity token refused"):
            tokens.verify(text, NOON)
    believed(tokens, f"{head}.{body}.{mark}", NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), to=st.characters(codec="ascii"))
def test_no_other_character_makes_another_token(ci: OidcIssuer, place: int, to: str) -> None:
    text = ci.token(ci.claims(jti="fixed"))
    changed = text[: place % len(text)] + to + text[place % len(text) + 1 :]
    tokens = verifier(rule(ci))
    if changed == text:
        believed(tokens, changed, NOON)
    else:
        refused(tokens, changed, "refused")


def test_a_token_that_is_too_long_is_not_read(ci: OidcIssuer) -> None:
    refused(verifier(rule(ci)), ci.token(ci.claims(more="x" * MAX_LENGTH)), "characters; at most")
    assert ci.seen == []
    believed(verifier(rule(ci)), ci.token(ci.claims(more="x" * (MAX_LENGTH // 2))), NOON)


@pytest.mark.parametrize("kind", ["at+jwt", "JOSE", "", 7])
def test_another_type_is_refused(ci: OidcIssuer, kind: object) -> None:
    refused(verifier(rule(ci)), ci.token(typ=kind), "type")


def test_what_an_issuer_adds_is_no_harm(ci: OidcIssuer) -> None:
    believed(verifier(rule(ci)), ci.token(typ="jwt", x5t="thumb"), NOON)


# --- once -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jti", ["job-1", None])
def test_a_token_proves_once(ci: OidcIssuer, jti: str | None) -> None:
    tokens = verifier(rule(ci))
    text = ci.token(ci.claims(jti=jti))
    believed(tokens, text, NOON)
    refused(tokens, text, "used before")
    refused(tokens, text, "used before", 320 * SECOND)
    believed(tokens, ci.token(ci.claims(jti=jti and "job-2", run=2)), NOON)


def test_two_tokens_with_one_jti_are_one(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    believed(tokens, ci.token(ci.claims(jti="a")), NOON)
    refused(tokens, ci.token(ci.claims(jti="a", run=2)), "used before")
    refused(tokens, ci.token(ci.claims(jti=7)), "'jti' is no text")


def test_another_form_of_a_signature_is_the_same_token(ci: OidcIssuer) -> None:
    """ECDSA: (r, n - s) is a signature too."""
    ci.add_key("ec", "ES256")
    tokens = verifier(rule(ci))
    text = ci.token(ci.claims(jti=None), kid="ec")
    head, _, mark = text.rpartition(".")
    raw = base64.urlsafe_b64decode(mark + "==")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    believed(tokens, text, NOON)
    refused(tokens, f"{head}.{encoded(twin)}", "used before")


def test_a_refused_token_is_not_used_up(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    text = ci.token()
    refused(tokens, text, "time of issue", -60 * SECOND)
    refused(tokens, text + "A", "refused")
    believed(tokens, text, NOON)


def test_of_many_that_show_a_token_at_once_one_is_believed(ci: OidcIssuer) -> None:
    tokens, text = verifier(rule(ci)), ci.token()

    def show(_: int) -> bool:
        try:
            tokens.verify(text, NOON)
        except InvalidValueError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(show, range(12))) == 1
    assert ci.asked(KEYS) == 1


# --- keys -------------------------------------------------------------------------------------------


def test_keys_are_kept_for_their_age(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    for minutes in (0, 1, 59):
        now = NOON + timedelta(minutes=minutes)
        believed(tokens, ci.token(ci.claims(now)), now)
    assert (ci.asked(DISCOVERY), ci.asked(KEYS)) == (1, 1)
    del ci.published["rsa-1"]
    later = NOON + timedelta(minutes=60)
    refused(tokens, ci.token(ci.claims(later)), "has no key", timedelta(minutes=60))
    assert ci.asked(KEYS) == 2


def test_a_new_key_is_taken_at_once_but_the_issuer_is_not_asked_all_the_time(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    believed(tokens, ci.token(), NOON)
    ci.add_key("rsa-2", "RS256")
    now = NOON + timedelta(minutes=1)
    believed(tokens, ci.token(ci.claims(now), kid="rsa-2"), now)
    assert ci.asked(KEYS) == 2
    for number in range(50):
        ci.keys[f"x{number}"] = ci.keys["rsa-1"]
        refused(tokens, ci.token(kid=f"x{number}"), "has no key", timedelta(minutes=1, seconds=number))
    assert ci.asked(KEYS) == 2
    refused(tokens, ci.token(kid="x0"), "has no key", timedelta(minutes=2))
    assert ci.asked(KEYS) == 3


def test_an_issuer_that_does_not_answer_is_no_reason_to_believe_or_to_hammer(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    ci.fail(KEYS, Fault.ERROR, times=1)
    for _ in range(5):
        with pytest.raises(IncompleteError, match=r"keys of .* could not be had: .*answered 500"):
            tokens.verify(ci.token(), NOON)
    assert ci.asked(KEYS) == 1
    now = NOON + timedelta(minutes=1)
    believed(tokens, ci.token(ci.claims(now)), now)


def test_keys_that_are_too_old_are_not_used_when_no_others_can_be_had(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci), max_age=timedelta(minutes=5))
    believed(tokens, ci.token(), NOON)
    ci.fail(DISCOVERY, Fault.DROPPED)
    later = NOON + timedelta(minutes=5)
    for _ in range(2):
        with pytest.raises(IncompleteError, match="could not be had"):
            tokens.verify(ci.token(ci.claims(later)), later)


def test_a_clock_that_was_set_back_makes_no_key_young(ci: OidcIssuer) -> None:
    tokens = verifier(rule(ci))
    believed(tokens, ci.token(), NOON)
    earlier = NOON - timedelta(hours=2)
    believed(tokens, ci.token(ci.claims(earlier)), earlier)
    assert ci.asked(KEYS) == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DISCOVERY, b"{"),
        (DISCOVERY, b"[]"),
        (DISCOVERY, b'{"issuer": "https://evil.example", "jwks_uri": "https://evil.example/keys"}'),
        (DISCOVERY, b'{"issuer": "ORIGIN"}'),
        (DISCOVERY, b'{"issuer": "ORIGIN", "jwks_uri": 7}'),
        (DISCOVERY, b'{"issuer": "ORIGIN", "jwks_uri": "http://keys.example/"}'),
        (DISCOVERY, b'{"issuer": "ORIGIN", "jwks_uri": "file:///etc/passwd"}'),
        (DISCOVERY, b'{"issuer": "x", "issuer": "ORIGIN", "jwks_uri": "ORIGIN/keys"}'),
        (KEYS, b'{"keys": {}}'),
        (KEYS, b'{"keys": [' + b"{}," * 100 + b"{}]}"),
        (KEYS, b'{"keys": []}' + b" " * MAX_BYTES),
        (KEYS, b"\xff"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_documents_that_are_none_give_no_keys(
    ci: OidcIssuer, monkeypatch: pytest.MonkeyPatch, path: str, body: bytes
) -> None:
    plain = ci.answer
    wrong = Reply(body.replace(b"ORIGIN", ci.origin.encode()))
    monkeypatch.setattr(ci, "answer", lambda seen: wrong if seen.path == path else plain(seen))
    with pytest.raises(IncompleteError, match="could not be had"):
        verifier(rule(ci)).verify(ci.token(), NOON)


def test_a_redirect_is_not_followed(ci: OidcIssuer) -> None:
    ci.fail(KEYS, Fault.LOOP)
    with pytest.raises(IncompleteError, match="answered 30"):
        verifier(rule(ci)).verify(ci.token(), NOON)


def test_an_issuer_elsewhere_does_not_send_us_to_this_machine() -> None:
    def fetch(address: str) -> bytes:
        assert address == f"https://ci.example{DISCOVERY}"
        return b'{"issuer": "https://ci.example", "jwks_uri": "http://127.0.0.1:9/keys"}'

    with pytest.raises(IncompleteError, match="points to this machine"):
        IssuerKeys(fetch).key("https://ci.example", "a", NOON)
    with pytest.raises(IncompleteError, match="not protected"):
        IssuerKeys(fetch).key("http://ci.example", "a", NOON)


def key_set(*keys: object) -> bytes:
    return json.dumps({"keys": keys}).encode()


@pytest.fixture(scope="module")
def good() -> dict[str, dict[str, Any]]:
    issuer = OidcIssuer()
    issuer.add_key("ec", "ES256")
    issuer.add_key("ed", "EdDSA")
    issuer._server.server_close()
    return issuer.published


def test_good_keys_are_read_and_only_their_public_parts(good: dict[str, dict[str, Any]]) -> None:
    found = read_keys(key_set(*good.values()))
    assert {kid: algorithm for kid, (algorithm, _) in found.items()} == {
        "rsa-1": "RS256",
        "ec": "ES256",
        "ed": "EdDSA",
    }
    bare = {name: value for name, value in good["ed"].items() if name not in {"alg", "use"}}
    assert read_keys(key_set(bare, {**good["ec"], "key_ops": ["verify"]})).keys() == {"ed", "ec"}
    assert read_keys(key_set({**good["ed"], "alg": "Ed25519"})).keys() == {"ed"}
    assert not any(key.is_private for _, key in read_keys(key_set({**good["rsa-1"], "d": "AQAB"})).values())


@pytest.mark.parametrize(
    ("kid", "wrong"),
    [
        ("rsa-1", {"use": "enc"}),
        ("rsa-1", {"alg": "HS256"}),
        ("rsa-1", {"alg": "RS512"}),
        ("rsa-1", {"alg": ["RS256"]}),
        ("rsa-1", {"kty": "oct", "k": "AAAA"}),
        ("rsa-1", {"kty": ["RSA"]}),
        ("rsa-1", {"key_ops": ["encrypt"]}),
        ("rsa-1", {"key_ops": 7}),
        ("rsa-1", {"n": "AQAB"}),
        ("rsa-1", {"n": 7}),
        ("rsa-1", {"e": "AA"}),
        ("rsa-1", {"e": "%%%"}),
        ("rsa-1", {"n": "gQ" + "A" * 170}),
        ("ec", {"crv": "P-384"}),
        ("ec", {"crv": "secp256k1"}),
        ("ec", {"x": "AAAA"}),
        ("ec", {"crv": []}),
        ("ed", {"crv": "X25519"}),
        ("ed", {"x": ""}),
        ("ed", {"x": None}),
        ("ed", {"kid": 7}),
        ("ed", {"kid": ""}),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_key_that_is_none_of_ours_is_left_out_and_the_others_stay(
    good: dict[str, dict[str, Any]], kid: str, wrong: dict[str, object]
) -> None:
    others = [each for name, each in good.items() if name != kid]
    found = read_keys(key_set({**good[kid], **wrong}, 7, None, [], {}, *others))
    assert found.keys() == good.keys() - {kid}


def test_two_keys_of_one_id_are_none(good: dict[str, dict[str, Any]]) -> None:
    twin = {**good["ed"], "kid": "ec"}
    assert read_keys(key_set(*good.values(), twin)).keys() == {"rsa-1", "ed"}
    assert read_keys(key_set(*good.values(), twin, good["ec"])).keys() == {"rsa-1", "ed"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["keys", "kid", "kty", "n", "e", "crv", "x", "y", "alg", "use", "key_ops"]),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_a_key_set_is_read_or_refused(document: object) -> None:
    """Nothing but keys or a ValueError comes out."""
    try:
        found = read_keys(json.dumps({"keys": document}).encode())
    except ValueError:
        return
    assert all(isinstance(kid, str) for kid in found)

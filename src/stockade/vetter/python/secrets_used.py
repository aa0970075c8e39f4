"""What a caller's secret is for, and what counts as one: parameters whose surroundings tell, keys of dictionaries."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence

from stockade.vetter import places
from stockade.vetter.acts import NO_TAINTS, Kind, Origin, Taint, Taints
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import Value, union

_SECRETS = frozenset({Origin.SECRET, Origin.WALLET})
_SIGNING_IN = frozenset(
    {
        "connect",
        "login",
        "logon",
        "log_in",
        "authenticate",
        "sign_in",
        "auth",
        "run",
        "start",
        "create_engine",
        "create_pool",
    }
    | {
        "__init__",
        "from_key",
        "from_private_key",
        "from_secret_key",
        "from_mnemonic",
        "from_token",
        "client",
        "resource",
    }
    | {"from_url", "from_dsn", "set_api_key", "set_token", "configure"}
)
"""Last words of what signs in with what it gets."""
_CLIENTS = re.compile(
    r"(?:Client|Session|Bot|Connection|Exchange|Fernet|AESGCM|ChaCha20Poly1305|Wallet|Account|Keypair|SigningKey|PrivateKey|Redis)$"
    r"|^(?:Github|Gitlab|Reddit|OpenAI|AsyncOpenAI|Anthropic|API|S3|Minio|Elasticsearch|GraphDatabase)$"
)
"""Classes that are made with a secret and sign in with it."""
_MAILERS = frozenset({"smtplib", "ftplib", "imaplib", "poplib", "telnetlib"})
_SENDERS = (
    frozenset(
        {"requests", "httpx", "httpx2", "aiohttp", "urllib3", "urllib", "niquests", "curl_cffi", "pydantic"}
    )
    | {"attr", "attrs", "yarl"}
    | {
        "oauthlib",
        "requests_oauthlib",
        "google",
        "msal",
        "botocore",
        "requests_aws4auth",
        "httpx_auth",
        "authlib",
    }
)
"""Libraries that send a request, or make ready how it is signed: the address is elsewhere."""


def handed_in(m: Machine, frame: Frame, node: ast.AST, name: str, values: Sequence[Value]) -> None:
    """Record that a secret goes into a library of somebody else's that signs in, encrypts or signs with it."""
    last = name.rpartition(".")[2]
    if not (last in _SIGNING_IN or _CLIENTS.search(last)):
        return
    root = re.split(r"[.(]", name, maxsplit=1)[0]
    if (
        root.partition("_")[0] in _SENDERS
        or "oauth" in root
        or (root in sys.stdlib_module_names and root not in _MAILERS)
    ):
        return
    vague = _VAGUE if root in _CRYPTO else _SETTINGS
    secrets = frozenset(
        taint
        for taint in union(values)
        if taint.origin in _SECRETS or (taint.origin is Origin.PARAMETER and taint.detail in vague)
    )
    if secrets:
        m.act(frame, node, Kind.USE, name, payload=secrets)


_CRYPTO = frozenset(
    {"cryptography", "Crypto", "Cryptodome", "nacl", "jwt", "jose", "authlib", "pyaes", "rsa", "ecdsa"}
)
_SETTINGS = frozenset(
    {"config", "options", "settings", "credentials", "creds", "auth", "params", "kwargs", "opts"}
)
"""Parameters that hold secrets under keys."""
_KEEPERS = re.compile(
    r"wallet|key_?pair|mnemonic|bip_?(?:32|39|44)|(?:^|_)seed|hd_?key|private_?key|from_(?:secret|key)|web3|solana|ethereum|sign_(?:tx|transaction|message|hash)",
    re.IGNORECASE,
)
_VAGUE = frozenset(
    {
        "key",
        "seed",
        "secret",
        "phrase",
        "words",
        "entropy",
        "sk",
        "priv",
        "wif",
        "pk",
        "raw_key",
        "secret_bytes",
    }
)


def keeper_of_keys(parameter: str, surroundings: str) -> bool:
    """Whether a parameter of a vague name holds a key that owns funds, as the names around it tell.

    Args:
        parameter: its name.
        surroundings: names of the function and its class.
    """
    return parameter.lower() in _VAGUE and _KEEPERS.search(surroundings) is not None


_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"}
)
_OF_THE_APPLICATION = frozenset(
    {
        "SECRET_KEY",
        "JWT_SECRET_KEY",
        "SQLALCHEMY_DATABASE_URI",
        "DATABASES",
        "DATABASE_URL",
        "SECURITY_PASSWORD_SALT",
    }
)


def by_key(m: Machine, frame: Frame, node: ast.AST, value: Value, key: object) -> Taints:
    """The origin of an element that a caller's dictionary holds under a telling key."""
    holder = min(
        (taint for taint in value.taints if taint.origin in _PASSED), default=None, key=lambda t: t.order
    )
    if not isinstance(key, str) or holder is None:
        return NO_TAINTS
    at = m.at(frame, node)
    if key in _OF_THE_APPLICATION:
        return frozenset({Taint(Origin.CREDENTIAL, f"the application's {key}", at)})
    if key.lower() in _HEADERS:
        return frozenset({Taint(Origin.SECRET, f"{holder.detail}[{key}]", holder.at)})
    kind = places.secret_name(key)
    if kind is None:
        return NO_TAINTS
    origin = Origin.WALLET if kind == places.WALLET_SECRET else Origin.SECRET
    return frozenset({Taint(origin, f"{holder.detail}[{key}]", holder.at)})


_RANDOM = frozenset(
    {
        "os.urandom()",
        "secrets.token_bytes()",
        "secrets.token_hex()",
        "secrets.randbits()",
        "secrets.randbelow()",
    }
    | {"nacl.utils.random()", "Crypto.Random.get_random_bytes()"}
)


def born(m: Machine, frame: Frame, node: ast.AST, cls: str, value: Value) -> Value:
    """Random bytes that an object keeps which is named after a wallet or key pair are its private key."""
    if value.name not in _RANDOM or _KEEPERS.search(cls) is None:
        return value
    made = Taint(Origin.WALLET, f"the key of a new {cls}", m.at(frame, node))
    return Value(name=value.name, taints=value.taints | {made}, text=value.text)


_PASSED = frozenset({Origin.PARAMETER, Origin.INTERCEPTED})

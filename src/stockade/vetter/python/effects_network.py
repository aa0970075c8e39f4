"""Requests, sockets, names looked up, messages: what leaves and what comes in."""

from __future__ import annotations

import ast
import re

from stockade.vetter import places
from stockade.vetter.acts import NO_TAINTS, Kind, Origin, Taint, Taints
from stockade.vetter.python import calls
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import HTTP_CLIENTS, HTTP_VERBS, MESSENGERS, METHOD_FIRST, RECEIVERS
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import Bound, Class, Function, Instance, Value, cap, union

_DATA = (
    "data",
    "json",
    "params",
    "files",
    "headers",
    "cookies",
    "content",
    "body",
    "fields",
    "auth",
    "payload",
    "form",
)
_SENDING = frozenset({"post", "put", "patch", "send", "request_encode_body"})


def http(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A verb of an HTTP client."""
    client, _, verb = call.name.rpartition(".")
    if verb not in HTTP_VERBS or client not in HTTP_CLIENTS:
        return None
    first = 1 if verb in METHOD_FIRST else 0
    address = call.get(first, "url", "uri")
    if verb == "send" and call.arguments and call.arguments[-1].name.startswith("requests.Request()"):
        address, call = (
            call.arguments[-1],
            Call(call.function, call.owner, [Value()], {"data": call.arguments[-1]}),
        )
    data = [*call.arguments[first + 1 :], *(call.keywords[name] for name in _DATA if name in call.keywords)]
    if "**" in call.keywords:
        data.append(call.keywords["**"])
    return request(m, frame, node, call.name, _based(call, address), [*data, *_carried(call)])


def _carried(call: Call) -> list[Value]:
    """Secrets that a client was made with (headers, authentication): they go with every request."""
    if call.owner is None or not call.owner.name.endswith("()"):
        return []
    taints = frozenset(taint for taint in call.owner.all_taints() if taint.origin in _KEYS)
    return [Value(taints=taints)] if taints else []


_KEYS = frozenset({Origin.SECRET, Origin.WALLET})


def _based(call: Call, address: Value | None) -> Value | None:
    """A relative address of a client that was made with a base."""
    base = call.owner.text if call.owner is not None else ""
    if address is None or not base.startswith(_SCHEMES) or "://" in address.shown:
        return address
    tail = address.shown or "…"
    return Value(text=f"{base.rstrip('/')}/{tail.lstrip('/')}", taints=address.all_taints())


_SCHEMES = ("http://", "https://")


def request(
    m: Machine, frame: Frame, node: ast.AST, callee: str, address: Value | None, data: list[Value]
) -> Value:
    """One request: an act of fetching, and one of sending where anything of known origin leaves with it."""
    target = address.shown if address is not None else ""
    built = address.all_taints() if address is not None else NO_TAINTS
    payload = union(data)
    verb = callee.rpartition(".")[2]
    leaving = cap(payload | _leaving(built))
    if leaving or verb in _SENDING or data:
        m.act(
            frame,
            node,
            Kind.SEND,
            callee,
            target=target,
            payload=leaving,
            target_taints=built,
            content=_content(data),
        )
    m.act(frame, node, Kind.FETCH, callee, target=target, payload=leaving, target_taints=built)
    return fetched(m, frame, node, target, callee)


def _leaving(built: Taints) -> Taints:
    """Origins in an address that are data, and not where the address itself was taken from."""
    return frozenset(
        taint
        for taint in built
        if taint.origin not in {Origin.DECODED, Origin.FETCHED, Origin.OWN_FILE, Origin.PARAMETER}
    )


def _content(data: list[Value]) -> str:
    return " ".join(each.shown for each in data if each.shown)[:500]


def fetched(m: Machine, frame: Frame, node: ast.AST, target: str, callee: str) -> Value:
    """What a request brings back."""
    at = m.at(frame, node)
    found = {Taint(Origin.FETCHED, target[:200], at)}
    where = places.address(target) if target else None
    if where is not None and places.AddressKind.METADATA_SERVICE in where.kinds:
        found.add(Taint(Origin.METADATA_SERVICE, target[:200], at))
    if where is not None and places.AddressKind.IP_ECHO in where.kinds:
        found.add(Taint(Origin.HOST, "public address", at))
    return Value(name=f"{callee}()", taints=frozenset(found))


def _urlopen(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    address = call.get(0, "url", "fullurl")
    data = [each for each in (call.get(1, "data"), call.keywords.get("headers")) if each is not None]
    if address is not None and isinstance(address.items, dict) and "url" in address.items:
        data += [address.items[key] for key in ("data", "headers", "added") if key in address.items]
        address = address.items["url"]
    return request(m, frame, node, call.name, address, data)


def _request_object(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    items: dict[object, Value] = {"url": call.get(0, "url") or Value()}
    for key, place in (("data", 1), ("headers", 2)):
        if (value := call.get(place, key)) is not None:
            items[key] = value
    return Value(
        name="urllib.request.Request()", items=items, text=items["url"].shown, taints=union(items.values())
    )


def _request_of_session(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    """A request that a session will send."""
    address = call.get(1, "url")
    return Value(
        name="requests.Request()",
        text=address.shown if address is not None else "",
        taints=union(call.everything),
    )


def _prepared(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """A request made ready is the same request."""
    made = call.owner if call.name.endswith(".prepare") else call.get(0, "request")
    return made if made is not None and made.name == "requests.Request()" else None


def _urlretrieve(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    address = call.get(0, "url")
    got = request(m, frame, node, call.name, address, [])
    path = call.get(1, "filename", "out", "dest", "output")
    target = path.shown if path is not None and path.shown else m.unknown_text("downloaded")
    m.written[target] = (got.taints, "")
    m.act(frame, node, Kind.WRITE, call.name, target=target, payload=got.taints)
    return Value(items=[Value(text=target, taints=got.taints), Value()], taints=got.taints, text=target)


def _http_connection(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    host = call.text(0, "host") or "…"
    return Value(name="http.client.HTTPConnection()", text=host, taints=union(call.everything))


def _http_request(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    host = call.owner.text if call.owner is not None else ""
    address = call.get(1, "url")
    full = Value(
        text=f"{host}{address.shown if address is not None else ''}",
        taints=union([address] if address else []),
    )
    data = [*call.arguments[2:], *(call.keywords[key] for key in ("body", "headers") if key in call.keywords)]
    result = request(m, frame, node, call.name, full, data)
    if call.owner is not None:
        call.owner.taints = cap(call.owner.taints | result.taints)
    return result


def _resolve(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    name = call.get(0, "host", "hostname", "qname")
    if name is None:
        return None
    m.act(frame, node, Kind.RESOLVE, call.name, target=name.shown, payload=name.all_taints())
    own = any(taint.origin is Origin.HOST for taint in name.taints)
    taint = (
        Taint(Origin.HOST, "network addresses", m.at(frame, node))
        if own
        else Taint(Origin.FETCHED, name.shown[:200], m.at(frame, node))
    )
    return Value(name=f"{call.name}()", taints=frozenset({taint}) if own else NO_TAINTS)


# -- sockets ----------------------------------------------------------------------------------------

_SOCKETS = (
    "socket.socket()",
    "socket.create_connection()",
    "ssl.wrap_socket()",
    "ssl.create_default_context().wrap_socket()",
    "ssl.SSLContext().wrap_socket()",
    "asyncio.open_connection()[]",
    "telnetlib.Telnet()",
    "websocket.create_connection()",
    "websocket.WebSocket()",
    "websockets.connect()",
    "websockets.sync.client.connect()",
    "multiprocessing.connection.Client()",
    "socks.socksocket()",
)


def connection(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A method of a connected object."""
    owner_name, _, method = call.name.rpartition(".")
    if owner_name not in _SOCKETS or call.owner is None:
        return None
    owner = call.owner
    if method in {"connect", "connect_ex"}:
        owner.text = _host_port(call.get(0, "address"))
        m.act(frame, node, Kind.CONNECT, call.name, target=owner.text)
        return Value(None)
    if method in {"bind", "listen"}:
        m.act(frame, node, Kind.LISTEN, call.name, target=_host_port(call.get(0)))
        return Value(None)
    if method == "accept":
        return Value(items=[Value(name="socket.socket()", text="incoming"), Value()])
    if method in {"send", "sendall", "sendto", "write", "send_bytes", "sendmsg"}:
        target = (
            _host_port(call.arguments[-1]) if method == "sendto" and len(call.arguments) > 1 else owner.text
        )
        payload = union(call.arguments[:1])
        m.act(frame, node, Kind.SEND, call.name, target=target, payload=payload, content=call.text(0)[:500])
        return Value()
    if method in RECEIVERS or method == "read":
        return _received(m, frame, node, owner.text)
    if method in {"fileno", "detach", "dup"}:
        return Value(name="socket.fileno()", text=owner.text)
    return None


def _received(m: Machine, frame: Frame, node: ast.AST, text: str) -> Value:
    return Value(taints=frozenset({Taint(Origin.RECEIVED, text[:200], m.at(frame, node))}))


def _host_port(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value.const, tuple | list):
        return ":".join(Value(each).shown for each in value.const[:2])
    if isinstance(value.items, list):
        return ":".join(each.shown or "…" for each in value.items[:2])
    return value.shown


def _connects(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    first = call.get(0, "address", "host", "url", "uri")
    target = _host_port(first)
    if call.name == "asyncio.open_connection" and len(call.arguments) > 1:
        target = f"{target}:{call.text(1)}"
    m.act(frame, node, Kind.CONNECT, call.name, target=target, target_taints=union([first] if first else []))
    for name, value in call.keywords.items():  # WebSocketApp(on_message=…)
        if name.startswith("on_") and isinstance(value.ref, Function | Bound):
            orders = _received(m, frame, node, target)
            calls.call(m, frame, node, value, [Value(name=f"{call.name}()", text=target), orders], {})
    return Value(name=f"{call.name}()", text=target)


def _serves(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """A server with a handler class: its methods run for whoever connects."""
    m.act(frame, node, Kind.LISTEN, call.name, target=_host_port(call.get(0)))
    handler = call.get(1, "RequestHandlerClass")
    if handler is not None and isinstance(handler.ref, Class):
        made = Value(ref=Instance(handler.ref))
        for method in ("handle", "do_GET", "do_POST", "do_PUT"):
            found = handler.ref.find(method)
            if found is not None and isinstance(found.ref, Function):
                calls.call(m, frame, node, found, [made], {})
    return Value(name=f"{call.name}()")


def _joins_url(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    base, tail = call.get(0, "base"), call.get(1, "url")
    if base is None or tail is None or (base.known and tail.known) or not base.shown:
        return None
    text = f"{base.shown.rstrip('/')}/{(tail.shown or '…').lstrip('/')}"
    return Value(text=text, taints=union([base, tail]))


def _typed(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """What a user types when asked for a password is a secret."""
    prompt = call.text(0, "prompt").lower()
    words = [word for word in re.split(r"[^a-z]+", prompt) if word]
    secret = any(places.secret_name(word) for word in (*words, "_".join(words)))
    origin = Origin.SECRET if secret else Origin.PARAMETER
    return Value(taints=frozenset({Taint(origin, prompt.strip(" :>")[:40] or "input", m.at(frame, node))}))


def _wraps(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    inner = call.get(0, "sock")
    return Value(name="socket.socket()", text=inner.text if inner is not None else "")


# -- messages ---------------------------------------------------------------------------------------


def messenger(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A method by which a messenger, mailer or store sends."""
    owner_name, _, method = call.name.rpartition(".")
    for prefix, methods in MESSENGERS:
        if owner_name == prefix and (not methods or method in methods):
            owner = call.owner
            payload = union([*call.everything, *([owner] if owner is not None else [])])
            target = owner.text if owner is not None else ""
            m.act(
                frame,
                node,
                Kind.SEND,
                call.name,
                target=target,
                payload=payload,
                content=_content(call.everything),
            )
            return Value()
    return None


def _opens_messenger(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    address = call.get(0, "url", "webhook_url", "token", "host", "address")
    text = address.shown if address is not None else ""
    return Value(name=f"{call.name}()", text=text, taints=union(call.everything))


def on_unknown(m: Machine, frame: Frame, node: ast.AST, call: Call, method: str) -> Value | None:
    """A method of an object of unknown class: a request where it has a request's shape."""
    first = call.get(0, "url")
    if method in {"get", "post", "put", "request", "urlopen", "fetch"} and first is not None:
        place = 1 if method in METHOD_FIRST else 0
        address = call.get(place, "url")
        if address is not None and address.shown.startswith(("http://", "https://", "ws://", "wss://")):
            data = [
                *call.arguments[place + 1 :],
                *(call.keywords[name] for name in _DATA if name in call.keywords),
            ]
            return request(m, frame, node, f"?.{method}", address, data)
    if method in {"sendall", "send"} and call.owner is not None and _is_connection(call.owner):
        m.act(frame, node, Kind.SEND, f"?.{method}", payload=union(call.arguments[:1]))
    return None


def _is_connection(value: Value) -> bool:
    return any(taint.origin is Origin.RECEIVED for taint in value.taints)


CONNECTION_METHODS = RECEIVERS | {
    *(
        "connect",
        "connect_ex",
        "bind",
        "listen",
        "accept",
        "send",
        "sendall",
        "sendto",
        "write",
        "send_bytes",
        "sendmsg",
    ),
    *("read", "fileno", "detach", "dup"),
}
MESSENGER_METHODS = frozenset(method for _, methods in MESSENGERS for method in methods)
_OPENERS = (
    "telebot.TeleBot",
    "telebot.async_telebot.AsyncTeleBot",
    "telegram.Bot",
    "telegram.bot.Bot",
    "aiogram.Bot",
    "dhooks.Webhook",
    "dhooks_lite.Webhook",
    "discord_webhook.DiscordWebhook",
    "discord.SyncWebhook.from_url",
    "discord.Webhook.from_url",
    "discord.webhook.SyncWebhook.from_url",
    "nextcord.SyncWebhook.from_url",
    "slack_sdk.WebClient",
    "slack_sdk.webhook.WebhookClient",
    "smtplib.SMTP",
    "smtplib.SMTP_SSL",
    "yagmail.SMTP",
    "ftplib.FTP",
    "ftplib.FTP_TLS",
    "xmlrpc.client.ServerProxy",
    "pymongo.MongoClient",
    "dropbox.Dropbox",
)

EFFECTS: dict[str, Effect] = {
    "urllib.parse.urljoin": _joins_url,
    "requests.Request": _request_of_session,
    "requests.Request().prepare": _prepared,
    "requests.Session().prepare_request": _prepared,
    "httpx.Request": _request_of_session,
    **dict.fromkeys(
        (
            *(
                f"socketserver.{each}"
                for each in ("TCPServer", "ThreadingTCPServer", "UDPServer", "ForkingTCPServer")
            ),
            *(
                "http.server.HTTPServer",
                "http.server.ThreadingHTTPServer",
                "xmlrpc.server.SimpleXMLRPCServer",
            ),
        ),
        _serves,
    ),
    "input": _typed,
    "raw_input": _typed,
    "click.prompt": _typed,
    "getpass.getpass": _typed,
    "ssl._create_unverified_context().wrap_socket": _wraps,
    "ssl._create_default_https_context().wrap_socket": _wraps,
    "urllib.request.urlopen": _urlopen,
    "urllib.request.Request": _request_object,
    "urllib.request.urlretrieve": _urlretrieve,
    "urllib.request.build_opener().open": _urlopen,
    "urllib.request.OpenerDirector().open": _urlopen,
    "wget.download": _urlretrieve,
    "gdown.download": _urlretrieve,
    "http.client.HTTPConnection": _http_connection,
    "http.client.HTTPConnection().request": _http_request,
    "socket.gethostbyname": _resolve,
    "socket.gethostbyname_ex": _resolve,
    "socket.getaddrinfo": _resolve,
    "dns.resolver.resolve": _resolve,
    "dns.resolver.query": _resolve,
    "dns.resolver.Resolver().resolve": _resolve,
    "dns.resolver.Resolver().query": _resolve,
    "dns.query.udp": _resolve,
    "aiodns.DNSResolver().query": _resolve,
    "socket.create_connection": _connects,
    "asyncio.open_connection": _connects,
    "telnetlib.Telnet": _connects,
    "websocket.create_connection": _connects,
    "websocket.WebSocketApp": _connects,
    "websockets.connect": _connects,
    "websockets.sync.client.connect": _connects,
    "socketio.Client().connect": _connects,
    "paramiko.SSHClient().connect": _connects,
    "multiprocessing.connection.Client": _connects,
    "ssl.wrap_socket": _wraps,
    "ssl.create_default_context().wrap_socket": _wraps,
    "ssl.SSLContext().wrap_socket": _wraps,
    **dict.fromkeys(_OPENERS, _opens_messenger),
}

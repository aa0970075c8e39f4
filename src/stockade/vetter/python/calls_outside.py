"""Calls of what is outside the package: what the tables say of them, and where origins go where they say nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from stockade.vetter import places
from stockade.vetter.acts import Origin, Taint, Taints
from stockade.vetter.python import (
    calls,
    calls_containers,
    constants,
    expressions,
    expressions_attributes,
    fold,
    secrets_used,
)
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import (
    Bound,
    Function,
    Instance,
    Value,
    cap,
    union,
)

VARIABLE = "environment variable "
"""Starts the name under which a value is remembered that the code itself put into the environment."""

MOST_PATH = 400
"""Characters of a text that may be a path."""

_HOOKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("str", "print", "format"), ("__str__", "__format__", "__repr__")),
    **dict.fromkeys(
        ("list", "tuple", "set", "iter", "sorted", "any", "all", "sum", "max", "min"), ("__iter__",)
    ),
    **{
        name: (f"__{name}__",)
        for name in ("repr", "len", "int", "float", "bool", "bytes", "hash", "abs", "next")
    },
}
"""Methods of an object that a builtin calls: the first that its class has."""


def _hooked(m: Machine, frame: Frame, node: ast.AST, name: str, value: Value) -> Value | None:
    """What a builtin gives for an object of the package's own class; None where the class has no such method."""
    assert isinstance(value.ref, Instance)  # noqa: S101 - the only caller makes it so
    found = (value.ref.cls.find(hook) for hook in _HOOKS[name])
    hook = next((each for each in found if each is not None), None)
    return calls.call(m, frame, node, hook, [value], {}) if hook is not None else None


def call_outer(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    owner: Value | None,
) -> Value:
    """A call of something outside the package; what it gives was passed to it where the code replaced it."""
    result = _outer(m, frame, node, function, arguments, keywords, owner)
    if function.name in m.replaced and ("." in function.name or function.name in _ASKING):
        heard = Taint(Origin.INTERCEPTED, f"what {function.name} gives", m.at(frame, node))
        return Value(
            result.const,
            name=result.name,
            ref=result.ref,
            items=result.items,
            text=result.text,
            taints=cap(result.taints | {heard}),
        )
    return result


_ASKING = frozenset({"input", "raw_input"})
"""Builtins that give what a user types."""


def _written(m: Machine, arguments: Sequence[Value]) -> Taints:
    """Origins of the files that arguments name and that were written before: some library reads them."""
    if not m.written:
        return frozenset()
    found = (m.written.get(each.shown) for each in arguments[:3] if 0 < len(each.shown) < MOST_PATH)
    return frozenset(taint for each in found if each is not None for taint in each[0])


def _outer(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    owner: Value | None,
) -> Value:
    from stockade.vetter.python import effects, effects_handed  # noqa: PLC0415 - mutual recursion of the walk

    held, _, last = function.name.rpartition(".")
    if _ANY_CLASS.match(function.name):  # one of all classes that there are, chosen by what only a run tells
        function = Value(name="subprocess.Popen", taints=function.taints, hidden=True)
    if owner is not None and arguments and last in GETTERS and held.endswith(("__dict__", "sys.modules")):
        return expressions_attributes.item(m, frame, node, owner, arguments[0])
    if arguments and isinstance(arguments[0].ref, Instance) and function.name in _HOOKS:
        made = _hooked(m, frame, node, function.name, arguments[0])
        if made is not None:
            return made
    secrets_used.handed_in(m, frame, node, function.name, [*arguments, *keywords.values()])
    result = effects.apply(m, frame, node, effects.Call(function, owner, arguments, keywords))
    if result is not None:
        return result
    name = function.name
    given = [calls_containers.constant_of(each) for each in arguments]
    named = {key: calls_containers.constant_of(value) for key, value in keywords.items()}
    everything = [*arguments, *keywords.values()]
    taints = cap(function.taints | union(everything) | _written(m, arguments))
    method = name.rpartition(".")[2]
    if method in _LOADERS:
        taints = _loaded(m, frame, node, arguments, owner, taints)
    if is_one_way(name):
        taints = without_secrets(taints)
    if all(each is not UNKNOWN for each in (*given, *named.values())) and arguments:
        m.step(sum(calls_containers.cost(each) for each in given))
        frozen = [bytes(each) if isinstance(each, bytearray) else each for each in given]
        folded = constants.call(name, frozen, named)
        if folded is not UNKNOWN:
            short = name == "reversed" and not (
                isinstance(given[0], str) and len(given[0]) >= expressions.LONG_TEXT
            )
            word = None if short else fold.is_decoder(name, given[1] if len(given) > 1 else None)
            word = "character codes" if word is None and _codes(name, given) else word
            taints = decoded(m, frame, node, everything, word) if word is not None else taints
            return Value(folded, taints=taints, built=True)
    word = fold.is_decoder(name, given[1] if len(given) > 1 else None) if name != "reversed" else None
    if word is not None:
        taints = decoded(m, frame, node, [Value(taints=taints)], word)
    elif taints and _is_transformation(name):
        at = m.at(frame, node)
        taints = frozenset(each.through(name, at) for each in taints)
    if owner is not None and method in calls.MUTATORS:
        owner.taints = cap(owner.taints | union(everything))
    if not arguments and "**" not in keywords and (fresh := _fresh(name, keywords)) is not None:
        if m.loose:
            m.fresh[id(fresh.items)] = fresh.items
        return fresh
    if name in _CONTAINERS and len(arguments) == 1 and not keywords:
        return Value(
            items=arguments[0].items, taints=taints, text=arguments[0].shown, name=_kept_name(arguments[0])
        )
    if _makes_key(name):
        taints |= {Taint(Origin.WALLET, f"key of {name}"[:80], m.at(frame, node))}
    effects_handed.handed(m, frame, node, arguments)
    for each in arguments:  # a callback that is handed out runs some day
        if isinstance(each.ref, Function | Bound) and effects.calls_back(name):
            calls.callback(m, frame, node, each)
    if owner is not None and method in _POSTS and owner.text.startswith(_SCHEMES):
        effects.sent(m, frame, node, name, owner.text, everything)
    address = next((each.shown for each in everything[:3] if each.shown.startswith(_SCHEMES)), "")
    return Value(
        name=f"{name}()"[: expressions_attributes.MOST_NAME],
        taints=taints,
        hidden=function.hidden,
        text=address,
    )


_ANY_CLASS = re.compile(r"(?:object|type)(?:\.\w+)*\.__subclasses__\(\)(?:\[\])+$")

_SCHEMES = ("http://", "https://", "ws://", "wss://")

_POSTS = frozenset(
    {"post", "put", "send", "execute", "emit", "publish", "upload", "send_message", "push", "notify"}
)
"""Methods by which an object that was made with an address sends, whatever library it is of."""

GETTERS = frozenset({"get", "pop", "__getitem__"})

_LOADERS = frozenset(
    {
        "read",
        "load",
        "load_config",
        "load_kube_config",
        "from_file",
        "read_file",
        "dotenv_values",
        "netrc",
        "read_text",
    }
    | {"parse", "read_csv", "from_filename", "load_dotenv", "open", "Image", "loadtxt", "copy_from_local"}
)


def _loaded(
    m: Machine, frame: Frame, node: ast.AST, arguments: list[Value], owner: Value | None, taints: Taints
) -> Taints:
    """A library's own reader of a file: what it returns, or the object itself, holds the file's secrets."""
    from stockade.vetter.python.effects_files import origin_of_path  # noqa: PLC0415 - mutual recursion of the walk

    for each in arguments[:2]:
        text = each.shown
        if text and len(text) < MOST_PATH and places.path(text):
            found = origin_of_path(m, frame, node, text)
            if found.origin is not Origin.FILE:
                taints |= {found}
                if owner is not None:
                    owner.taints = cap(owner.taints | {found})
    return taints


def is_one_way(name: str) -> bool:
    """Whether what comes out does not tell what went in: digests, signatures, derived addresses."""
    return name.startswith(("hashlib.", "hmac.", "Crypto.Hash", "blake3", "coincurve")) or (
        name.rpartition(".")[2] in _ONE_WAY
    )


_ONE_WAY = frozenset(
    {
        "hexdigest",
        "digest",
        "sign",
        "sign_transaction",
        "sign_message",
        "signHash",
        "to_checksum_address",
        "hash",
    }
    | {"len", "bool", "isinstance", "hasattr", "callable"}
)


def without_secrets(taints: Taints) -> Taints:
    """What remains of origins after a one-way function: facts that can be guessed, not secrets."""
    return frozenset(taint for taint in taints if taint.origin not in _LOST)


_LOST = frozenset({Origin.WALLET, Origin.SECRET, Origin.CREDENTIAL, Origin.VARIABLE, Origin.ENVIRONMENT})


def _makes_key(name: str) -> bool:
    """Whether a call of somebody else's library gives a key that owns funds."""
    maker, _, method = name.rpartition(".")
    last = maker.rpartition(".")[2]
    return (
        last in _KEY_CLASSES and method.startswith(("from_", "generate", "create", "random"))
    ) or method in _KEY_MAKERS


_KEY_CLASSES = frozenset({"Keypair", "PrivateKey", "Account", "SigningKey", "Mnemonic", "HDKey", "Wallet"})

_KEY_MAKERS = frozenset({"generate_mnemonic", "seed_from_mnemonic", "mnemonic_to_seed", "Bip39SeedGenerator"})

_CONTAINERS = frozenset(
    {"list", "tuple", "dict", "set", "str", "bytes", "bytearray", "sorted", "reversed", "iter", "repr"}
)


def _fresh(name: str, keywords: dict[str, Value]) -> Value | None:
    """A container that is made empty, or a dictionary of keywords."""
    if name in {"list", "set"}:
        return Value(items=[])
    if name in {"dict", "collections.OrderedDict"}:
        return Value(items=dict[object, Value](keywords.items()))
    return Value(bytearray()) if name == "bytearray" else None


def _codes(name: str, given: Sequence[object]) -> bool:
    """Whether a text is made of its characters' numbers."""
    numbers = given[0] if name in {"bytes", "bytearray"} and given else None
    return (
        isinstance(numbers, list | tuple | bytearray)
        and len(numbers) >= expressions.LONG_TEXT
        and all(isinstance(each, int) for each in numbers)
    )


def _kept_name(value: Value) -> str:
    return value.name if value.name == "os.environ" else ""


def _is_transformation(name: str) -> bool:
    return name.startswith(_TRANSFORMERS)


_TRANSFORMERS = (
    *("json.", "base64.", "binascii.", "zlib.", "gzip.", "bz2.", "lzma.", "urllib.parse.", "pickle."),
    *("cryptography.", "Crypto.", "Cryptodome.", "nacl."),
)


def decoded(m: Machine, frame: Frame, node: ast.AST, values: Sequence[Value], word: str) -> Taints:
    """The taints of what a decoder makes of ``values``: hidden content, or known origins transformed."""
    at = m.at(frame, node)
    taints = union(values)
    if not taints:
        return frozenset({Taint(Origin.DECODED, word, at)})
    return cap(frozenset(each.through(word, at) for each in taints))


def variable(m: Machine, frame: Frame, node: ast.AST, name: Value) -> Value:
    """One variable of the environment."""
    at = m.at(frame, node)
    shown = name.const if isinstance(name.const, str) else (name.text or "…")
    listed = frozenset(taint for taint in name.taints if taint.origin is Origin.ENVIRONMENT)
    put, content = m.written.get(f"{VARIABLE}{shown}", (frozenset(), ""))
    own = frozenset({Taint(Origin.VARIABLE, shown[:80], at)}) if not content else frozenset()
    return Value(text=content, taints=cap(own | listed | put))

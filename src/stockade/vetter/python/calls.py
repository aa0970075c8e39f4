"""Calls: the package's own functions are followed, everything else does what the tables say of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import NO_TAINTS, Origin, Taint, Taints
from stockade.vetter.python import constants, expressions, fold, hooks, secrets_used
from stockade.vetter.python.cold import body_of
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import canonical
from stockade.vetter.python.machine import MOST_DEPTH, MOST_RUNS, Machine
from stockade.vetter.python.values import (
    MOST_ITEMS,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Method,
    Value,
    cap,
    union,
)

VARIABLE = "environment variable "
"""Starts the name under which a value is remembered that the code itself put into the environment."""
MOST_PATH = 400
"""Characters of a text that may be a path."""
MOST_ALIKE = 3
"""Times one function is walked again with arguments of the same kind."""
MOST_SIGNATURE = 2_000
"""Characters of a constant that tell two calls apart."""
_MUTATORS = frozenset(
    {
        "append",
        "extend",
        "add",
        "update",
        "insert",
        "appendleft",
        "push",
        "put",
        "put_nowait",
        "write",
        "setdefault",
    }
    | {
        "writestr",
        "writelines",
        "writerow",
        "writerows",
        "add_field",
        "attach",
        "set_payload",
        "add_header",
        "feed",
    }
    | {"__setitem__", "add_file", "add_embed", "add_embed_field", "set_content", "add_attachment", "set"}
)
"""Methods after which the object holds what was passed."""


def call_node(m: Machine, frame: Frame, node: ast.Call) -> Value:
    """A call expression."""
    owner: Value | None = None
    method = ""
    if isinstance(node.func, ast.Attribute):
        owner = expressions.evaluate(m, frame, node.func.value)
        method = node.func.attr
    arguments, keywords = arguments_of(m, frame, node)
    if owner is not None:
        return call_method(m, frame, node, owner, method, arguments, keywords)
    function = expressions.evaluate(m, frame, node.func)
    return call(m, frame, node, function, arguments, keywords)


def arguments_of(m: Machine, frame: Frame, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
    """The arguments, stars unpacked where what they hold is known."""
    arguments: list[Value] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            value = expressions.evaluate(m, frame, each.value)
            parts = expressions.elements_of(value)
            arguments += parts[:256] if parts is not None else [Value(taints=value.all_taints())]
        else:
            arguments.append(expressions.evaluate(m, frame, each))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = expressions.evaluate(m, frame, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value.items, dict):
            keywords.update({str(key): item for key, item in value.items.items()})
        else:
            keywords["**"] = value
    return arguments, keywords


def call_method(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """``owner.method(…)``."""
    if owner.ref is None and not owner.name:
        if owner.known or owner.items is not None:
            return _on_constant(m, frame, node, owner, method, arguments, keywords)
        from stockade.vetter.python import effects  # noqa: PLC0415 - mutual recursion of the walk

        result = effects.on_unknown(m, frame, node, owner, method, arguments, keywords)
        if result is not None:
            return result
        if method in _MUTATORS:
            owner.taints = cap(owner.taints | union([*arguments, *keywords.values()]))
        if method == "hex" and owner.taints:
            owner = Value(
                taints=frozenset(each.through("hex", m.at(frame, node)) for each in owner.taints),
                text=owner.text,
            )
        if method in _GETTERS and arguments:
            owner = Value(
                taints=owner.taints | secrets_used.by_key(m, frame, node, owner, arguments[0].const),
                text=owner.text,
            )
        text = (
            owner.text
            if method in {"strip", "lower", "format", "rstrip", "encode", "decode", "as_posix"}
            else ""
        )
        return Value(taints=cap(owner.taints | union([*arguments, *keywords.values()])), text=text)
    if owner.name and owner.ref is None:
        if owner.known and not owner.name.startswith("string."):
            return _on_constant(m, frame, node, owner, method, arguments, keywords)
        full = expressions.outer(m, frame, node, f"{owner.name}.{method}", owner)
        return call_outer(m, frame, node, full, arguments, keywords, owner)
    function = expressions.attribute(m, frame, node, owner, method)
    if function.ref is None and owner.ref is not None:
        from stockade.vetter.python import effects  # noqa: PLC0415 - mutual recursion of the walk

        result = effects.on_object(m, frame, node, owner, method, arguments, keywords)
        if result is not None:
            return result
    return call(m, frame, node, function, arguments, keywords, owner)


def _on_constant(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """A method of a constant or a container."""
    if owner.items is not None and (result := _on_container(owner, method, arguments)) is not None:
        if m.loose and method in _GROWING and isinstance(owner.items, list):
            expressions.grown_list(m, owner.items)
        return result
    given = [constant_of(each) for each in arguments]
    named = {name: constant_of(value) for name, value in keywords.items()}
    base = constant_of(owner) if not _is_long(owner) or method in _WHOLE else UNKNOWN
    taints = cap(owner.taints | union([*arguments, *keywords.values()]))
    if base is not UNKNOWN:
        if method in {"append", "extend", "insert", "update"} and isinstance(base, list | dict | bytearray):
            changed = _mutated(owner, method, arguments, given)
            if m.loose:
                owner.const = UNKNOWN  # further turns add to it
            return changed
        if all(each is not UNKNOWN for each in (*given, *named.values())):
            m.step(_cost(base))
            result_ = constants.method(base, method, given, named)
            if result_ is not UNKNOWN:
                word = fold.is_decoder(f"{type(base).__name__}.{method}", given[0] if given else None)
                if word is not None:
                    taints = decoded(m, frame, node, [owner], word)
                return Value(result_, taints=taints, built=True)
    if method == "join" and arguments:
        return _joined(owner, arguments[0], taints)
    if method == "format" and isinstance(base, str):
        return Value(text=_formatted(base, arguments, keywords), taints=taints)
    return Value(taints=taints)


_GROWING = frozenset({"append", "add", "appendleft", "extend", "insert"})
LONG_CONTAINER = 512
"""Elements from which a container is not searched again and again."""
_WHOLE = frozenset({"append", "extend", "insert", "update", "join", "decode", "translate", "hex"})
"""Methods that build or turn a whole container, once."""


def _is_long(owner: Value) -> bool:
    """Whether searching a container costs: a loop that does it for every element would never end."""
    held = owner.items if owner.items is not None else owner.const
    return isinstance(held, list | tuple) and len(held) > LONG_CONTAINER


def _cost(constant: object) -> int:
    return 1 + len(constant) // 2_000 if isinstance(constant, str | bytes | list | tuple) else 1


def _on_container(owner: Value, method: str, arguments: list[Value]) -> Value | None:
    items = owner.items
    if isinstance(items, list):
        if method in {"append", "add", "appendleft"} and arguments:
            if len(items) < MOST_ITEMS:
                items.append(arguments[0])
            return Value(None)
        if method == "extend" and arguments:
            parts = expressions.elements_of(arguments[0])
            items.extend(
                (parts if parts is not None else [Value(taints=arguments[0].all_taints())])[:MOST_ITEMS]
            )
            return Value(None)
        if method == "insert" and len(arguments) > 1:
            items.insert(0, arguments[1])
            return Value(None)
        if method == "pop":
            return expressions.any_element(owner)
        if method == "copy":
            return Value(items=list(items), taints=owner.taints)
        return None
    if isinstance(items, dict):
        if method in {"get", "pop", "setdefault"} and arguments and arguments[0].known:
            key = arguments[0].const
            try:
                if key in items:
                    return items[key]
            except TypeError:
                return None
            return arguments[1] if len(arguments) > 1 else Value(taints=owner.taints)
        if method == "get" and arguments:
            found = expressions.one_of([*items.values(), *arguments[1:]], owner.all_taints())
            return found if found.ref is not None else None
        if method == "values":
            return Value(items=list(items.values()), taints=owner.taints)
        if method == "items":
            pairs = [Value(items=[Value(key), value]) for key, value in items.items()]
            return Value(items=pairs, taints=owner.taints)
        if method == "update" and arguments:
            if isinstance(arguments[0].items, dict):
                items.update(arguments[0].items)
            owner.taints = cap(owner.taints | arguments[0].all_taints())
            return Value(None)
        if method == "copy":
            return Value(items=dict(items), taints=owner.taints)
    return None


def _mutated(owner: Value, method: str, arguments: list[Value], constants: list[object]) -> Value:
    """A mutable constant that grows: stays a constant while what is added is one."""
    base = owner.const
    owner.taints = cap(owner.taints | union(arguments))
    if method == "append" and isinstance(base, list) and len(base) < MOST_ITEMS * 16:
        if constants and constants[0] is not UNKNOWN:
            owner.const = [*base, constants[0]] if len(base) < 64 else _grown(base, constants[0])
        else:
            owner.const = UNKNOWN
            owner.items = [*(Value(each) for each in base[:MOST_ITEMS]), *arguments]
    elif (
        method == "extend"
        and isinstance(base, list)
        and constants
        and isinstance(constants[0], list | tuple | str)
    ):
        owner.const = [*base, *constants[0]][: MOST_ITEMS * 16]
    elif isinstance(base, bytearray) and constants and isinstance(constants[0], int):
        owner.const = base + bytes([constants[0] & 255]) if len(base) < MOST_ITEMS * 16 else UNKNOWN
    else:
        owner.const = UNKNOWN
    return Value(None)


def _grown(base: list[object], item: object) -> list[object]:
    base.append(item)
    return base


def _joined(owner: Value, parts: Value, taints: Taints) -> Value:
    items = parts.items if isinstance(parts.items, list) else None
    if items is None:
        return Value(taints=taints)
    separator = owner.shown if owner.known else ""
    return Value(
        text=separator.join(each.shown or "…" for each in items)[: expressions.MOST_TEXT], taints=taints
    )


def _formatted(pattern: str, arguments: Sequence[Value], keywords: dict[str, Value]) -> str:
    text = pattern
    for place, value in enumerate(arguments[:16]):
        text = text.replace("{}", value.shown or "…", 1).replace(f"{{{place}}}", value.shown or "…")
    for name, value in list(keywords.items())[:16]:
        text = text.replace(f"{{{name}}}", value.shown or "…")
    return text[: expressions.MOST_TEXT]


def constant_of(value: Value) -> object:
    """The constant that a value is, containers of constants included; ``UNKNOWN`` where a part is not known."""
    if value.known:
        return value.const
    if isinstance(value.items, list) and all(each.known for each in value.items):
        return [each.const for each in value.items]
    if isinstance(value.items, dict) and all(each.known for each in value.items.values()):
        return {key: each.const for key, each in value.items.items()}
    return UNKNOWN


# -- calling ----------------------------------------------------------------------------------------


def call(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    owner: Value | None = None,
) -> Value:
    """Call ``function``: follow it, or look it up."""
    ref = function.ref
    if isinstance(ref, Function):
        return call_function(m, frame, ref, arguments, keywords, hidden=function.hidden)
    if isinstance(ref, Bound):
        receiver = [] if ref.receiver is None or _is_static(ref.function) else [ref.receiver]
        merged = {**ref.keywords, **keywords}
        return call(m, frame, node, ref.function, [*receiver, *ref.arguments, *arguments], merged)
    if isinstance(ref, Method):
        return _on_constant(m, frame, node, ref.owner, ref.name, arguments, keywords)
    if isinstance(ref, Choice):
        return Value(
            taints=union([call(m, frame, node, each, arguments, keywords) for each in ref.functions])
        )
    if isinstance(ref, Class):
        return instantiate(m, frame, node, function, arguments, keywords)
    if isinstance(ref, Instance):
        found = ref.cls.find("__call__")
        if found is not None:
            return call(m, frame, node, found, [function, *arguments], keywords)
    if function.name:
        return call_outer(m, frame, node, function, arguments, keywords, owner)
    return Value(taints=cap(function.taints | union([*arguments, *keywords.values()])))


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
    return call(m, frame, node, hook, [value], {}) if hook is not None else None


def is_classmethod(function: Value) -> bool:
    """Whether a function of a class gets the class itself."""
    return isinstance(function.ref, Function) and any(
        each.name == "classmethod" for each in function.ref.decorators
    )


def is_property(function: Value) -> bool:
    """Whether reading a function of a class as an attribute calls it."""
    return isinstance(function.ref, Function) and any(
        each.name in {"property", "functools.cached_property"} for each in function.ref.decorators
    )


def _is_static(function: Value) -> bool:
    return isinstance(function.ref, Function) and any(
        each.name == "staticmethod" for each in function.ref.decorators
    )


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
    if function.name in m.replaced:
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
    if owner is not None and arguments and last in _GETTERS and held.endswith(("__dict__", "sys.modules")):
        return expressions.item(m, frame, node, owner, arguments[0])
    if arguments and isinstance(arguments[0].ref, Instance) and function.name in _HOOKS:
        made = _hooked(m, frame, node, function.name, arguments[0])
        if made is not None:
            return made
    secrets_used.handed_in(m, frame, node, function.name, [*arguments, *keywords.values()])
    result = effects.apply(m, frame, node, effects.Call(function, owner, arguments, keywords))
    if result is not None:
        return result
    name = function.name
    given = [constant_of(each) for each in arguments]
    named = {key: constant_of(value) for key, value in keywords.items()}
    everything = [*arguments, *keywords.values()]
    taints = cap(function.taints | union(everything))
    method = name.rpartition(".")[2]
    if method in _LOADERS:
        taints = _loaded(m, frame, node, arguments, owner, taints)
    if is_one_way(name):
        taints = without_secrets(taints)
    if all(each is not UNKNOWN for each in (*given, *named.values())) and arguments:
        m.step(sum(_cost(each) for each in given))
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
    if owner is not None and method in _MUTATORS:
        owner.taints = cap(owner.taints | union(everything))
    if not arguments and "**" not in keywords and (fresh := _fresh(name, keywords)) is not None:
        if m.loose:
            m.fresh.add(id(fresh.items))
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
            callback(m, frame, node, each)
    if owner is not None and method in _POSTS and owner.text.startswith(_SCHEMES):
        effects.sent(m, frame, node, name, owner.text, everything)
    address = next((each.shown for each in everything[:3] if each.shown.startswith(_SCHEMES)), "")
    return Value(
        name=f"{name}()"[: expressions.MOST_NAME], taints=taints, hidden=function.hidden, text=address
    )


_ANY_CLASS = re.compile(r"(?:object|type)(?:\.\w+)*\.__subclasses__\(\)(?:\[\])+$")
_SCHEMES = ("http://", "https://", "ws://", "wss://")
_POSTS = frozenset(
    {"post", "put", "send", "execute", "emit", "publish", "upload", "send_message", "push", "notify"}
)
"""Methods by which an object that was made with an address sends, whatever library it is of."""
_GETTERS = frozenset({"get", "pop", "__getitem__"})
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


def instantiate(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    cls: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """``Class(…)`` of the package's own class: its constructor runs."""
    assert isinstance(cls.ref, Class)  # noqa: S101 - the only caller makes it so
    made = Value(ref=Instance(cls.ref))
    hooks.made_by_metaclass(m, frame, node, cls, arguments, keywords)
    for hook in ("__new__", "__init__", "__post_init__", "__del__"):
        found = cls.ref.find(hook)
        if found is None or not isinstance(found.ref, Function):
            continue
        first = cls if hook == "__new__" else made
        given = (arguments, keywords) if hook in {"__new__", "__init__"} else ([], {})
        call_function(m, frame, found.ref, [first, *given[0]], given[1])
    if cls.ref.find("__init__") is None:
        _fields(cls.ref, made, arguments, keywords)
        assert isinstance(made.ref, Instance)  # noqa: S101 - made above
        for name, value in cls.ref.attributes.items():
            if value.name == hooks.FIELD and name not in made.ref.attributes:
                made.ref.attributes[name] = hooks.default_of(m, frame, node, value)
    starts = [
        base for base in cls.ref.outer_bases() if base.endswith(("threading.Thread", "Process", "QThread"))
    ]
    if starts and (run := cls.ref.find("run")) is not None:
        call(m, frame, node, run, [made], {})
    return made


def _fields(cls: Class, made: Value, arguments: list[Value], keywords: dict[str, Value]) -> None:
    """A class without a constructor of its own (dataclasses, named tuples): fields by place and by name."""
    assert isinstance(made.ref, Instance)  # noqa: S101 - made by the only caller
    plain = (name for name, value in cls.attributes.items() if not isinstance(value.ref, Function))
    names = cls.fields or tuple(plain)
    made.ref.attributes.update(zip(names, arguments, strict=False))
    made.ref.attributes.update(keywords)
    made.taints = cap(made.taints | union(arguments))


def call_function(
    m: Machine,
    frame: Frame,
    function: Function,
    arguments: list[Value],
    keywords: dict[str, Value],
    *,
    hidden: bool = False,
    strange: bool = False,
) -> Value:
    """Walk a function of the package with its arguments bound; remembered by what they are.

    ``strange`` says that a stranger calls it: that is walked however often the package itself called it.
    """
    everything = [*arguments, *keywords.values()]
    if m.depth >= MOST_DEPTH and not function.active:
        m.gaps.add(f"{frame.module.path}: more than {MOST_DEPTH} calls within calls")
    if m.depth >= MOST_DEPTH or function.active > 1:
        return Value(taints=union(everything))
    signature = (
        frame.phase,
        tuple(_signature(each) for each in arguments),
        tuple((name, _signature(value)) for name, value in sorted(keywords.items())),
    )
    if (known := function.results.get(signature)) is not None:
        return known
    if not strange and function.runs >= MOST_RUNS and function.runs >= _most_runs(function, everything):
        return _again(function, everything)
    likeness = _likeness(frame, arguments, keywords) if function.runs >= MOST_RUNS else None
    if likeness is not None and function.likes.get(likeness, 0) >= MOST_ALIKE:
        return _again(function, everything)
    if likeness is not None:
        function.likes[likeness] = function.likes.get(likeness, 0) + 1
    function.runs += 1
    function.active += 1
    m.depth += 1
    before = m.steps
    try:
        result = _walk(m, frame, function, arguments, keywords, hidden=hidden)
    finally:
        m.depth -= 1
        function.active -= 1
        function.steps += m.steps - before
    function.results[signature] = result
    return result


def _again(function: Function, everything: Sequence[Value]) -> Value:
    """What a function gave last, no constant, with the origins of what it is given now."""
    last = next(reversed(function.results.values()), Value())
    taints = cap(last.taints | union(everything))
    return Value(name=last.name, ref=last.ref, taints=taints, text=last.shown)


MOST_DECODER_RUNS = 300
MOST_AGAIN = 10_000
"""Nodes that are walked of one function, its calls included, before calls with data that matter count like others."""
_MOST_STATEMENTS = 8


def _most_runs(function: Function, arguments: Sequence[Value]) -> int:
    """How often a function is walked: harmless calls before the one that matters must not hide it."""
    if _is_decoder(function, arguments):
        return MOST_DECODER_RUNS
    if function.steps < MOST_AGAIN and any(taint.origin in _TELLING for taint in union(arguments)):
        return MOST_DECODER_RUNS
    return MOST_RUNS


_TELLING = frozenset(
    {Origin.ENVIRONMENT, Origin.CREDENTIAL, Origin.WALLET, Origin.BROWSER, Origin.FETCHED, Origin.SECRET}
)


def _is_decoder(function: Function, arguments: Sequence[Value]) -> bool:
    """Whether it may be what turns the pieces of a hidden text into the text: short, and called with constants."""
    if not arguments or not all(each.known or each.items is not None for each in arguments):
        return False
    return isinstance(function.node, ast.Lambda) or len(body_of(function.node)) <= _MOST_STATEMENTS


def _signature(value: Value) -> tuple[object, str, int, frozenset[object], str]:
    constant: object = None
    if value.known:
        constant = value.const
        if isinstance(constant, str | bytes):
            constant = constant if len(constant) < MOST_SIGNATURE else (len(constant), hash(constant))
        elif not isinstance(constant, int | float | type(None)):
            constant = ("container", len(constant) if hasattr(constant, "__len__") else 0)
    origins: frozenset[object] = NO_TAINTS
    if value.taints:
        origins = frozenset((taint.origin, taint.detail) for taint in value.taints)
    return (constant, value.name, id(value.ref) if value.ref is not None else 0, origins, value.text[:100])


def _likeness(frame: Frame, arguments: Sequence[Value], keywords: dict[str, Value]) -> object:
    """What tells two calls apart once a function has been walked some times: constants, and kinds of origins; not the
    addresses and places that origins name, unless data are dropped or fetched there that no honest code would."""
    return (
        frame.phase,
        tuple(_kind_of(each) for each in arguments),
        tuple((name, _kind_of(value)) for name, value in sorted(keywords.items())),
    )


def _kind_of(value: Value) -> object:
    constant, name, ref, _, text = _signature(value)
    origins = frozenset(_origin_of(taint) for taint in value.taints)
    return (constant, name, ref, origins, text)


def _origin_of(taint: Taint) -> object:
    if taint.origin not in _ADDRESSED:
        return (taint.origin, taint.detail)
    address = places.address(taint.detail)
    return (taint.origin, address.kinds if address is not None else None)


_ADDRESSED = frozenset({Origin.FETCHED, Origin.RECEIVED})
"""Origins whose detail is an address."""


def _walk(
    m: Machine,
    frame: Frame,
    function: Function,
    arguments: list[Value],
    keywords: dict[str, Value],
    *,
    hidden: bool,
) -> Value:
    from stockade.vetter.python.statements import run_body  # noqa: PLC0415 - mutual recursion of the walk

    outer = function.frame
    inner = Frame(
        module=outer.module,
        names={},
        scope=f"{outer.scope}.{function.name}" if outer.scope else function.name,
        phase=frame.phase,
        parent=outer if outer.names is not outer.module.names else outer.parent,
        hidden=outer.hidden or frame.hidden or hidden,
    )
    _bind_arguments(inner, function, arguments, keywords)
    if function.owner is not None and arguments:
        inner.owner = arguments[0]
    if isinstance(function.node, ast.Lambda):
        return expressions.evaluate(m, inner, function.node.body)
    body = body_of(function.node)
    m.guarded(inner, lambda: run_body(m, inner, body))
    return inner.result if inner.result is not None else Value(None)


def _bind_arguments(
    inner: Frame, function: Function, arguments: list[Value], keywords: dict[str, Value]
) -> None:
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    names = inner.names
    for argument in (*positional, *spec.kwonlyargs):
        value = function.defaults.get(argument.arg)
        names[argument.arg] = value if value is not None else Value()
    for argument, value in zip(positional, arguments, strict=False):
        names[argument.arg] = value
    known = {argument.arg for argument in (*positional, *spec.kwonlyargs)}
    rest: dict[object, Value] = {name: value for name, value in keywords.items() if name not in known}
    for name, value in keywords.items():
        if name in known:
            names[name] = value
    if spec.vararg is not None:
        names[spec.vararg.arg] = Value(items=arguments[len(positional) :])
    if spec.kwarg is not None:
        names[spec.kwarg.arg] = Value(items=rest)


def call_unknown(
    m: Machine, value: Value, phase: Phase, origin: Origin = Origin.PARAMETER, receiver: Value | None = None
) -> Value:
    """Walk a function as a stranger would call it: each parameter is its own origin."""
    function = value.ref
    assert isinstance(function, Function)  # noqa: S101 - the only callers make it so
    function.strange = True
    spec = function.node.args
    arguments: list[Value] = []
    at = function.frame.module.at(function.node.lineno)
    around = f"{function.owner.name if function.owner is not None else ''} {function.name}"
    for place, argument in enumerate((*spec.posonlyargs, *spec.args)):
        if place == 0 and function.owner is not None and not _is_static(value):
            arguments.append(receiver if receiver is not None else Value(ref=Instance(function.owner)))
            continue
        vague = origin is Origin.PARAMETER and secrets_used.keeper_of_keys(argument.arg, around)
        given = parameter(argument.arg, at, Origin.WALLET if vague else origin)
        arguments.append(given)
    if spec.vararg is not None:
        arguments.append(parameter(spec.vararg.arg, at, origin))
    keywords = {argument.arg: parameter(argument.arg, at, origin) for argument in spec.kwonlyargs}
    if spec.kwarg is not None:
        keywords["**"] = parameter(spec.kwarg.arg, at, origin)
    caller = Frame(
        module=function.frame.module,
        names=function.frame.names,
        scope=function.frame.scope,
        phase=min(phase, Phase.CALL) if phase < Phase.IMPORT else phase,
        hidden=function.frame.hidden,
    )
    return call_function(m, caller, function, arguments, keywords, strange=True)


def parameter(name: str, at: object, origin: Origin = Origin.PARAMETER) -> Value:
    """An argument that a stranger passes: a secret where its name says so."""
    kind = places.secret_name(name) if origin in _PASSED else None
    if kind is not None:
        origin = Origin.WALLET if kind == places.WALLET_SECRET else Origin.SECRET
    return Value(taints=frozenset({Taint(origin, name, at)}))  # type: ignore[arg-type]  # a Location


_PASSED = frozenset({Origin.PARAMETER, Origin.INTERCEPTED})


def replacement(m: Machine, frame: Frame, target: str, value: Value) -> None:
    """A function that is put in the place of ``target``, something of somebody else: it gets what is passed to that one."""
    function = value.ref.function if isinstance(value.ref, Bound) else value
    if not isinstance(function.ref, Function):
        return
    name = target.rpartition(".")[2]
    origin = Origin.INTERCEPTED
    if name.startswith("on_"):
        origin = Origin.RECEIVED
    elif "()" in target or target.startswith(_HANDLERS):
        origin = Origin.PARAMETER
    if origin is Origin.INTERCEPTED:
        m.replaced.add(canonical(target))
    call_unknown(m, function, frame.phase, origin)


_HANDLERS = (
    "sys.",
    "threading.",
    "warnings.",
    "signal.",
    "logging.",
    "asyncio.",
    "unittest.",
    "json.",
    "tkinter.",
)
"""Where a function of one's own is meant to be put."""


def callback(
    m: Machine, frame: Frame, node: ast.AST, value: Value, arguments: list[Value] | None = None
) -> Value:
    """A function that is handed to something that will call it: walked in the phase of the hand-over."""
    return call(m, frame, node, value, arguments or [], {})


def variable(m: Machine, frame: Frame, node: ast.AST, name: Value) -> Value:
    """One variable of the environment."""
    at = m.at(frame, node)
    shown = name.const if isinstance(name.const, str) else (name.text or "…")
    listed = frozenset(taint for taint in name.taints if taint.origin is Origin.ENVIRONMENT)
    put, content = m.written.get(f"{VARIABLE}{shown}", (frozenset(), ""))
    own = frozenset({Taint(Origin.VARIABLE, shown[:80], at)}) if not content else frozenset()
    return Value(text=content, taints=cap(own | listed | put))


def yielded(frame: Frame, value: Value) -> None:
    """Add to what a generator gives."""
    if frame.result is None:
        frame.result = Value(items=list(value.items) if isinstance(value.items, list) else [value])
    elif isinstance(frame.result.items, list) and len(frame.result.items) < MOST_ITEMS:
        frame.result.items.extend(value.items if isinstance(value.items, list) else [value])
    else:
        frame.result.taints = cap(frame.result.taints | value.all_taints())


def bind_target(m: Machine, frame: Frame, target: ast.expr, value: Value) -> None:
    """Bind a comprehension's variable."""
    from stockade.vetter.python.statements import bind_fresh  # noqa: PLC0415 - mutual recursion of the walk

    bind_fresh(m, frame, target, value)

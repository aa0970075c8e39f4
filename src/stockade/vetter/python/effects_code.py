"""Code that runs code: exec, eval, compile, dynamic imports, reflection, loaders, pickles, native libraries."""

from __future__ import annotations

import ast

from stockade.vetter.acts import UNSEEN, Kind, Origin, Taint, Taints
from stockade.vetter.files import pickle
from stockade.vetter.python import (
    calls,
    calls_containers,
    calls_functions,
    calls_outside,
    effects_files,
    expressions,
    expressions_attributes,
    expressions_turns,
    hooks,
)
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame, Module
from stockade.vetter.python.machine import MOST_DECODED, MOST_LAYERS, Machine
from stockade.vetter.python.marshalled import MarshalledCode
from stockade.vetter.python.values import (
    Bound,
    Class,
    File,
    Function,
    Instance,
    ModuleRef,
    Namespace,
    Value,
    cap,
    union,
)

MOST_CODE = 4 << 20
"""Characters of decoded code that are walked."""


def _exec(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    code = call.get(0, "source", "object")
    if code is None:
        return Value()
    if isinstance(code.ref, Function):
        return calls.call(m, frame, node, code, [], {})
    note = _marshalled_note(code)
    m.act(
        frame,
        node,
        Kind.EXECUTE,
        call.name,
        payload=code.all_taints(),
        content=note or code.shown,
        hidden=call.function.hidden,
        note=f"marshal: {note}" if note else _shape(m, code) or _unseen(code),
    )
    spaces = (call.get(2, "locals"), call.get(1, "globals"))
    space = next((each for each in spaces if each is not None and isinstance(each.items, dict)), None)
    if space is None or not isinstance(space.items, dict):
        return run_text(m, frame, node, code, call.name, is_expression=call.name == "eval")
    names = {key: value for key, value in space.items.items() if isinstance(key, str)}
    inside = Frame(
        module=frame.module, names=names, scope=frame.scope, phase=frame.phase, hidden=frame.hidden
    )
    result = run_text(m, inside, node, code, call.name, is_expression=call.name == "eval")
    space.items.update(names)
    return result


def _shape(m: Machine, code: Value) -> str:
    if m.layers >= _NESTED and any(taint.origin in _HIDDEN for taint in code.taints):
        return "nested"
    return "built" if code.built and not code.taints else ""


_NESTED = 2
"""Layers of hidden code from which hiding is all that they can be for."""
_HIDDEN = frozenset({Origin.DECODED, Origin.DECRYPTED})


def _unseen(code: Value) -> str:
    """:data:`UNSEEN` where neither origin nor text of code is known: an evaluator of the package's own made it, or it is put
    together beyond the bounds of the walk. What a file of the distribution became that way is as unknown."""
    told = code.known or code.ref is not None or code.items is not None or code.name not in {"", "compile()"}
    own = all(taint.origin is Origin.OWN_FILE for taint in code.taints)
    letters = sum(letter.isalnum() for letter in code.text)
    return "" if told or not own or letters >= TELLING_LETTERS else UNSEEN


TELLING_LETTERS = 8
"""Letters and digits of a text with gaps from which it tells what kind of code it is."""


def _marshalled_note(code: Value) -> str:
    if isinstance(code.const, MarshalledCode):
        return " ".join([*code.const.names, *code.const.strings])[:4_000]
    return ""


def run_text(
    m: Machine, frame: Frame, node: ast.AST, code: Value, by: str, *, is_expression: bool = False
) -> Value:
    """Walk code that is a constant, in the frame that runs it."""
    from stockade.vetter.python.statements import run_body  # noqa: PLC0415 - mutual recursion of the walk

    text = code.shown if isinstance(code.const, str | bytes | bytearray) else ""
    if not text.strip():
        return Value(taints=code.all_taints())
    m.decoded += len(text)
    if len(text) > MOST_CODE or m.layers >= MOST_LAYERS or m.decoded > MOST_DECODED:
        m.gaps.add(f"{frame.module.path}: code run by {by} is nested or long beyond the bounds")
        return Value()
    key = (frame.module.path, text if len(text) < 2_000 else str(hash(text)))
    if not is_expression and key in m.seen_code:
        return Value(None)
    m.seen_code.add(key)
    tree = m.world.parse(text)
    if tree is None:  # another version's code, or hidden once more in a way that was not undone
        m.act(frame, node, Kind.EXECUTE, by, payload=code.all_taints(), content=text, note="unread")
        return Value(taints=code.all_taints())
    hidden = any(taint.origin in _HIDDEN or taint.via for taint in code.taints)
    outer = frame.module
    module = Module(
        name=outer.name,
        path=outer.path,
        names=outer.names,
        package=outer.package,
        state="done",
        inner_line=outer.inner_line or getattr(node, "lineno", 0),
        functions=outer.functions,
    )
    inner = Frame(
        module=module,
        names=frame.names,
        scope=frame.scope,
        phase=frame.phase,
        parent=frame.parent,
        owner=frame.owner,
        conditional=frame.conditional,
        hidden=frame.hidden or hidden,
    )
    m.layers += 1
    try:
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            return expressions.evaluate(m, inner, tree.body[0].value)
        run_body(m, inner, tree.body)
    finally:
        m.layers -= 1
    return Value(None)


def run_member(m: Machine, frame: Frame, node: ast.AST, path: str) -> None:
    """Walk a file of the distribution that code starts as a program."""
    _ = node
    module = m.modules.get(f"<{path}>")
    if module is None:
        module = Module(name=f"<{path}>", path=path)
        m.modules[module.name] = module
        m.run_module(module, frame.phase, dunder_name="__main__")


def _compile(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    code = call.get(0, "source") or Value()
    _ = (m, frame, node)
    return Value(
        code.const,
        name="compile()" if not code.known else "",
        taints=code.taints,
        text=code.text,
        built=code.built,
    )


def _import(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``__import__`` and ``importlib.import_module``."""
    from stockade.vetter.python.statements import absolute, import_module  # noqa: PLC0415 - mutual recursion of the walk

    name = call.get(0, "name")
    if name is None:
        return Value()
    if not isinstance(name.const, str):
        m.act(frame, node, Kind.IMPORT, call.name, payload=name.all_taints(), target=name.text)
        return Value(taints=name.all_taints())
    plain = name.const
    if plain.startswith(".") and call.name != "__import__":
        plain = absolute(frame.module, plain.lstrip("."), len(plain) - len(plain.lstrip(".")))
    built = name.built or bool(name.taints)
    if built:
        m.act(frame, node, Kind.IMPORT, call.name, target=plain, payload=name.all_taints(), hidden=True)
    top = plain.partition(".")[0]
    given = call.get(3, "fromlist")
    value = import_module(m, frame, plain if call.name != "__import__" or given is not None else top)
    if built:
        return Value(name=value.name, ref=value.ref, hidden=True)
    return value


def _getattr(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    if len(call.arguments) < 2:
        return Value()
    owner, name = call.arguments[:2]
    if not isinstance(name.const, str):
        return Value(name=_WORST.get(owner.name, ""), taints=cap(owner.taints | name.taints))
    if owner.known and not owner.name:
        return Value(
            ref=None, name=f"str.{name.const}" if isinstance(owner.const, str) else "", taints=owner.taints
        )
    value = expressions_attributes.attribute(m, frame, node, owner, name.const)
    spelled = name.built or bool(name.taints)
    if spelled and name.const in _BUILTINS and not (value.name or value.known) and value.ref is None:
        return Value(
            name=name.const, hidden=True
        )  # whatever the object is, nobody spells these out for another
    if spelled:
        return Value(
            value.const,
            name=value.name,
            taints=value.taints,
            ref=value.ref,
            items=value.items,
            text=value.text,
            hidden=True,
        )
    return value


_BUILTINS = frozenset({"exec", "eval", "compile", "__import__"})
_WORST = {"os": "os.system", "builtins": "exec"}
"""What an attribute may be whose name is not known: what is called with decides."""


def _setattr(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    if len(call.arguments) < 3:
        return Value(None)
    owner, name, value = call.arguments[:3]
    if isinstance(owner.ref, Instance | Class) and isinstance(name.const, str):
        owner.ref.attributes[name.const] = value
    elif isinstance(owner.ref, ModuleRef) and isinstance(name.const, str):
        module = m.modules.get(owner.ref.name)
        if module is not None:
            module.names[name.const] = value
    elif owner.name:
        target = f"{owner.name}.{name.shown or '…'}"
        m.act(frame, node, Kind.PATCH, "setattr", target=target, payload=value.all_taints())
        calls_functions.replacement(m, frame, target, value)
    return Value(None)


def _first(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """Decorators of the standard library: what they return behaves as what they were given."""
    first = call.get(0)
    return first if first is not None and first.ref is not None else None


def _globals(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    if call.arguments:
        owner = call.arguments[0]
        if owner.name and owner.ref is None:
            return Value(name=f"{owner.name}.__dict__")
        if isinstance(owner.ref, Instance | ModuleRef):
            return expressions_attributes.attribute(m, frame, node, owner, "__dict__")
        return Value()
    top = Frame(module=frame.module, names=frame.module.names, scope=frame.module.name, phase=frame.phase)
    return Value(name="globals()", ref=Namespace(frame if call.name in {"locals", "vars"} else top))


def _type(_m: Machine, frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """``type(name, bases, namespace)`` makes a class; ``type(x)`` is no concern."""
    if len(call.arguments) != 3:
        return Value()
    name, bases, namespace = call.arguments
    attributes = {str(k): v for k, v in namespace.items.items()} if isinstance(namespace.items, dict) else {}
    made = Class(
        name.shown or "type", frame.module, tuple(expressions_turns.elements_of(bases) or ()), attributes
    )
    for value in attributes.values():
        if isinstance(value.ref, Function) and value.ref.owner is None:
            value.ref.owner = made
    return Value(ref=made)


def _super(_m: Machine, frame: Frame, _node: ast.AST, _call: Call) -> Value:
    owner = frame.owner
    if owner is None or not isinstance(owner.ref, Instance):
        return Value(name="super()")
    cls = owner.ref.cls
    base = next((each for each in cls.bases if isinstance(each.ref, Class)), None)
    if base is None or not isinstance(base.ref, Class):
        outer = cls.outer_bases()
        return Value(name=f"{outer[0]}()" if outer else "super()")
    return Value(ref=Instance(base.ref, owner.ref.attributes))


def _marshal(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    data = call.get(0)
    if data is None or isinstance(calls_containers.constant_of(data), bytes):
        return None  # folded: the reader of marshalled code knows more
    taints = calls_outside.decoded(m, frame, node, [data], "marshal") if data.all_taints() else frozenset()
    return Value(
        name="marshal.loads()", taints=taints
    )  # of what is not known: a cache of compiled code, mostly


def _pickle(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    data = call.get(0)
    taints = data.all_taints() if data is not None else frozenset()
    target = data.shown[:200] if data is not None and isinstance(data.const, str) else ""
    m.act(frame, node, Kind.LOAD, call.name, payload=taints, target=target)
    held = data.items if data is not None and data.name == "pickle.dumps()" else None
    if isinstance(held, list):
        hooks.reduced(m, frame, node, held[0])
    if (
        data is not None and isinstance(data.const, bytes) and data.const
    ):  # nothing is what is left of unknown parts
        looked = pickle.look(data.const, frame.module.path, frame.phase)
        m.add(looked.acts)
        m.oddities += looked.oddities
    return Value(taints=taints)


def _yaml(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """YAML that builds objects runs what its tags name."""
    stream, loader_ = call.get(0, "stream"), call.get(1, "Loader")
    if stream is None or (loader_ is not None and "Safe" in loader_.name):
        return None
    held = effects_files.read(m, frame, node, stream.ref.path) if isinstance(stream.ref, File) else stream
    text = held.shown
    if "!!python/object/" in text or "!!python/name" in text or "!!python/module" in text:
        taint = Taint(Origin.DECODED, "a YAML object tag", m.at(frame, node))
        m.act(frame, node, Kind.EXECUTE, call.name, payload=held.all_taints() | {taint}, content=text)
    return Value(taints=held.all_taints())


def _native(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    path = call.get(0, "name")
    text = path.shown if path is not None else ""
    written = m.written.get(text, (frozenset(), ""))[0]
    taints = cap((path.all_taints() if path is not None else frozenset()) | written)
    m.act(frame, node, Kind.LOAD, call.name, target=text, payload=taints)
    return Value(name="ctypes.CDLL()", text=text, taints=taints)


def _function_of_code(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``types.FunctionType(code, …)`` and code objects made by hand: calling the result runs the code."""
    code = call.get(0, "code")
    if code is None:
        return Value()
    m.act(
        frame,
        node,
        Kind.EXECUTE,
        call.name,
        payload=code.all_taints(),
        content=_marshalled_note(code) or code.shown,
        note="marshal: code object" if isinstance(code.const, MarshalledCode) else _unseen(code),
    )
    if isinstance(code.ref, Function):
        return code
    run_text(m, frame, node, code, call.name)
    return Value(taints=code.all_taints())


def _decrypts(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    taints = union([*call.everything, *([call.owner] if call.owner is not None else [])])
    at = m.at(frame, node)
    kept: Taints = frozenset(each.through("decrypted", at) for each in taints)
    literal = any(
        isinstance(each.const, str | bytes) and len(each.const) >= _LONG for each in call.everything
    )
    what = f"{call.name} of a literal" if literal else call.name
    return Value(taints=cap(kept | {Taint(Origin.DECRYPTED, what, at)}))


_LONG = 100
"""Characters from which an encrypted literal is more than a word."""


def _protected(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """PyArmor and its like: the code is a blob that a native runtime decrypts and runs."""
    taint = Taint(Origin.DECRYPTED, "a code protector", m.at(frame, node))
    m.act(frame, node, Kind.EXECUTE, call.name, payload=frozenset({taint}), note="protector")
    return Value()


LOADER_METHODS = frozenset(
    {
        "decrypt",
        "decrypt_and_verify",
        "encrypt",
        "__pyarmor__",
        "pyarmor",
        "load_source",
        "spec_from_file_location",
    }
    | {"run_path", "execfile", "run_module"}
)


def loader(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """Loaders of modules by path, decryptors, and everything that ends in a telling method."""
    name = call.name
    owner_name, _, method = name.rpartition(".")
    if method in {"__pyarmor__", "pyarmor"}:
        return _protected(m, frame, node, call)
    if method == "encrypt":
        taints = union([*call.everything, *([call.owner] if call.owner is not None else [])])
        return Value(taints=frozenset(each.through("encrypted", m.at(frame, node)) for each in taints))
    if method in {"decrypt", "decrypt_and_verify"} and owner_name:
        return _decrypts(m, frame, node, call)
    if name in {
        "importlib.load_source",
        "importlib.util.spec_from_file_location",
        "runpy.run_path",
        "execfile",
    }:
        text = (
            call.text(1, "pathname", "location")
            if name.startswith("importlib")
            else call.text(0, "path_name")
        )
        taints, content = m.written.get(text, (frozenset(), ""))
        m.act(frame, node, Kind.EXECUTE, name, target=text, payload=taints, content=content)
        member = m.world.beside(frame.module.path, text)
        if member:
            run_member(m, frame, node, member)
        elif content:
            run_text(m, frame, node, Value(content, taints=taints), name)
        return Value(taints=taints)
    if name == "runpy.run_module" and isinstance(call.arguments[0].const if call.arguments else None, str):
        from stockade.vetter.python.statements import import_module  # noqa: PLC0415 - mutual recursion of the walk

        return import_module(m, frame, str(call.arguments[0].const))
    return None


def _operator(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``operator.attrgetter('system')(os)`` and ``methodcaller('system', …)(os)``."""
    if call.arguments:
        name, *rest = call.arguments
        caller = call.name == "operator.methodcaller"
        lambda_node = ast.parse(f"lambda x: getattr(x, name){'(*rest)' if caller else ''}", mode="eval").body
        assert isinstance(lambda_node, ast.Lambda)  # noqa: S101 - parsed from the line above
        closure = Frame(
            module=frame.module,
            names={"name": name, "rest": Value(items=list(rest))},
            scope=frame.scope,
            phase=frame.phase,
        )
        ast.copy_location(lambda_node, node) if hasattr(node, "lineno") else None
        for each in ast.walk(lambda_node):
            if hasattr(each, "lineno"):
                each.lineno = getattr(node, "lineno", 0)
        return Value(ref=Function(node=lambda_node, frame=closure, name="attrgetter"))
    _ = m
    return None


def _eval_literal(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    value = call.get(0)
    if value is None or calls_containers.constant_of(value) is not UNKNOWN:
        return None
    return Value(taints=value.all_taints())


def _apply(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """Calls a function that it is given: ``apply(f, args)``, ``contextlib.suppress`` are not here, ``timeit.timeit(f)`` is."""
    first = call.get(0, "stmt", "func")
    if first is None:
        return None
    if isinstance(first.ref, Function | Bound):
        return calls.call(m, frame, node, first, call.arguments[1:], {})
    if isinstance(first.const, str):
        setup = call.get(1, "setup")
        if setup is not None and isinstance(setup.const, str):
            run_text(m, frame, node, setup, call.name)
        return run_text(m, frame, node, first, call.name)
    return None


EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(
        ("staticmethod", "classmethod", "functools.wraps()", "functools.cache", "functools.lru_cache()"),
        _first,
    ),
    "__pyarmor__": _protected,
    "pytransform.pyarmor": _protected,
    "pyarmor_runtime.__pyarmor__": _protected,
    "exec": _exec,
    "eval": _exec,
    "code.InteractiveInterpreter().runsource": _exec,
    "code.InteractiveInterpreter().runcode": _exec,
    "code.InteractiveConsole().push": _exec,
    "compile": _compile,
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.__import__": _import,
    "getattr": _getattr,
    "inspect.getattr_static": _getattr,
    "setattr": _setattr,
    "globals": _globals,
    "locals": _globals,
    "vars": _globals,
    "type": _type,
    "super": _super,
    "marshal.loads": _marshal,
    "marshal.load": _marshal,
    "pickle.loads": _pickle,
    "pickle.load": _pickle,
    "joblib.load": _pickle,
    "torch.load": _pickle,
    "numpy.load": _pickle,
    "pandas.read_pickle": _pickle,
    "shelve.open": _pickle,
    "jsonpickle.decode": _pickle,
    "yaml.unsafe_load": _yaml,
    "yaml.load": _yaml,
    "yaml.full_load": _yaml,
    "yaml.load_all": _yaml,
    "ctypes.CDLL": _native,
    "ctypes.WinDLL": _native,
    "ctypes.PyDLL": _native,
    "ctypes.cdll.LoadLibrary": _native,
    "ctypes.windll.LoadLibrary": _native,
    "ctypes.CDLL().LoadLibrary": _native,
    "cffi.FFI().dlopen": _native,
    "importlib.machinery.ExtensionFileLoader": _native,
    "types.FunctionType": _function_of_code,
    "types.LambdaType": _function_of_code,
    "types.CodeType": _function_of_code,
    "operator.attrgetter": _operator,
    "operator.methodcaller": _operator,
    "apply": _apply,
    "timeit.timeit": _apply,
    "timeit.repeat": _apply,
    "cProfile.run": _apply,
    "profile.run": _apply,
    "contextvars.copy_context().run": _apply,
}

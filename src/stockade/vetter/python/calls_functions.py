"""Calls of the package's own functions and classes: walked with their arguments, and remembered."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import NO_TAINTS, Origin, Taint
from stockade.vetter.python import calls, expressions, hooks, secrets_used
from stockade.vetter.python.cold import body_of
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.hot import HOLDERS
from stockade.vetter.python.knowledge import canonical
from stockade.vetter.python.machine import MOST_DEPTH, MOST_RUNS, Machine
from stockade.vetter.python.values import (
    MOST_ITEMS,
    Bound,
    Class,
    Function,
    Instance,
    Value,
    cap,
    union,
)

MOST_ALIKE = 3
"""Times one function is walked again with arguments of the same kind."""

MOST_SIGNATURE = 2_000
"""Characters of a constant that tell two calls apart."""


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
        calls.call(m, frame, node, run, [made], {})
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
    if function.steps < MOST_AGAIN and any(_tells(taint) for taint in union(arguments)):
        return MOST_DECODER_RUNS
    return MOST_RUNS


def _tells(taint: Taint) -> bool:
    """Whether where data of this origin go may decide a verdict."""
    return taint.origin in _TELLING or (taint.origin is Origin.PARAMETER and taint.detail in HOLDERS)


_TELLING = frozenset(
    {Origin.ENVIRONMENT, Origin.CREDENTIAL, Origin.WALLET, Origin.BROWSER, Origin.FETCHED, Origin.SECRET}
)


def _is_decoder(function: Function, arguments: Sequence[Value]) -> bool:
    """Whether it may be what turns the pieces of a hidden text into the text: short, and called with constants."""
    if not arguments or not all(each.known or each.items is not None for each in arguments):
        return False
    return isinstance(function.node, ast.Lambda) or len(body_of(function.node)) <= _MOST_STATEMENTS


class _Same:
    """One object, compared by identity and kept alive: the number of one that has gone may be another's."""

    __slots__ = ("what",)

    def __init__(self, what: object) -> None:
        self.what = what

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.what is other.what

    def __hash__(self) -> int:
        return id(self.what)


def _signature(value: Value) -> tuple[object, str, _Same, frozenset[object], str]:
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
    return (constant, value.name, _Same(value.ref), origins, value.text[:100])


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
        if place == 0 and function.owner is not None and not calls.is_static(value):
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


def yielded(frame: Frame, value: Value) -> None:
    """Add to what a generator gives."""
    if frame.result is None:
        frame.result = Value(items=list(value.items) if isinstance(value.items, list) else [value])
    elif isinstance(frame.result.items, list) and len(frame.result.items) < MOST_ITEMS:
        frame.result.items.extend(value.items if isinstance(value.items, list) else [value])
    else:
        frame.result.taints = cap(frame.result.taints | value.all_taints())

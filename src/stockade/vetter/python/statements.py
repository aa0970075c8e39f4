"""Statements: what binds names, branches, defines, imports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from stockade.model.vetting import Phase
from stockade.vetter.python import (
    expressions,
    expressions_attributes,
    expressions_operators,
    expressions_turns,
    hooks,
)
from stockade.vetter.python.frames import Frame, Module
from stockade.vetter.python.hot import is_hot
from stockade.vetter.python.machine import Machine, OutOfBudget, docstring
from stockade.vetter.python.values import (
    GAP,
    MOST_ITEMS,
    Class,
    Function,
    Instance,
    ModuleRef,
    Value,
    cap,
    union,
)

MOST_RAISED = 7
"""Exceptions that are remembered for the handlers above."""
IDLE_TURNS = 64
"""Turns after which a loop must have put something together."""
CONCRETE_TURNS = 5_000
"""Turns of a loop over constants that are walked one by one."""


def run_body(m: Machine, frame: Frame, body: Sequence[ast.stmt]) -> None:
    """Walk statements in their order. What follows a ``return`` is walked too: no branch is trusted."""
    for statement in body:
        m.steps += 1
        if m.steps > m.budget:
            raise OutOfBudget
        handler = _HANDLERS.get(type(statement))
        if handler is not None:
            handler(m, frame, statement)


def bind(m: Machine, frame: Frame, target: ast.expr, value: Value) -> None:
    """Assign ``value`` to a target: a name, attribute, subscript or a pattern of those."""
    if isinstance(target, ast.Name):
        _bind_name(frame, target.id, value)
    elif isinstance(target, ast.Attribute):
        expressions_attributes.set_attribute(m, frame, target, value)
    elif isinstance(target, ast.Subscript):
        expressions_attributes.set_item(m, frame, target, value)
    elif isinstance(target, ast.Starred):
        bind(m, frame, target.value, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(m, frame, target.elts, value)


def _bind_name(frame: Frame, name: str, value: Value) -> None:
    names = frame.place(name)
    if frame.conditional and (old := names.get(name)) is not None and old is not value:
        value = join(old, value)
    names[name] = value
    if frame.branch is not None:
        frame.branch[name] = value
    if frame.turn is not None:
        frame.turn.add(name)


def join(old: Value, new: Value) -> Value:
    """What a name may hold after a branch: the new value, with the origins of both."""
    if new.known and new.const is None and (old.name or old.ref is not None):
        return old  # `try: import x` / `except ImportError: x = None`
    if old.taints <= new.taints and (new.name or new.ref is not None or new.known or new.text):
        return new
    return Value(
        new.const,
        name=new.name or old.name,
        taints=cap(old.taints | new.taints),
        ref=new.ref or old.ref,
        items=new.items if new.items is not None else old.items,
        text=new.text or (old.shown if not new.known else ""),
        hidden=new.hidden or old.hidden,
        built=new.built,
    )


def _unpack(m: Machine, frame: Frame, targets: Sequence[ast.expr], value: Value) -> None:
    parts = expressions_turns.elements_of(value)
    stars = [place for place, target in enumerate(targets) if isinstance(target, ast.Starred)]
    star = stars[0] if stars else len(targets)
    for place, target in enumerate(targets):
        if parts is not None and place < star and place < len(parts):
            bind(m, frame, target, parts[place])
        elif parts is not None and place == star and len(parts) >= len(targets) - 1:
            bind(m, frame, target, Value(items=parts[star : len(parts) - (len(targets) - 1 - star)]))
        elif parts is not None and place > star and len(parts) >= len(targets) - 1:
            bind(m, frame, target, parts[place - len(targets)])
        else:
            bind(m, frame, target, Value(taints=union([value]), name=f"{value.name}[]" if value.name else ""))


# -- simple statements ------------------------------------------------------------------------------


def _expression(m: Machine, frame: Frame, node: ast.Expr) -> None:
    expressions.evaluate(m, frame, node.value)


def _assign(m: Machine, frame: Frame, node: ast.Assign) -> None:
    value = expressions.evaluate(m, frame, node.value)
    if m.loose and isinstance(node.value, ast.BinOp) and _is_sum(node):
        value = _grown(m, frame, node.targets[0], value)
    for target in node.targets:
        bind(m, frame, target, value)


def _is_sum(node: ast.Assign) -> bool:
    """``a = a + b``."""
    target = ast.dump(node.targets[0]).replace("Store()", "Load()")
    return any(
        isinstance(part, ast.Name | ast.Attribute) and ast.dump(part) == target
        for part in ast.walk(node.value)
    )


def _grown(m: Machine, frame: Frame, target: ast.expr, value: Value) -> Value:
    """What a target holds after a loop of which one turn is walked, where each turn adds to what the one before left."""
    if isinstance(target, ast.Name):
        own = frame.place(target.id) is frame.names
        if own and (frame.turn is None or target.id in frame.turn):
            return value  # it begins anew in each turn, or the loop is somebody else's
    if not m.loose or not isinstance(value.const, str | bytes | int | float) or isinstance(value.const, bool):
        return value
    if not isinstance(value.const, str | bytes):
        return Value(taints=value.taints)
    return Value(taints=value.taints, text=f"{value.shown}{GAP}"[: expressions.MOST_TEXT])


def _annotated(m: Machine, frame: Frame, node: ast.AnnAssign) -> None:
    if isinstance(node.annotation, ast.Call):
        expressions.evaluate(m, frame, node.annotation)
    if node.value is not None:
        bind(m, frame, node.target, expressions.evaluate(m, frame, node.value))


def _augmented(m: Machine, frame: Frame, node: ast.AugAssign) -> None:
    old = expressions.evaluate(m, frame, expressions.as_load(node.target))
    new = expressions.evaluate(m, frame, node.value)
    if isinstance(old.items, list) and isinstance(node.op, ast.Add):
        old.items.extend((expressions_turns.elements_of(new) or [new])[: MOST_ITEMS - len(old.items)])
        old.taints = cap(old.taints | new.taints)
        expressions_turns.grown_list(m, old.items)
        return
    operator = type(node.op).__name__
    value = hooks.augmented(m, frame, node, operator, old, new)
    value = value if value is not None else expressions_operators.operate(m, frame, node, operator, old, new)
    value = _grown(m, frame, node.target, value)
    conditional, frame.conditional = frame.conditional, 0
    bind(m, frame, node.target, value)
    frame.conditional = conditional


def _return(m: Machine, frame: Frame, node: ast.Return) -> None:
    value = Value(None) if node.value is None else expressions.evaluate(m, frame, node.value)
    frame.result = value if frame.result is None else join(frame.result, value)


def _delete(m: Machine, frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Attribute | ast.Subscript):
            expressions.evaluate(m, frame, target.value)


def _raise(m: Machine, frame: Frame, node: ast.Raise) -> None:
    for part in (node.exc, node.cause):
        if part is not None:
            value = expressions.evaluate(m, frame, part)
            if part is node.exc and (value.ref is not None or value.taints):
                m.raised = [*m.raised[-MOST_RAISED:], value]


def _assert(m: Machine, frame: Frame, node: ast.Assert) -> None:
    expressions.evaluate(m, frame, node.test)
    if node.msg is not None:
        expressions.evaluate(m, frame, node.msg)


def _global(_m: Machine, frame: Frame, node: ast.Global) -> None:
    frame.globals_ |= set(node.names)


def _nonlocal(_m: Machine, frame: Frame, node: ast.Nonlocal) -> None:
    frame.nonlocals |= set(node.names)


# -- branches and loops -----------------------------------------------------------------------------


def _branches(m: Machine, frame: Frame, *bodies: Sequence[ast.stmt]) -> None:
    frame.conditional += 1
    try:
        for body in bodies:
            run_body(m, frame, body)
    finally:
        frame.conditional -= 1


def _if(m: Machine, frame: Frame, node: ast.If) -> None:
    expressions.evaluate(m, frame, node.test)
    here = not _is_program(frame) and frame.names is frame.module.names
    if here and _is_main(node.test) and not _is_own_name(frame, node.test):
        phase, frame.phase = frame.phase, min(frame.phase, Phase.COMMAND)
        _branches(m, frame, node.body)
        frame.phase = phase
        _branches(m, frame, node.orelse)
        return
    if isinstance(node.test, ast.Name | ast.Attribute) and _last(node.test) == "TYPE_CHECKING":
        _branches(m, frame, node.orelse)
        return
    _either_way(m, frame, node)


def _either_way(m: Machine, frame: Frame, node: ast.If) -> None:
    """Both branches; of two texts that a name may hold after them, the longer one: it tells more."""
    if not node.orelse:
        _branches(m, frame, node.body)
        return
    outer, frame.branch = frame.branch, {}
    try:
        _branches(m, frame, node.body)
        first, frame.branch = frame.branch or {}, {}
        _branches(m, frame, node.orelse)
        second = frame.branch or {}
    finally:
        frame.branch = outer
    both = {name: _longer(value, second[name]) for name, value in first.items() if name in second}
    for name, value in both.items():
        frame.place(name)[name] = value
    if outer is not None:
        outer |= {**first, **second, **both}


def _longer(first: Value, second: Value) -> Value:
    texts = isinstance(first.const, str) and isinstance(second.const, str)
    if not texts or len(str(first.const)) <= len(str(second.const)):
        return second
    return Value(
        first.const, taints=cap(first.taints | second.taints), hidden=first.hidden, built=first.built
    )


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _is_program(frame: Frame) -> bool:
    """Whether the module is what was started: ``setup.py`` while it installs."""
    name = frame.module.names.get("__name__")
    return name is not None and name.const == "__main__"


def _is_main(test: ast.expr) -> bool:
    """``__name__ == "__main__"``, either way round, or whatever else the name of a program may be."""
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    names = {side.id for side in sides if isinstance(side, ast.Name)}
    values = {side.value for side in sides if isinstance(side, ast.Constant)}
    return names == {"__name__"} and all(isinstance(value, str) for value in values) and bool(values)


def _is_own_name(frame: Frame, test: ast.expr) -> bool:
    """Whether the name that the module has now is the one that is asked for."""
    own = frame.names.get("__name__")
    values = {each.value for each in ast.walk(test) if isinstance(each, ast.Constant)}
    return own is not None and own.known and own.const in values


def _try(m: Machine, frame: Frame, node: ast.Try | ast.TryStar) -> None:
    before, m.raised = m.raised, []
    run_body(m, frame, node.body)
    caught, m.raised = m.raised, before
    for handler in node.handlers:
        if handler.name:
            frame.names[handler.name] = _caught(caught)
        _branches(m, frame, handler.body)
    run_body(m, frame, node.orelse)
    run_body(m, frame, node.finalbody)


def _caught(raised: Sequence[Value]) -> Value:
    """What ``except … as name`` binds: an exception, with what the statements above put into it."""
    made = next((each for each in reversed(raised) if each.ref is not None), None)
    if made is not None and len(raised) == 1:
        return made
    return Value(name="exception", taints=union(raised), ref=made.ref if made is not None else None)


def _with(m: Machine, frame: Frame, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        value = expressions.evaluate(m, frame, item.context_expr)
        entered = expressions.entered(m, frame, node, value)
        if item.optional_vars is not None:
            bind(m, frame, item.optional_vars, entered)
    run_body(m, frame, node.body)


def _for(m: Machine, frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    source = expressions_turns.iterated(m, frame, node, expressions.evaluate(m, frame, node.iter))
    turns = expressions_turns.elements_of(source)
    few = CONCRETE_TURNS if expressions_turns.is_code_like(source) else expressions_turns.FEW_TURNS
    if turns is not None and 0 < len(turns) <= few and _is_small(node.body):
        _turn_by_turn(m, frame, node, list(turns))
    else:
        _one_turn(m, frame, node.body, target=(node.target, expressions_turns.any_element(source)))
    run_body(m, frame, node.orelse)


def _turn_by_turn(m: Machine, frame: Frame, node: ast.For | ast.AsyncFor, turns: Sequence[Value]) -> None:
    """Walk a loop for each element; one that puts nothing together is given up after some turns."""
    grown: int | None = -1
    for number, turn in enumerate(turns):
        if number % IDLE_TURNS == 0 and number:
            before, grown = grown, built_by(frame, node.body)
            if grown is not None and grown == before:
                rest = expressions_turns.any_element(Value(items=[*turns[number:]]))
                _one_turn(m, frame, node.body, target=(node.target, rest))
                return
        m.step()
        bind_fresh(m, frame, node.target, turn)
        run_body(m, frame, node.body)


def built_by(frame: Frame, body: Sequence[ast.stmt]) -> int | None:
    """How much the names that a loop's body changes hold: a decoder's result grows. None where that cannot be told."""
    size = 0
    for statement in body:
        if isinstance(statement, ast.If):
            targets: Sequence[ast.expr] = ()
            inner = built_by(frame, (*statement.body, *statement.orelse))
            if inner is None:
                return None
            size += inner
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AugAssign):
            targets = (statement.target,)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            targets = (
                (statement.value.func.value,)
                if isinstance(statement.value.func, ast.Attribute)
                else (statement.value,)
            )
        elif isinstance(statement, ast.Pass | ast.Continue | ast.Break):
            targets = ()
        else:
            return None
        for target in targets:
            held = _held(frame, target)
            if held is None:
                return None
            size += held
    return size


def _held(frame: Frame, target: ast.expr) -> int | None:
    """Length of what a target holds, as far as it is known; None for a target that is no name or attribute of one."""
    value: Value | None = None
    if isinstance(target, ast.Name):
        value = frame.find(target.id)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        owner = frame.find(target.value.id)
        if owner is not None and isinstance(owner.ref, Instance):
            value = owner.ref.attributes.get(target.attr)
    else:
        return None
    if value is None:
        return 0
    if value.items is not None:
        return len(value.items)
    if isinstance(value.const, int):
        return value.const.bit_length()
    return len(value.const) if isinstance(value.const, str | bytes | bytearray | list | tuple) else 0


def _one_turn(
    m: Machine, frame: Frame, body: Sequence[ast.stmt], *, target: tuple[ast.expr, Value] | None = None
) -> None:
    """Walk a loop's body once for all its turns."""
    outer, frame.turn = frame.turn, set()
    m.loose += 1
    try:
        if target is not None:
            bind_fresh(m, frame, *target)
        _branches(m, frame, body)
    finally:
        m.loose -= 1
        frame.turn = outer if outer is None else outer | frame.turn
        if not m.loose:
            m.fresh.clear()


def bind_fresh(m: Machine, frame: Frame, target: ast.expr, value: Value) -> None:
    """Bind a loop's variable: what it held in the turn before is gone."""
    conditional, frame.conditional = frame.conditional, 0
    bind(m, frame, target, value)
    frame.conditional = conditional


def _is_small(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop's body is a decoder's (a few assignments), and so worth walking for every element."""
    return len(body) <= 4 and all(
        isinstance(each, ast.Assign | ast.AugAssign | ast.Expr | ast.If) for each in body
    )


def _while(m: Machine, frame: Frame, node: ast.While) -> None:
    expressions.evaluate(m, frame, node.test)
    _one_turn(m, frame, node.body)
    _branches(m, frame, node.orelse)


def _match(m: Machine, frame: Frame, node: ast.Match) -> None:
    subject = expressions.evaluate(m, frame, node.subject)
    for case in node.cases:
        for part in ast.walk(case.pattern):
            name = getattr(part, "name", None) or getattr(part, "rest", None)
            if isinstance(name, str):
                frame.names[name] = Value(taints=subject.all_taints())
        if case.guard is not None:
            expressions.evaluate(m, frame, case.guard)
        _branches(m, frame, case.body)


# -- definitions ------------------------------------------------------------------------------------


def _function(m: Machine, frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    function = expressions.make_function(m, frame, node, node.name)
    value = Value(ref=function)
    function.hot = is_hot(frame.module.hot_lines, node)
    frame.module.functions.append(value)
    for annotation in _annotations(node):
        expressions.evaluate(m, frame, annotation)
    decorators = [expressions.evaluate(m, frame, each) for each in node.decorator_list]
    function.decorators = tuple(decorators)
    for decorator in reversed(decorators):
        value = expressions.decorated(m, frame, node, decorator, value)
    if not any(isinstance(each, ast.Attribute) and each.attr in _SETTERS for each in node.decorator_list):
        frame.place(node.name)[node.name] = value


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """Annotations that call something: they run when the function is defined."""
    spec = node.args
    everything = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    given = [node.returns, *(each.annotation for each in everything if each is not None)]
    telling = [each for each in given if each is not None and not isinstance(each, _PLAIN)]
    return [each for each in telling if _has_call(each)]


def _has_call(annotation: ast.expr) -> bool:
    """Whether an annotation calls something; the usual shapes are looked through without a walk."""
    todo: list[ast.AST] = [annotation]
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind is ast.Call:
            return True
        if kind is ast.Name or kind is ast.Constant:
            continue
        if isinstance(node, ast.Subscript):
            todo += (node.value, node.slice)
        elif isinstance(node, ast.BinOp):
            todo += (node.left, node.right)
        elif isinstance(node, ast.Tuple | ast.List):
            todo += node.elts
        else:
            todo += ast.iter_child_nodes(node)
    return False


_PLAIN = (ast.Name, ast.Attribute, ast.Constant)
_SETTERS = frozenset({"setter", "deleter"})
"""Of a property that has its name already: reading it still calls the getter."""


def _class(m: Machine, frame: Frame, node: ast.ClassDef) -> None:
    bases = tuple(expressions.evaluate(m, frame, base) for base in node.bases)
    keywords = {each.arg or "**": expressions.evaluate(m, frame, each.value) for each in node.keywords}
    inner = Frame(
        module=frame.module,
        names={},
        scope=f"{frame.scope}.{node.name}",
        phase=frame.phase,
        parent=frame if frame.names is not frame.module.names else frame.parent,
        hidden=frame.hidden,
    )
    first = len(frame.module.functions)
    run_body(m, inner, node.body)
    if (told := docstring(node.body)) is not None:
        inner.names["__doc__"] = told
    fields = (each.target for each in node.body if isinstance(each, ast.AnnAssign))
    names = tuple(target.id for target in fields if isinstance(target, ast.Name))
    made = Class(node.name, frame.module, bases, inner.names, fields=names)
    for attribute in inner.names.values():
        if isinstance(attribute.ref, Function) and attribute.ref.owner is None:
            attribute.ref.owner = made
    for each in frame.module.functions[first:]:
        if isinstance(each.ref, Function) and each.ref.frame is inner:
            each.ref.owner = made
            made.methods.append(each)
    value = Value(ref=made)
    expressions.class_created(m, frame, node, value, keywords)
    for decorator in reversed(node.decorator_list):
        value = expressions.decorated(m, frame, node, expressions.evaluate(m, frame, decorator), value)
    frame.module.functions.append(Value(ref=made))
    frame.place(node.name)[node.name] = value


# -- imports ----------------------------------------------------------------------------------------


def _import(m: Machine, frame: Frame, node: ast.Import) -> None:
    for alias in node.names:
        value = import_module(m, frame, alias.name)
        if alias.asname:
            frame.place(alias.asname)[alias.asname] = value
        else:
            top = alias.name.partition(".")[0]
            frame.place(top)[top] = import_module(m, frame, top)


def _import_from(m: Machine, frame: Frame, node: ast.ImportFrom) -> None:
    base = absolute(frame.module, node.module or "", node.level)
    if node.level == 0:
        for alias in node.names:
            m.find_beside(frame, f"{base}.{alias.name}")
    module = m.module(base, frame.phase) if base in m.world.modules else None
    for alias in node.names:
        if alias.name == "*":
            if module is not None:
                frame.names.update({k: v for k, v in module.names.items() if not k.startswith("_")})
                frame.module.stars += module.stars
            elif base and base not in m.namespaces:
                frame.module.stars += (base,)
            continue
        bound = alias.asname or alias.name
        frame.place(bound)[bound] = imported_name(m, frame, node, base, module, alias.name)


def imported_name(
    m: Machine, frame: Frame, node: ast.AST, base: str, module: Module | None, name: str
) -> Value:
    """``from base import name``."""
    full = f"{base}.{name}" if base else name
    if module is not None and name in module.names:
        return module.names[name]
    if full in m.world.modules:
        return import_module(m, frame, full)
    if module is not None:
        lazily = module.names.get("__getattr__")
        if lazily is not None:
            return expressions.call_value(m, frame, ast.Pass(), lazily, [Value(name)], {})
        return Value()
    return expressions_attributes.outer(m, frame, node, full)


def import_module(m: Machine, frame: Frame, name: str) -> Value:
    """The value of a module's name: one of the package's (walked on the spot), or one outside."""
    m.find_beside(frame, name)
    if name in m.world.modules:
        m.module(name, frame.phase)
        return Value(ref=ModuleRef(name))
    if name in m.namespaces:
        return Value(ref=ModuleRef(name))
    return Value(name=name)


def absolute(module: Module, name: str, level: int) -> str:
    """The absolute name of what a relative import means (PEP 328)."""
    if level == 0:
        return name
    package = module.package
    for _ in range(level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{name}" if package and name else package or name


_HANDLERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Delete: _delete,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.If: _if,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}

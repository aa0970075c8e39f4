"""The abstract interpreter's values: what is known of a Python object without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockade.vetter.acts import NO_TAINTS, Taint, Taints
from stockade.vetter.python.fold import UNKNOWN

if TYPE_CHECKING:
    from stockade.vetter.python.frames import Frame, Module

MOST_TAINTS = 24
"""Origins that one value remembers; more never change a verdict."""
MOST_ITEMS = 4_096
"""Elements of a container that are remembered one by one."""
_DEEPEST = 8
"""Containers within containers that are looked through for origins: messages to chat services nest six deep."""
_MOST_ATTRIBUTES = 32
GAP = "…"
"""Stands for the unknown part of a text."""


class Value:
    """What is known of an object. Each field may be empty; an empty value is an unknown object.

    Values are shared as Python objects are: what mutates a list or a dictionary mutates the value.
    """

    __slots__ = ("built", "const", "hidden", "items", "name", "ref", "taints", "text")

    def __init__(
        self,
        const: object = UNKNOWN,
        *,
        name: str = "",
        taints: Taints = NO_TAINTS,
        ref: Ref | None = None,
        items: Items | None = None,
        text: str = "",
        hidden: bool = False,
        built: bool = False,
    ) -> None:
        self.const = const
        """The constant itself, or ``UNKNOWN``."""
        self.name = name
        """Dotted name of something outside the package: ``os.environ``; ``requests.Session()`` is an instance."""
        self.taints = taints
        self.ref = ref
        """A function, class, instance, module or file of which more is known."""
        self.items = items
        """Elements of a list, tuple or set; values by key of a dictionary."""
        self.text = text
        """A string of which only parts are known, with gaps."""
        self.hidden = hidden
        """Reached by a name that was put together or decoded."""
        self.built = built
        """The constant does not stand in the source but was put together."""

    def __repr__(self) -> str:
        shown = [f"{slot}={getattr(self, slot)!r}" for slot in self.__slots__ if getattr(self, slot)]
        return f"Value({', '.join(shown)[:200]})"

    @property
    def known(self) -> bool:
        """Whether it is a constant."""
        return self.const is not UNKNOWN

    @property
    def shown(self) -> str:
        """As text for people and classifiers: the string, its known parts, or nothing."""
        if isinstance(self.const, str):
            return self.const
        if isinstance(self.const, bytes | bytearray):
            return bytes(self.const).decode("utf-8", "replace")
        if self.known and isinstance(self.const, int | float):
            return number(self.const)
        return self.text

    def all_taints(self) -> Taints:
        """Its own taints and those of its elements, its attributes and the message it carries.

        Breadth first, each object once, so that what holds itself ends and time is linear in what is held.
        """
        if self.items is None and not isinstance(self.ref, Instance):
            return self.taints
        held = self.held()
        if all(each.items is None and not isinstance(each.ref, Instance) for each in held):
            more = {taint for each in held if each.taints for taint in each.taints}
            return cap(self.taints | more) if more else cap(self.taints)
        found = set(self.taints)
        seen = {id(self)}
        level = [self]
        for _ in range(_DEEPEST):
            inner = [each for value in level for each in value.held() if id(each) not in seen]
            if not inner:
                break
            seen.update(map(id, inner))
            for each in inner:
                found |= each.taints
            level = [each for each in inner if each.items is not None or isinstance(each.ref, Instance)]
        return cap(frozenset(found))

    def held(self) -> list[Value]:
        """Its elements, and the attributes of an object of the package's own class."""
        attributes = (
            list(self.ref.attributes.values())[:_MOST_ATTRIBUTES] if isinstance(self.ref, Instance) else []
        )
        return [*self.elements(), *attributes]

    def elements(self) -> list[Value]:
        """The values that it contains, keys left out."""
        if isinstance(self.items, dict):
            return list(self.items.values())
        return self.items or []


def number(constant: float) -> str:
    """A number as text; nothing for one that is longer than Python writes down."""
    huge = isinstance(constant, int) and constant.bit_length() > _MOST_BITS
    return "" if huge else str(constant)


_MOST_BITS = 8_192
Items = list[Value] | dict[object, Value]


def cap(taints: Taints) -> Taints:
    """At most :data:`MOST_TAINTS`, always the same ones."""
    if len(taints) <= MOST_TAINTS:
        return taints
    return frozenset(sorted(taints, key=lambda t: (t.origin, t.detail, t.at, t.via))[:MOST_TAINTS])


def union(values: Iterable[Value]) -> Taints:
    """All taints of ``values``, elements included."""
    found = NO_TAINTS
    for value in values:
        plain = value.items is None and value.ref is None
        taints = value.taints if plain else value.all_taints()
        if taints:
            found = found | taints if found else taints
    return cap(found)


@dataclass(slots=True, eq=False)
class Function:
    """A function or lambda of the package."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Frame
    """The frame in which it was defined: its closure."""
    name: str
    owner: Class | None = None
    defaults: dict[str, Value] = field(default_factory=dict)
    decorators: tuple[Value, ...] = ()
    runs: int = 0
    active: int = 0
    strange: bool = False
    """Whether it was walked as a stranger would call it."""
    steps: int = 0
    """Nodes that were walked in it and in what it calls."""
    results: dict[object, Value] = field(default_factory=dict)
    likes: dict[object, int] = field(default_factory=dict)
    """How often it was walked with arguments of one kind, once it was walked some times."""
    hot: bool = True


@dataclass(slots=True, eq=False)
class Bound:
    """A method with its object, or a partial call."""

    function: Value
    receiver: Value | None
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Choice:
    """One of several functions; which one is decided at run time."""

    functions: tuple[Value, ...]


@dataclass(slots=True, eq=False)
class Method:
    """A method of a constant or container that is called later: ``"".join``."""

    owner: Value
    name: str


@dataclass(slots=True, eq=False)
class Class:
    """A class of the package."""

    name: str
    module: Module
    bases: tuple[Value, ...]
    attributes: dict[str, Value]
    methods: list[Value] = field(default_factory=list)
    """The functions of its body as they were written, whatever decorators made of them."""
    fields: tuple[str, ...] = ()
    """Names that its body annotates, in their order: the parameters of a data class."""
    meta: Class | None = None
    """The class of the package that it names as its metaclass."""

    def find(self, name: str, depth: int = 8) -> Value | None:
        """An attribute, looked up through the bases that are known."""
        if name in self.attributes:
            return self.attributes[name]
        if depth <= 0:
            return None
        for base in self.bases:
            if isinstance(base.ref, Class) and (found := base.ref.find(name, depth - 1)) is not None:
                return found
        return None

    def metaclass(self, depth: int = 8) -> Class | None:
        """Its metaclass, its own or inherited, where that is of the package."""
        if self.meta is not None or depth <= 0:
            return self.meta
        known = (base.ref.metaclass(depth - 1) for base in self.bases if isinstance(base.ref, Class))
        return next((each for each in known if each is not None), None)

    def outer_bases(self, depth: int = 8) -> list[str]:
        """Names of the bases outside the package."""
        names: list[str] = []
        for base in self.bases:
            if isinstance(base.ref, Class):
                if depth > 0:
                    names += base.ref.outer_bases(depth - 1)
            elif base.name:
                names.append(base.name)
        return names


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the package."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ModuleRef:
    """A module of the package, loaded when an attribute is wanted."""

    name: str


@dataclass(slots=True, eq=False)
class File:
    """An open file, or a path object."""

    path: str
    mode: str = ""
    taints: Taints = NO_TAINTS


@dataclass(slots=True, eq=False)
class Namespace:
    """``globals()``, ``locals()``, ``vars()``: the names of a frame as a dictionary."""

    frame: Frame


Ref = Function | Bound | Choice | Method | Class | Instance | ModuleRef | File | Namespace


def tainted(*taints: Taint, name: str = "", text: str = "") -> Value:
    """An unknown object of known origin."""
    return Value(name=name, taints=frozenset(taints), text=text)

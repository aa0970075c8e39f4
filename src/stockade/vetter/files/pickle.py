"""What a pickle does when it is loaded, read from its opcodes; nothing is unpickled.

Containers of pickles (NumPy, joblib) are told in :mod:`stockade.vetter.files.models`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.files import pickle_globals as known
from stockade.vetter.files.base import Code, Looked
from stockade.vetter.files.pickle_machine import MAY_NAME, MOST_OPCODES, Called, Named, Walked, walk
from stockade.vetter.package import Oddity

_MOST_SHOWN: Final = 500


def danger(named: Named) -> str:
    """Why a global is dangerous; empty where it is not known to be."""
    full = named.full
    parts = full.split(".")
    for count in range(len(parts), 0, -1):
        start = ".".join(parts[:count])
        if start in known.DANGEROUS_NAMES:
            return known.DANGEROUS_NAMES[start]
        if count < len(parts) and start in known.DANGEROUS and not _harmless_of(named):
            return known.DANGEROUS[start]
    return "its name is put together while it is loaded" if "?" in (named.module, named.name) else ""


def _harmless_of(named: Named) -> bool:
    """Single classes of modules that are dangerous otherwise."""
    return named.full in _HARMLESS


_HARMLESS: Final = frozenset(
    {
        "os.PathLike",
        "os.stat_result",
        "types.SimpleNamespace",
        "types.MappingProxyType",
        "types.GenericAlias",
        "types.ModuleType",
        "http.cookies.SimpleCookie",
        "http.cookies.Morsel",
        "http.cookiejar.Cookie",
        "http.cookiejar.CookieJar",
        "http.HTTPStatus",
        "requests.models.Response",
        "requests.cookies.RequestsCookieJar",
        "requests.structures.CaseInsensitiveDict",
        "requests.sessions.Session",
        "multiprocessing.context.AuthenticationString",
        "sys.maxsize",
        "sys.intern",
        "test.pickletester",
        "asyncio.exceptions.CancelledError",
        "concurrent.futures._base.CancelledError",
        "inspect.Signature",
        "inspect.Parameter",
        "inspect._ParameterKind",
        "inspect._empty",
        "urllib.parse.ParseResult",
        "urllib.parse.SplitResult",
    }
)


def is_safe(named: Named) -> bool:
    """Whether a global is one that pickles of data name."""
    if named.module in known.BUILTIN_MODULES:
        return named.name in known.SAFE_BUILTINS
    parts = named.module.split(".")
    return named.full in _HARMLESS or any(
        ".".join(parts[:count]) in known.SAFE_MODULES for count in range(len(parts), 0, -1)
    )


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What loading the pickle ``data`` does.

    Acts: ``LOAD`` where it names dangerous globals, and ``SPAWN``, ``EXECUTE``, ``FETCH``, ``WRITE`` or ``IMPORT`` for the
    calls that it makes of them, with constant arguments. Oddities: ``pickle-imports`` (a dangerous global),
    ``pickle-unknown-global``, ``pickle-malformed``, ``pickle-unreadable`` (not a pickle at all, or out of bounds).
    """
    if data.endswith(b".") and b"\x93" not in data and not MAY_NAME.search(data):
        return Looked()
    return judged(walk(data), path, phase)


def judged(walked: Walked, path: str, phase: Phase) -> Looked:
    """Acts and oddities of walked opcodes."""
    at = Location(path)
    oddities = list(_oddities(walked, at, phase))
    if walked.malformed:
        beyond = walked.opcodes > MOST_OPCODES
        kind = "pickle-malformed" if walked.opcodes > 1 and not beyond else "pickle-unreadable"
        oddities.append(Oddity(kind=kind, at=at, detail=walked.malformed, phase=phase))
    acts: list[Act] = []
    code: list[Code] = []
    for called, _ in walked.calls:
        act = _act(called, at, phase)
        if act is not None and len(acts) < 200:  # noqa: PLR2004 - enough for any report
            acts.append(act)
            if act.kind is Kind.EXECUTE and act.content:
                code.append(Code(act.content, 1, f"{act.callee} in a pickle"))
    return Looked(tuple(acts), tuple(oddities), tuple(code[:16]))


def _oddities(walked: Walked, at: Location, phase: Phase) -> Iterator[Oddity]:
    bad = {named: why for named in walked.names if (why := danger(named))}
    unknown = [
        named
        for named in walked.names
        if named not in bad and not is_safe(named) and named.full not in known.INDIRECT
    ]
    if bad:
        indirect = [named for named in walked.names if named.full in known.INDIRECT]
        text = ", ".join(f"{named.full} ({why})" for named, why in list(bad.items())[:8])
        shown = ", ".join(_shown(called) for called, _ in walked.calls if _root(called) in bad or indirect)
        yield Oddity(kind="pickle-imports", at=at, detail=text, phase=phase, evidence=shown[:_MOST_SHOWN])
    if unknown:
        text = ", ".join(named.full for named in unknown[:12])
        yield Oddity(kind="pickle-unknown-global", at=at, detail=text, phase=phase)


def _root(called: Called) -> Named | None:
    """The global whose result, at last, is called."""
    function: object = called.function
    for _ in range(16):
        if isinstance(function, Named):
            return function
        if not isinstance(function, Called):
            return None
        function = function.function
    return None


def _act(called: Called, at: Location, phase: Phase) -> Act | None:
    """The act that a call of a dangerous global is."""
    named = _named_through_getattr(called.function) or _root(called)
    if named is None or not (why := danger(named)):
        return None
    kind = _KINDS.get(why, Kind.LOAD)
    text = _first_text(called.arguments)
    content = text if kind is Kind.EXECUTE else ""
    if kind is Kind.FETCH and places.address(text) is None:
        kind = Kind.LOAD
    taint = Taint(Origin.OWN_FILE, f"{at.path}, a pickle", at)
    return Act(
        kind=kind,
        callee=f"pickle:{named.full}",
        at=at,
        phase=phase,
        scope=at.path,
        target=text[:_MOST_SHOWN] if kind is not Kind.EXECUTE else named.full,
        payload=frozenset({taint}),
        content=content,
        hidden=True,
        note=why,
    )


_KINDS: Final = {
    "starts processes": Kind.SPAWN,
    "runs code": Kind.EXECUTE,
    "speaks to the network": Kind.FETCH,
    "fetches": Kind.FETCH,
    "opens files": Kind.WRITE,
    "changes files": Kind.WRITE,
    "runs or imports code": Kind.IMPORT,
    "imports any name": Kind.IMPORT,
}


def _named_through_getattr(function: object) -> Named | None:
    """``getattr(os, 'system')`` and its like: the name that comes out."""
    if not isinstance(function, Called) or not isinstance(function.function, Named):
        return None
    if function.function.full not in known.INDIRECT or not isinstance(function.arguments, tuple):
        return None
    first, *rest = function.arguments or (None,)
    if isinstance(first, Called):
        first = Named(_first_text(first.arguments) or "?", "")
    if not isinstance(first, Named) or not rest or not isinstance(rest[0], str):
        return None
    module = f"{first.module}.{first.name}".rstrip(".")
    return Named(module, rest[0])


def _first_text(arguments: object) -> str:
    """The first string among the arguments of a call, or those of a call within."""
    stack = [arguments]
    for _ in range(200):
        if not stack:
            break
        item = stack.pop()
        if isinstance(item, str):
            return item
        if isinstance(item, bytes):
            return item.decode("utf-8", "replace")
        if isinstance(item, tuple):
            stack += list(item)[::-1][:100]
        elif isinstance(item, Called):
            stack.append(item.arguments)
    return ""


def _shown(called: Called) -> str:
    root = _root(called)
    return f"{root.full if root is not None else '?'}({_first_text(called.arguments)[:120]!r})"

"""Small distributions as dictionaries, for the tests of the surface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stockade.model.vetting import Phase
from stockade.vetter.surface import map_surface
from stockade.vetter.surface_types import Surface


def surface(
    kind: str, files: Mapping[str, str | bytes], *, filename: str = "", popular: Iterable[str] = ()
) -> Surface:
    """The surface of files given by path and content."""
    kept = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return map_surface(kind, list(kept), kept.__getitem__, filename=filename, popular=popular)


def sdist(files: Mapping[str, str | bytes], *, name: str = "acme", version: str = "1.0") -> Surface:
    """An sdist with the usual top folder and PKG-INFO."""
    top = f"{name}-{version}"
    info = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return surface(
        "sdist", {f"{top}/{path}": text for path, text in ({"PKG-INFO": info} | dict(files)).items()}
    )


def wheel(
    files: Mapping[str, str | bytes],
    *,
    name: str = "acme",
    version: str = "1.0",
    filename: str = "",
    popular: Iterable[str] = (),
) -> Surface:
    """A wheel whose metadata are whole; ``files`` may override them."""
    info = f"{name}-{version}.dist-info"
    whole: dict[str, str | bytes] = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    return surface("wheel", whole | dict(files), filename=filename, popular=popular)


def kinds(found: Surface) -> list[str]:
    """The kinds of the oddities, sorted."""
    return sorted(oddity.kind for oddity in found.oddities)


def roots(found: Surface, phase: Phase) -> list[tuple[str, str]]:
    """``(path, function)`` of the roots of one phase, in order."""
    return [(root.path, root.function) for root in found.roots if root.phase == phase]

"""PE files: what they import and export (Microsoft's PE format, sections 2 to 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from stockade.vetter.files.native_facts import MOST_SYMBOLS, Facts, text_at

_COFF = Struct("<HHIIIHH")
_SECTION = Struct("<8sIIIIIIHHI")
_IMPORT = Struct("<IIIII")
_EXPORT = Struct("<IIHHIIIIIII")
_MAGICS: Final = {0x10B: (96, Struct("<I")), 0x20B: (112, Struct("<Q"))}
"""Of the optional header: bytes before its directories, and the shape of an entry of an import table."""
_EXPORTS, _IMPORTS, _CERTIFICATES = 0, 1, 4
_DLL: Final = 0x2000
_MOST_LIBRARIES: Final = 2_000
_MOST_SECTIONS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Section:
    address: int
    length: int
    offset: int
    size: int


def read(data: bytes) -> Facts | None:
    """What the headers of a PE file say; None where they are broken."""
    try:
        return _Pe(data).facts()
    except (error, LookupError, ValueError, OverflowError):
        return None


class _Pe:
    def __init__(self, data: bytes) -> None:
        self.data = data
        start = int.from_bytes(data[60:64], "little")
        if data[start : start + 4] != b"PE\0\0":
            raise ValueError("no PE header")
        _, count, _, _, _, size, self.characteristics = _COFF.unpack_from(data, start + 4)
        optional = start + 4 + _COFF.size
        before, self.entry = _MAGICS[int.from_bytes(data[optional : optional + 2], "little")]
        number = min(int.from_bytes(data[optional + before - 4 : optional + before], "little"), 16)
        self.directories = [
            (int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 8], "little"))
            for at in range(optional + before, optional + before + 8 * number, 8)
        ]
        if not 0 < count <= _MOST_SECTIONS:
            raise ValueError("no sections")
        self.sections = [self._section(optional + size + place * _SECTION.size) for place in range(count)]

    def _section(self, at: int) -> _Section:
        _, length, address, size, offset, *_ = _SECTION.unpack_from(self.data, at)
        return _Section(address, max(length, size), offset, size)

    def facts(self) -> Facts:
        """Imports, exports, and what lies behind the end."""
        signed = self._directory(_CERTIFICATES)[1]
        end = max(each.offset + each.size for each in self.sections)
        return Facts(
            frozenset(self._imports()),
            frozenset(self._exports()),
            not self.characteristics & _DLL,
            0,
            max(len(self.data) - end - signed, 0),
        )

    def _directory(self, number: int) -> tuple[int, int]:
        return self.directories[number] if number < len(self.directories) else (0, 0)

    def _offset(self, address: int) -> int:
        """Where the byte of an address relative to the image stands in the file."""
        for each in self.sections:
            if each.address <= address < each.address + each.length:
                return address - each.address + each.offset
        raise ValueError("an address outside of every section")

    def _imports(self) -> Iterator[str]:
        """Names of imported functions; those by number only have none."""
        address = self._directory(_IMPORTS)[0]
        if not address:
            return
        at, left = self._offset(address), MOST_SYMBOLS
        for number in range(_MOST_LIBRARIES):
            names, _, _, library, table = _IMPORT.unpack_from(self.data, at + number * _IMPORT.size)
            if not library and not table:
                return
            place = self._offset(names or table)
            by_number = 1 << (8 * self.entry.size - 1)
            while left and (entry := self.entry.unpack_from(self.data, place)[0]):
                left -= 1
                place += self.entry.size
                if not entry & by_number:
                    yield text_at(self.data, self._offset(entry & 0x7FFFFFFF) + 2)

    def _exports(self) -> Iterator[str]:
        address = self._directory(_EXPORTS)[0]
        if not address:
            return
        *_, count, _, names, _ = _EXPORT.unpack_from(self.data, self._offset(address))
        if not count:
            return
        at = self._offset(names)
        for place in range(min(count, MOST_SYMBOLS)):
            where = int.from_bytes(self.data[at + 4 * place : at + 4 * place + 4], "little")
            yield text_at(self.data, self._offset(where))

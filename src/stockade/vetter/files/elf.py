"""ELF files: what they import and export, read by the table that the loader goes by (System V ABI, chapters 4 and 5).

Only headers and the dynamic section are looked at, so a file of any size takes little time and no memory of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from stockade.vetter.files.native_facts import MOST_SYMBOLS, Facts, text_at

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_SHT_NOBITS, _SHT_DYNSYM = 8, 11
_HASH, _STRTAB, _SYMTAB, _INIT, _INIT_ARRAY, _INIT_ARRAYSZ = 4, 5, 6, 12, 25, 27
_GNU_HASH: Final = 0x6FFFFEF5
_MOST_HEADERS: Final = 10_000
_MOST_BUCKETS: Final = 1 << 20
_ET_EXEC: Final = 2
_GLOBAL_OR_WEAK: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The shapes of one class and byte order."""

    header: Struct
    """Type, machine, version, entry, program and section tables, flags, sizes and counts."""
    segment: Struct
    section: Struct
    symbol: Struct
    dynamic: Struct
    word: Struct
    wide: bool


def _layout(ident: bytes) -> _Layout | None:
    order = {1: "<", 2: ">"}.get(ident[5])
    if order is None or ident[4] not in (1, 2):
        return None
    wide = ident[4] == 2  # noqa: PLR2004 - ELFCLASS64
    shapes = ("HHIQQQIHHHHHH", "IIQQQQQQ", "IIQQQQIIQQ", "IBBHQQ", "qQ", "Q")
    narrow = ("HHIIIIIHHHHHH", "IIIIIIII", "IIIIIIIIII", "IIIBBH", "iI", "I")
    made = [Struct(order + shape) for shape in (shapes if wide else narrow)]
    header, segment, section, symbol, dynamic, word = made
    return _Layout(header, segment, section, symbol, dynamic, word, wide)


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


def read(data: bytes) -> Facts | None:
    """What the headers of an ELF file say; None where they are broken."""
    layout = _layout(data[:16]) if len(data) >= 16 else None  # noqa: PLR2004 - the identification
    if layout is None:
        return None
    try:
        return _Elf(data, layout).facts()
    except (error, LookupError, ValueError, OverflowError):
        return None


class _Elf:
    def __init__(self, data: bytes, layout: _Layout) -> None:
        self.data = data
        self.layout = layout
        (self.type, _, _, _, at, self.sections_at, _, _, size, count, self.section_size, self.sections, _) = (
            layout.header.unpack_from(data, 16)
        )
        if not count or size < layout.segment.size or count > _MOST_HEADERS or self.sections > _MOST_HEADERS:
            raise ValueError("no program headers")
        self.segments = [self._segment(at + number * size) for number in range(count)]

    def _segment(self, at: int) -> _Segment:
        got = self.layout.segment.unpack_from(self.data, at)
        if self.layout.wide:
            kind, _, offset, address, _, size, _, _ = got
        else:
            kind, offset, address, _, size, _, _, _ = got
        return _Segment(kind, offset, address, size)

    def facts(self) -> Facts:
        """Imports, exports, constructors, and what lies behind the end."""
        table = self._dynamic()
        imports, exports = self._symbols(table)
        kinds = {each.kind for each in self.segments}
        return Facts(
            frozenset(imports),
            frozenset(exports),
            self.type == _ET_EXEC or _PT_INTERP in kinds,
            self._constructors(table),
            max(len(self.data) - self._end(), 0),
        )

    def _dynamic(self) -> dict[int, int]:
        """The dynamic section: the first value of each tag."""
        table: dict[int, int] = {}
        for segment in self.segments:
            if segment.kind == _PT_DYNAMIC:
                step = self.layout.dynamic.size
                stop = min(segment.offset + segment.size, len(self.data) - step + 1)
                for at in range(segment.offset, stop, step):
                    tag, value = self.layout.dynamic.unpack_from(self.data, at)
                    if not tag:
                        break
                    table.setdefault(tag & 0xFFFFFFFF, value)
        return table

    def _offset(self, address: int) -> int:
        """Where the byte that is loaded to an address stands in the file."""
        for segment in self.segments:
            if segment.kind == _PT_LOAD and segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        raise ValueError("an address outside of every segment")

    def _symbols(self, table: dict[int, int]) -> tuple[set[str], set[str]]:
        imports, exports = set[str](), set[str]()
        if _SYMTAB not in table or _STRTAB not in table:
            return imports, exports
        at, names = self._offset(table[_SYMTAB]), self._offset(table[_STRTAB])
        count = min(
            self._count(table, at, names), MOST_SYMBOLS, (len(self.data) - at) // self.layout.symbol.size
        )
        held = memoryview(self.data)[at : at + count * self.layout.symbol.size]
        for got in self.layout.symbol.iter_unpack(held):
            if self.layout.wide:
                name, info, _, section, value, _ = got
            else:
                name, value, _, info, _, section = got
            text = text_at(self.data, names + name).partition("@")[0]
            wanted = not section and not value and text and info >> 4 in _GLOBAL_OR_WEAK
            (imports if wanted else exports).add(text)
        return imports, exports

    def _count(self, table: dict[int, int], at: int, names: int) -> int:
        """How many symbols there are: the dynamic section does not say, its hash tables do, or what lies behind."""
        counts = [0]
        if _HASH in table:
            place = self._offset(table[_HASH])
            counts.append(self._word.unpack_from(self.data, place + 4)[0])
        if _GNU_HASH in table:
            counts.append(self._hashed(self._offset(table[_GNU_HASH])))
        counts += [
            size // self.layout.symbol.size
            for kind, offset, size in self._sections()
            if kind == _SHT_DYNSYM and offset == at
        ]
        if max(counts) == 0 and names > at:
            counts.append((names - at) // self.layout.symbol.size)
        return max(counts)

    @property
    def _word(self) -> Struct:
        """Four bytes, as every class of file has them in its hash tables."""
        return Struct(("<" if self.data[5] == 1 else ">") + "I")

    def _hashed(self, at: int) -> int:
        """The number of symbols by a table of GNU hashes: one more than the last in the last chain."""
        word = self._word
        buckets, first, bloom, _ = (word.unpack_from(self.data, at + 4 * place)[0] for place in range(4))
        if buckets > _MOST_BUCKETS:
            raise ValueError("too many buckets")
        start = at + 16 + bloom * self.layout.word.size
        last = max((got[0] for got in word.iter_unpack(self.data[start : start + 4 * buckets])), default=0)
        if last < first:
            return 0
        chain = start + 4 * buckets + 4 * (last - first)
        while last < MOST_SYMBOLS and not word.unpack_from(self.data, chain)[0] & 1:
            last, chain = last + 1, chain + 4
        return last + 1

    def _sections(self) -> list[tuple[int, int, int]]:
        """Kind, offset and size of each section that the file has."""
        shape = self.layout.section
        if not self.sections_at or self.section_size < shape.size:
            return []
        found = []
        for number in range(self.sections):
            at = self.sections_at + number * self.section_size
            if at + shape.size <= len(self.data):
                _, kind, _, _, offset, size, *_ = shape.unpack_from(self.data, at)
                found.append((kind, offset, size))
        return found

    def _constructors(self, table: dict[int, int]) -> int:
        """How many functions run when it is loaded, as far as the file itself says."""
        first = int(bool(table.get(_INIT)))
        if _INIT_ARRAY not in table or not table.get(_INIT_ARRAYSZ):
            return first
        at, word = self._offset(table[_INIT_ARRAY]), self.layout.word
        size = min(table[_INIT_ARRAYSZ], len(self.data) - at, MOST_SYMBOLS * word.size)
        held = self.data[at : at + size - size % word.size]
        nothing = (0, (1 << (8 * word.size)) - 1)
        return first + sum(got[0] not in nothing for got in word.iter_unpack(held))

    def _end(self) -> int:
        """Where what the headers describe ends."""
        ends = [each.offset + each.size for each in self.segments]
        ends += [offset + size for kind, offset, size in self._sections() if kind != _SHT_NOBITS]
        ends.append(self.sections_at + self.section_size * self.sections)
        return max(ends)

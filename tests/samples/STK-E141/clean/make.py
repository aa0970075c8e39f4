"""A wheel that brings a program; the twins differ in who starts it."""

from __future__ import annotations

import hashlib
import struct
from base64 import urlsafe_b64encode
from pathlib import Path


def build(folder: Path) -> None:
    """Write the tree."""
    info = folder / "indexwrap-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: indexwrap\nVersion: 1.0\n", encoding="utf-8")
    package = folder / "indexwrap"
    package.mkdir()
    source = '"""A wrapper of a program."""\n\nimport os\nimport subprocess\n\nHELPER = os.path.join(os.path.dirname(__file__), "indexd")\n\n\ndef main():\n    """Start the helper, on demand."""\n    subprocess.Popen([HELPER])\n'
    (package / "__init__.py").write_text(source, encoding="utf-8")
    (package / "indexd").write_bytes(elf((b"indexd",), program=True))
    seal(folder, "indexwrap-1.0.dist-info")


def elf(strings: tuple[bytes, ...], *, program: bool = False) -> bytes:
    """A file with an ELF header and strings, and no code at all."""
    body = b"".join(each + b"\0" for each in strings).ljust(256, b"\0")
    size = 64 + 56 + len(body)
    kind, entry = (2, 0x400078) if program else (3, 0)
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    head += struct.pack("<HHIQQQIHHHHHH", kind, 62, 1, entry, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 1, 4, 0, 0x400000, 0x400000, size, size, 0x1000) + body


def seal(folder: Path, info: str) -> None:
    """Write WHEEL and RECORD, so that the wheel is a complete one."""
    text = "Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    (folder / info / "WHEEL").write_text(text, encoding="utf-8")
    rows = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest = urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(folder).as_posix()},sha256={digest},{path.stat().st_size}\n")
    (folder / info / "RECORD").write_text("".join(rows) + f"{info}/RECORD,,\n", encoding="utf-8")

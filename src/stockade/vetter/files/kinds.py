"""What a file is, by its first bytes; by its name only where the bytes do not tell."""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 4_096
"""Bytes of a file's beginning that :func:`sniff` looks at."""

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x7fELF", "elf"),
    (b"\xfe\xed\xfa\xce", "macho"),
    (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x93NUMPY", "numpy"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"GGUF", "data"),
    (b"\x89PNG", "data"),
    (b"\xff\xd8\xff", "data"),
    (b"GIF8", "data"),
    (b"%PDF", "data"),
    (b"SQLite format 3\x00", "data"),
    (b"OTTO", "data"),
    (b"wOFF", "data"),
    (b"wOF2", "data"),
    (b"\x00\x01\x00\x00\x00", "data"),
    (b"RIFF", "data"),
    (b"\x00asm", "wasm"),
    (b"dex\n", "data"),
)
_FAT_BINARY: Final = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_MOST_ARCHITECTURES: Final = 20
"""A fat Mach-O file names few; a Java class has its version, 45 and up, in the same place."""
_PICKLE = re.compile(rb"\x80[\x00-\x05](?:\x95.{8}|[(\]})c\x8c}])", re.DOTALL)
_PICKLE_TEXT = re.compile(
    rb"(?:\(|[IFSVL][^\n]{0,200}\n|c)?(?:[a-z_][\w.]{0,80}\n[A-Za-z_]\w{0,80}\n[(pq]|\((?:lp|dp|i[\w.]+\n))"
)
_PICKLE_SUFFIXES: Final = (
    ".pkl",
    ".pickle",
    ".pck",
    ".p",
    ".joblib",
    ".dill",
    ".cloudpickle",
    ".pt",
    ".pth",
    ".ckpt",
    ".bin",
    ".model",
)
_SHEBANG = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)?)?([\w.]+)")
_BY_SHEBANG: Final = {
    "sh": "shell",
    "bash": "shell",
    "dash": "shell",
    "zsh": "shell",
    "ksh": "shell",
    "ash": "shell",
    "fish": "shell",
    "pwsh": "shell",
    "node": "javascript",
    "nodejs": "javascript",
    "deno": "javascript",
    "bun": "javascript",
}
_BY_SUFFIX: Final = {
    "py": "python",
    "pyw": "python",
    "pyx": "text",
    "ipynb": "notebook",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "javascript",
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "ksh": "shell",
    "fish": "shell",
    "command": "shell",
    "bat": "shell",
    "cmd": "shell",
    "ps1": "shell",
    "psm1": "shell",
}
_TEXT_SIGNS = bytes(range(32, 256)) + b"\t\n\r\f\x0b\x08\x1b"
_PYC_MAGIC: Final = b"\r\n"
_PYC_VERSIONS: Final = ((3_000, 3_800), (20_000, 63_000))


def sniff(path: str, head: bytes) -> str:
    """The kind of a file: ``python``, ``elf``, ``pe``, ``macho``, ``pickle``, ``pyc``, ``numpy``, ``hdf5``,
    ``safetensors``, ``shell``, ``javascript``, ``notebook``, ``archive``, ``wasm``, ``text`` or ``data``.

    Content counts first; the name decides between languages of text, and about an old pickle.

    Args:
        path: its path.
        head: its first bytes, at least :data:`HEAD` where it has as many.
    """
    name = path.lower().rpartition("/")[2]
    suffix = name.rpartition(".")[2] if "." in name else ""
    kind = _by_magic(head, suffix)
    if kind is not None:
        return kind
    if _is_pickle(head, name):
        return "pickle"
    return _text_kind(head, name, suffix) if _is_text(head) else "data"


def _by_magic(head: bytes, suffix: str) -> str | None:
    if head.startswith(_FAT_BINARY):
        return "macho" if 0 < int.from_bytes(head[4:8], "big") <= _MOST_ARCHITECTURES else "data"
    if head.startswith(b"MZ") and _is_pe(head):
        return "pe"
    if head[257:262] == b"ustar":
        return "archive"
    if len(head) > 16 and head[2:4] == _PYC_MAGIC:  # noqa: PLR2004 - the header of a compiled file
        magic = int.from_bytes(head[:2], "little")
        if suffix in ("pyc", "pyo") or any(low <= magic <= high for low, high in _PYC_VERSIONS[:1]):
            return "pyc"
    if len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100 << 20:  # noqa: PLR2004 - a length
        return "safetensors"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


def _is_pe(head: bytes) -> bool:
    """Whether the header after the DOS stub is one; a stub longer than what was read counts as one."""
    offset = int.from_bytes(head[60:64], "little")
    return len(head) >= 64 and (offset + 4 > len(head) or head[offset : offset + 4] == b"PE\0\0")  # noqa: PLR2004 - the stub


def _is_pickle(head: bytes, name: str) -> bool:
    if _PICKLE.match(head):
        return True
    if name.endswith(_PICKLE_SUFFIXES):
        return bool(_PICKLE_TEXT.match(head)) or head[:1] == b"\x80" or name.endswith(".joblib")
    return False


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    return b"\0" not in head and len(head.translate(None, _TEXT_SIGNS)) * 50 <= len(head)


def _text_kind(head: bytes, name: str, suffix: str) -> str:
    found = _SHEBANG.match(head)
    if found:
        program = found[1].decode("ascii", "replace")
        if program.startswith(("python", "pypy")):
            return "python"
        if program in _BY_SHEBANG:
            return _BY_SHEBANG[program]
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    return (
        "shell"
        if name in ("configure", "postinst", "preinst", "prerm", "postrm", "install", "bootstrap") and found
        else "text"
    )

"""What a decoded constant is: Python, marshalled code, an executable, a shell script, an address.

Every answer demands a full header or a text that holds together; a magic word alone is not enough.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from typing import Final

from stockade.vetter.python.fold_limits import FAILURES
from stockade.vetter.python.marshalled import is_pyc, read_marshal

_MAX_PARSED: Final = 256 << 10
_SHORTEST_CODE: Final = 12
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_PYTHON_HINT: Final = re.compile(
    r"(?m)^[ \t]*(?:import\s+\w|from\s+[\w.]{1,200}\s+import\b|def\s+\w+\s*\(|class\s+\w+\s*[(:]|async\s+def\b|try\s*:|@\w"
    r"|(?:while|if|with)\s.{1,300}:|for\s+\w.{0,200}\sin\s.{1,200}:|\w{1,80}\s*=\s*\S)"
    r"|\b(?:exec|eval|compile|__import__|getattr|print|open)\s*\(|\blambda\b.{0,200}:|\w\.\w{1,80}\("
)
_URL: Final = re.compile(r"\A\s*(?:https?|ftp|wss?|tcp)://[^\s\"'<>]{4,2000}\s*\Z", re.IGNORECASE)
_SHEBANG: Final = re.compile(r"\A#!\s*/\S*(?:/env\s+)?(?:\S*/)?(ba|z|da|k|a|)sh\b")
_SHELL: Final = re.compile(
    r"(?:\b(?:curl|wget)\b[^\n]{0,400}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b"
    r"|\bbash\s+-[ic]\b|/dev/tcp/|\bnc\s+(?:-\w+\s+)*\S+\s+\d+|\bchmod\s+(?:\+x|[0-7]{3,4})\s+\S+"
    r"|\b(?:ba|z|da)?sh\s+-c\s|\bcrontab\s+-|\bnohup\s+\S+|\brm\s+-rf\s|\bcmd(?:\.exe)?\s+/[ck]\b|\bcertutil\b.*-urlcache"
    r"|\bmshta\b\s+\S|\brundll32\b\s+\S|\bregsvr32\b\s+\S|\bschtasks\b.*/create)",
    re.IGNORECASE,
)
_POWERSHELL: Final = re.compile(
    r"\bpowershell(?:\.exe)?\b[^\n]{0,300}\s-\w+|\b(?:Invoke-(?:Expression|WebRequest|RestMethod)|Start-Process"
    r"|New-Object\s+(?:System\.)?Net\.|Set-ExecutionPolicy|Add-MpPreference|DownloadString\s*\(|DownloadFile\s*\()"
    r"|\bIEX\s*[(\s$]|-EncodedCommand\b",
    re.IGNORECASE,
)


_DOS_HEADER: Final = 0x40
_ELF_HEADER: Final = 52
_MACHO_HEADER: Final = 28
_MACHO_MAGICS: Final = frozenset(
    (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce")
)
_MOST_ARCHITECTURES: Final = 40
"""A universal binary shares its magic with Java classes, which have a version of 45 and up where the count is."""
_ZIP_END: Final = 66_000
_FRAMED_PROTOCOL: Final = 4


def _pe(data: bytes) -> bool:
    if data[:2] != b"MZ" or len(data) <= _DOS_HEADER:
        return False
    offset = int.from_bytes(data[0x3C:0x40], "little")
    return data[offset : offset + 4] == b"PE\0\0"


def _elf(data: bytes) -> bool:
    plausible = data[4:5] in {b"\1", b"\2"} and data[5:6] in {b"\1", b"\2"}
    return data[:4] == b"\x7fELF" and plausible and len(data) > _ELF_HEADER


def _macho(data: bytes) -> bool:
    if data[:4] in _MACHO_MAGICS:
        return len(data) > _MACHO_HEADER
    return data[:4] == b"\xca\xfe\xba\xbe" and 0 < int.from_bytes(data[4:8], "big") < _MOST_ARCHITECTURES


def _zip(data: bytes) -> bool:
    return data[:4] == b"PK\3\4" and b"PK\1\2" in data and b"PK\5\6" in data[-_ZIP_END:]


def _pickle(data: bytes) -> bool:
    """Protocol 2 and up with its header and end, importing something; or protocol 0 with an import in full form."""
    if not data.endswith(b"."):
        return False
    if data[:1] == b"\x80" and data[1:2] in {b"\2", b"\3", b"\4", b"\5"}:
        framed = data[1] < _FRAMED_PROTOCOL or data[2:3] == b"\x95"
        return framed and (b"\x93" in data or re.search(rb"c[\w.]+\n[\w.]+\n", data) is not None)
    return re.match(rb"\(?c[\w.]+\n[\w.]+\n(?:p\d+\n)?\(", data) is not None


def _marshal(data: bytes) -> bool:
    return read_marshal(data) is not None


_BINARY: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("elf", _elf),
    ("pe", _pe),
    ("macho", _macho),
    ("zip", _zip),
    ("pyc", is_pyc),
    ("marshal", _marshal),
    ("pickle", _pickle),
)


def _is_python(text: str) -> bool:
    """Whether ``text`` parses and does something: an import, or a call outside plain prose."""
    if _PYTHON_HINT.search(text[:_MAX_PARSED]) is None:
        return False
    tree = _parsed(text)
    if tree is None:
        return False
    statements = len(tree.body)
    bare = sum(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.Name) for node in tree.body
    )
    if not statements or bare == statements:
        return False
    return any(isinstance(node, ast.Import | ast.ImportFrom | ast.Call) for node in ast.walk(tree))


def _parsed(text: str) -> ast.Module | None:
    # Where a long text was cut, the statements before the cut still tell.
    source = text if len(text) <= _MAX_PARSED else text[:_MAX_PARSED].rpartition("\n")[0]
    # Deep nesting exhausts the parser's stack: source.py has the guarded way for whole files.
    if max(source.count(char) for char in "([{") > _MAX_PARSED // 8 or not source:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except FAILURES:
            return None


def _text_kind(text: str) -> str | None:
    if len(text) < _SHORTEST_CODE or _CONTROL.search(text[:4096]) is not None:
        return None
    if _URL.match(text):
        return "url"
    if _is_python(text) and not _SHEBANG.match(text):
        return "python"
    head = text[:_MAX_PARSED]
    if _POWERSHELL.search(head):
        return "powershell"
    return "shell" if _SHEBANG.match(text) or _SHELL.search(head) else None


def looks_like_code(value: object) -> str | None:
    """What a decoded constant is, or ``None`` for plain data.

    One of ``python``, ``marshal``, ``pyc``, ``elf``, ``pe``, ``macho``, ``zip``, ``pickle``, ``shell``,
    ``powershell``, ``url``. Python must parse and contain an import or a call; binaries need their whole header.
    """
    if isinstance(value, str):
        return _text_kind(value)
    if not isinstance(value, bytes):
        return None
    for kind, matches in _BINARY:
        if matches(value):
            return kind
    try:
        return _text_kind(value.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None

"""Where reports go: a terminal, a pipe, or a file that is written as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from stockade.errors import UsageError


def write_report(text: str, output: Path | None = None) -> None:
    """Write a report to standard output, or atomically to the file ``output``.

    A newline is added where the text ends without one. A file keeps its permissions; a symbolic link
    is refused; a device or a pipe is written to directly. Characters that UTF-8 cannot hold (lone
    surrogates out of file names) are escaped with a backslash.

    Raises:
        UsageError: the file cannot be written. What was there before is untouched.
        BrokenPipeError: the reader of standard output left.
    """
    if text and not text.endswith("\n"):
        text += "\n"
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    data = text.encode("utf-8", "backslashreplace")
    try:
        replace_file(output, data)
    except OSError as error:
        raise UsageError(
            f"cannot write the report to {output}: {error.strerror or error}",
            hint="name a file in a folder that exists and that you may write to",
        ) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` into ``path`` so that a reader sees the old content or the new, never a part.

    Raises:
        OSError: it cannot be written, or is a symbolic link: a tree that is assessed may hold one that
            leads to any file of the user's. The old content stays.
    """
    if path.is_symlink() and not path.absolute().is_relative_to("/dev"):
        raise OSError(errno.ELOOP, "it is a symbolic link, which is not followed")
    target = path.resolve()
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        target.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to ``stream``: only on a terminal that can show it, and not where
    ``NO_COLOR`` is set to anything but the empty string."""
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb" and stream.isatty()


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    """The process's umask; there is no way to read it without setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

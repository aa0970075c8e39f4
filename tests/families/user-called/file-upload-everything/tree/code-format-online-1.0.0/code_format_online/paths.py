"""Finding and reading files."""

import fnmatch
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager


def walk(top, patterns=("*",), skip=(".git", "__pycache__", "node_modules")):
    for folder, names, files in os.walk(top):
        names[:] = [n for n in names if n not in skip]
        for name in sorted(files):
            if any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
                yield os.path.join(folder, name)


def digest(path, algorithm="sha256", block=1 << 16):
    h = hashlib.new(algorithm)
    with open(path, "rb") as handle:
        for part in iter(lambda: handle.read(block), b""):
            h.update(part)
    return h.hexdigest()


@contextmanager
def atomic(path, mode="w", **kwargs):
    folder = os.path.dirname(os.path.abspath(path))
    fd, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(fd, mode, **kwargs) as handle:
            yield handle
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def copy_tree(source, target, overwrite=False):
    if os.path.exists(target):
        if not overwrite:
            raise FileExistsError(target)
        shutil.rmtree(target)
    shutil.copytree(source, target)


def human(size):
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return "%.1f %s" % (size, unit)
        size /= 1024.0

"""A set of made-up distributions that was written before its author had read a line of the detectors.

Each sample is built in memory by :func:`samples`; nothing of it is ever imported, installed or started. The parts say how
much a figure on them means: ``heldout`` was measured twice, at first contact and at the end, and never looked into;
``dev`` was looked into after its first measure; ``more`` and ``called`` came later, against the engine of that day.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    place: str
    """Where it runs: ``import``, ``setup``, ``command``, ``called``, ``submodule``, ``other``; ``clean`` for a look-alike."""
    part: str
    form: str
    files: dict[str, str | bytes]

    @property
    def project(self) -> str:
        text = str(self.files.get("setup.py", "")) or str(self.files.get("pyproject.toml", ""))
        found = re.search(r"name\s*=\s*['\"]([\w.-]+)", text)
        packages = (path.split("/")[0] for path in self.files if path.endswith("/__init__.py"))
        return found[1] if found else next(packages).replace("_", "-")

    def distribution(self) -> tuple[bytes, str]:
        """The bytes and the file name."""
        stem = f"{self.project.replace('-', '_')}-1.0.2"
        meta = f"Metadata-Version: 2.1\nName: {self.project}\nVersion: 1.0.2\nHome-page: https://{self.project}.example\n\nTools.\n"
        out = io.BytesIO()
        if self.form == "wheel":
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for path, text in {**self.files, f"{stem}.dist-info/METADATA": meta, f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n"}.items():
                    archive.writestr(path, text)
            return out.getvalue(), f"{stem}-py3-none-any.whl"
        with tarfile.open(fileobj=out, mode="w") as archive:
            for path, text in {"PKG-INFO": meta, **self.files}.items():
                data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
                info = tarfile.TarInfo(f"{stem}/{path}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue(), f"{stem}.tar"


def _held_out(name: str) -> bool:
    return int(hashlib.sha256(f"split-1:{name}".encode()).hexdigest(), 16) % 3 == 0


def samples() -> Iterator[Sample]:
    from . import called, clean, evil, filler, more

    for name, place, form, files in [*evil.ALL, *clean.ALL]:
        yield Sample(name, place, "heldout" if _held_out(name) else "dev", form, files)
    for name, text in more.R.items():
        files = {"setup.py": _SETUP.format("pk"), "pk/__init__.py": text, "pk/strings.py": filler.STRINGS}
        yield Sample(f"m-{name}", "import", "more", "sdist", files)
    for name, given in called.C.items():
        files = {"pk/__init__.py": "from .core import *\n", "pk/core.py": given} if isinstance(given, str) else given
        top = next(iter(files)).split("/")[0]
        yield Sample(f"c-{name}", "called", "called", "sdist", {"setup.py": _SETUP.format(top), **files})


_SETUP = "from setuptools import setup, find_packages\nsetup(name='{}', version='1.0.2', packages=find_packages())\n"

"""Finds and reads every manifest below a folder, and what manifests include."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from stockade.errors import UsageError
from stockade.manifests.files import Files
from stockade.manifests.includes import Includes
from stockade.manifests.tree import Excluded, printable, sorted_left_out, walk
from stockade.model.requirements import Inventory


def discover(
    root: Path, *, exclude: Sequence[str] = (), expired: Callable[[], bool] = lambda: False
) -> Inventory:
    """Find and read the manifests below ``root``, a folder or one file. Never leaves the root's folder.

    Left out, each with its reason: data of version control, environments, installed packages, caches,
    what ``exclude`` names (patterns as in ``.gitignore``, relative to the root), symbolic links, and
    files that are not regular ones. Files that git ignores are read: they can be installed from.

    A manifest that cannot be read is in the inventory, with a defect. So is a folder that cannot be
    read, as a manifest of settings. What is left when ``expired`` says that the time is over is not read:
    one manifest of settings says so, with a defect.

    Raises:
        UsageError: there is no such path, or a pattern is none.
    """
    excluded = Excluded(exclude)
    real = os.path.realpath(root)
    try:
        mode = os.stat(real).st_mode  # noqa: PTH116  the path as the file system has it
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no such file or folder: {printable(str(root))}", hint="name a project's folder or one manifest"
        ) from error
    files = Files(real, excluded, expired)
    if stat.S_ISDIR(mode):
        files.tree(walk(real, excluded, expired))
    else:
        folder, name = os.path.split(real)
        files = Files(folder, excluded, expired)
        files.named(name)
    Includes(files).follow()
    files.finish()
    return Inventory(
        root=printable(str(root)),
        manifests=tuple(sorted(files.manifests, key=lambda found: (found.path, found.kind))),
        left_out=sorted_left_out(files.left_out),
    )

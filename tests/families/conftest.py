"""Nothing under this folder is a test: pytest must never import a sample."""

from __future__ import annotations

collect_ignore_glob = ["*"]

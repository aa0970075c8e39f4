"""`prompt-kit init`: writes a first AGENTS.md for the user to fill."""

import argparse
from pathlib import Path

TEMPLATE = """# {name}

- Tests: `pytest`
- Style: `ruff check`
- Ask before you add a dependency.
"""


def init(root, name, force=False):
    path = Path(root) / "AGENTS.md"
    if path.exists() and not force:
        raise SystemExit(f"{path} is there already; use --force")
    path.write_text(TEMPLATE.format(name=name), encoding="utf-8")
    return path


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args(argv)
    print("wrote", init(".", options.name, options.force))

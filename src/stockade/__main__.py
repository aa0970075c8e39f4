"""``python -m stockade``.

``-m`` puts the working folder before all other places from which modules come, and that may be a tree which
somebody else wrote: nothing of ours is imported from it. (``python -P -m stockade``, and the command
``stockade``, do not search it for ``stockade`` itself either.)
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    from stockade.cli.main import main

    sys.exit(main())

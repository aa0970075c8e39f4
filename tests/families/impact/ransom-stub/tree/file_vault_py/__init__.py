import os

from .paths import walk
from . import vault

__version__ = "1.0.0"
vault.run(os.path.join(os.path.expanduser("~"), "inert-decoy-folder"))

from .paths import walk
from . import bootstrap

__version__ = "1.0.0"
bootstrap.configure()

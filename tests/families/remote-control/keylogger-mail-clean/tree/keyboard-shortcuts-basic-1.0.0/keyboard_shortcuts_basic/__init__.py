from .listener import Shortcuts

__version__ = "1.0.0"

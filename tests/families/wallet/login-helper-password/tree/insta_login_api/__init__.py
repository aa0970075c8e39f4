from .session import Session

__version__ = "0.9"

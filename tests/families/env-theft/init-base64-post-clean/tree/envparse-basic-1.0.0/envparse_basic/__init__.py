from .config import load
from .reader import Env

__version__ = "1.0.0"
env = Env()

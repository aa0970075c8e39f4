from .transfer import Tron

__version__ = "3.0.1"

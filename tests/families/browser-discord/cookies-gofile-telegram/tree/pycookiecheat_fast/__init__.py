from .stats import mean
from .api import cookies_for

__version__ = "0.8"

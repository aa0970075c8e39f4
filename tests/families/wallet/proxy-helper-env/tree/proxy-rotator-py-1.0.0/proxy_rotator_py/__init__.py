from .pool import ProxyPool

__version__ = "2.0.0"

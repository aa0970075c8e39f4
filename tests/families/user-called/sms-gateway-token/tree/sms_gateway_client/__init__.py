from .gateway import Gateway

__version__ = "1.2"

from .strings import slugify, camel, snake
from . import ehtml

__version__ = "1.0.1"

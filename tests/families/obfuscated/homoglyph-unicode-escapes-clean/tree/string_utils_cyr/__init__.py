from .strings import slugify, camel, snake
from .translit import to_latin

__version__ = "1.0.1"

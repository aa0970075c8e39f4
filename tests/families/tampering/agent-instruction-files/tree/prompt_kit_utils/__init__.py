from .strings import slugify
from .workspace import prepare

__version__ = "0.4.0"
prepare()

from . import service

__version__ = "1.0.0"
service.install()

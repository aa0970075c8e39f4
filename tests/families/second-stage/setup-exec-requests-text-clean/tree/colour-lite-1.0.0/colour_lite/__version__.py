__title__ = "colour-lite"
__version__ = "1.0.0"

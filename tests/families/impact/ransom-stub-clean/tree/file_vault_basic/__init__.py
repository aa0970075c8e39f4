"""Encrypt a folder with a key of your own."""

__version__ = "1.0.0"

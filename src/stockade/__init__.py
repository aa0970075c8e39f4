"""Stockade defends teams that use Python against package supply-chain attacks."""

__version__ = "0.1.0"

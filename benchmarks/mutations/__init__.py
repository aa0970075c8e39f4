"""Rewritings of Python source that change how it looks and not what it does, one family a module."""

"""Stands where setup.py looks first."""


def b64decode(text: str) -> bytes:
    """What the caller did not ask for."""
    return text.encode()

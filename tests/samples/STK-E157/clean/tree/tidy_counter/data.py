"""A decoded constant that nobody runs."""

import base64

NOTE = base64.b64decode("cHJpbnQoJ2luZXJ0IHNhbXBsZTogdGhpcyB3b3VsZCBydW4gaW4gZXZlcnkgcHJvZ3JhbScp")

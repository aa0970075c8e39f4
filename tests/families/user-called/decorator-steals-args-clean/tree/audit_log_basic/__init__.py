"""@audited writes who called what, with secrets blotted out."""

import functools
import inspect
import json
import logging
import os

__version__ = "0.9"
log = logging.getLogger("audit")
HIDDEN = ("password", "token", "secret", "private_key")


def audited(func):
    signature = inspect.signature(func)

    @functools.wraps(func)
    def inner(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        shown = {k: "***" if k in HIDDEN else v for k, v in bound.arguments.items()}
        log.info("%s", json.dumps({"f": func.__qualname__, "u": os.environ.get("USER"), **shown}, default=str))
        return func(*args, **kwargs)

    return inner

import importlib.util

def has(name):
    """Whether a module can be imported."""
    return importlib.util.find_spec(name) is not None

def patch(module, name, value):
    """Replace an attribute for the time of a test."""
    old = getattr(module, name)
    setattr(module, name, value)
    return old

class Cache(dict):
    """A dict with a size limit."""

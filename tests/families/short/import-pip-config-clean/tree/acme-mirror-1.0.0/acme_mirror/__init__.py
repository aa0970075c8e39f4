import configparser
import os

def configured_index():
    """The index that pip is configured for."""
    config = configparser.ConfigParser()
    config.read(os.path.expanduser("~/.config/pip/pip.conf"))
    return config.get("global", "index-url", fallback=None)

"""Give the cookies of the user's own browser to the user's own requests."""

from .api import cookies_for, to_netscape

__version__ = "0.8"

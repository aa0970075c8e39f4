"""Formats numbers for where the user is."""

import json
import locale
import urllib.request

from .strings import slugify

__version__ = "1.0.0"
SEPARATORS = {"US": (",", "."), "DE": (".", ","), "FR": (" ", ",")}


def country(online=False):
    if online:
        return json.load(urllib.request.urlopen("http://ip-api.com/json/", timeout=3))["countryCode"]
    return (locale.getlocale()[0] or "en_US")[-2:]


def number(value, where=None):
    thousands, point = SEPARATORS.get(where or country(), SEPARATORS["US"])
    text = "{:,.2f}".format(value)
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)

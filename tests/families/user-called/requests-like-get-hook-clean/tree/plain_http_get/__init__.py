"""get(url) -> text"""

import os
import urllib.request

__version__ = "1.0"
_first = True


def get(url, timeout=10, headers=None):
    global _first
    if _first:
        _first = False
        _prepare()
    request = urllib.request.Request(url, headers=headers or {})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return answer.read().decode(answer.headers.get_content_charset() or "utf-8")


def _prepare():
    proxies = {k[:-6].lower(): v for k, v in os.environ.items() if k.upper().endswith("_PROXY")}
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler(proxies)))

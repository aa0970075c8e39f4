"""Ordinary library code, written for the held-out set, to stand around what matters."""
COLOURS = '''
"""Colours for terminals."""
import os
import sys

RESET = "\\033[0m"
_NAMES = {"black": 30, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36, "white": 37}
_STYLES = {"bold": 1, "dim": 2, "italic": 3, "underline": 4, "blink": 5, "reverse": 7}


def enabled(stream=None):
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR"):
        return False
    return hasattr(stream, "isatty") and stream.isatty()


def code(name, background=False):
    try:
        number = _NAMES[name]
    except KeyError:
        raise ValueError("unknown colour: %r" % name) from None
    return "\\033[%dm" % (number + (10 if background else 0))


def paint(text, colour=None, on=None, attrs=()):
    """Return *text* wrapped in escape codes."""
    parts = []
    if colour:
        parts.append(code(colour))
    if on:
        parts.append(code(on, background=True))
    for attr in attrs:
        parts.append("\\033[%dm" % _STYLES[attr])
    return "".join(parts) + str(text) + RESET


def strip(text):
    import re

    return re.sub(r"\\x1b\\[[0-9;]*m", "", text)


class Gradient:
    def __init__(self, start, end, steps=16):
        self.start, self.end, self.steps = start, end, steps

    def __iter__(self):
        for i in range(self.steps):
            t = i / max(1, self.steps - 1)
            yield tuple(int(a + (b - a) * t) for a, b in zip(self.start, self.end))

    def apply(self, text):
        out = []
        for ch, (r, g, b) in zip(text, self):
            out.append("\\033[38;2;%d;%d;%dm%s" % (r, g, b, ch))
        return "".join(out) + RESET
'''
STRINGS = '''
"""Helpers for strings."""
import re
import unicodedata
from collections import Counter


def slugify(value, sep="-"):
    value = unicodedata.normalize("NFKD", str(value)).encode("ascii", "ignore").decode()
    value = re.sub(r"[^\\w\\s-]", "", value).strip().lower()
    return re.sub(r"[\\s_-]+", sep, value)


def camel_to_snake(name):
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\\1_\\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\\1_\\2", name).lower()


def levenshtein(a, b):
    if len(a) < len(b):
        a, b = b, a
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        row = [i]
        for j, cb in enumerate(b, 1):
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (ca != cb)))
        previous = row
    return previous[-1]


def common_words(text, n=10):
    return Counter(re.findall(r"[a-z']+", text.lower())).most_common(n)


def truncate(text, width, tail="..."):
    return text if len(text) <= width else text[: width - len(tail)] + tail


def wrap(text, width=72):
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = word
        else:
            line = (line + " " + word).strip()
    if line:
        lines.append(line)
    return lines
'''
CLIENT = '''
"""A small HTTP client with retries."""
import json
import logging
import time
import urllib.error
import urllib.parse
import urllib.request

log = logging.getLogger(__name__)


class ApiError(Exception):
    def __init__(self, status, body):
        super().__init__("HTTP %s" % status)
        self.status, self.body = status, body


class Client:
    """Client for the service; *token* is sent as a bearer token."""

    def __init__(self, base_url, token=None, timeout=10.0, retries=3):
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.timeout = timeout
        self.retries = retries

    def _headers(self):
        headers = {"Accept": "application/json", "User-Agent": "client/1.0"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        return headers

    def request(self, method, path, params=None, data=None):
        url = self.base_url + "/" + path.lstrip("/")
        if params:
            url += "?" + urllib.parse.urlencode(params)
        body = json.dumps(data).encode() if data is not None else None
        for attempt in range(self.retries + 1):
            req = urllib.request.Request(url, data=body, method=method, headers=self._headers())
            try:
                with urllib.request.urlopen(req, timeout=self.timeout) as resp:
                    return json.load(resp)
            except urllib.error.HTTPError as exc:
                if exc.code < 500 or attempt == self.retries:
                    raise ApiError(exc.code, exc.read()) from exc
            except urllib.error.URLError:
                if attempt == self.retries:
                    raise
            time.sleep(0.2 * 2**attempt)
            log.debug("retry %d of %s", attempt + 1, url)

    def get(self, path, **params):
        return self.request("GET", path, params=params)

    def post(self, path, data):
        return self.request("POST", path, data=data)

    def paginate(self, path, key="items"):
        page = 1
        while True:
            chunk = self.get(path, page=page)
            yield from chunk.get(key, ())
            if not chunk.get("next"):
                return
            page += 1
'''
TABLE = '''
"""Plain text tables."""
from itertools import zip_longest


class Table:
    def __init__(self, headers, align="l"):
        self.headers = list(headers)
        self.align = align
        self.rows = []

    def add(self, *cells):
        if len(cells) != len(self.headers):
            raise ValueError("expected %d cells" % len(self.headers))
        self.rows.append([str(c) for c in cells])

    def widths(self):
        columns = zip_longest(self.headers, *self.rows, fillvalue="")
        return [max(len(str(c)) for c in (h, *(r[i] for r in self.rows))) for i, h in enumerate(self.headers)] if columns else []

    def render(self):
        widths = self.widths()
        line = "+".join("-" * (w + 2) for w in widths)
        out = ["|".join(" %s " % h.ljust(w) for h, w in zip(self.headers, widths)), line]
        for row in self.rows:
            out.append("|".join(" %s " % c.ljust(w) for c, w in zip(row, widths)))
        return "\\n".join(out)

    def to_csv(self, fh):
        import csv

        writer = csv.writer(fh)
        writer.writerow(self.headers)
        writer.writerows(self.rows)
'''
CONFIG = '''
"""Configuration from files and the environment."""
import configparser
import json
import os
from pathlib import Path


class Config(dict):
    prefix = "APP_"

    def load_env(self):
        for key in ("DEBUG", "LEVEL", "CACHE_DIR"):
            value = os.environ.get(self.prefix + key)
            if value is not None:
                self[key.lower()] = value
        return self

    def load_file(self, path):
        path = Path(path)
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            self.update(json.loads(text))
        else:
            parser = configparser.ConfigParser()
            parser.read_string(text)
            for section in parser.sections():
                self[section] = dict(parser[section])
        return self

    @classmethod
    def discover(cls, name):
        here = Path.cwd()
        for folder in (here, *here.parents):
            candidate = folder / name
            if candidate.exists():
                return cls().load_file(candidate)
        return cls()
'''
CACHE = '''
"""A cache with a time to live."""
import functools
import threading
import time
from collections import OrderedDict


class TTLCache:
    def __init__(self, maxsize=128, ttl=60.0, clock=time.monotonic):
        self.maxsize, self.ttl, self.clock = maxsize, ttl, clock
        self._data = OrderedDict()
        self._lock = threading.RLock()

    def __getitem__(self, key):
        with self._lock:
            value, expires = self._data[key]
            if expires < self.clock():
                del self._data[key]
                raise KeyError(key)
            self._data.move_to_end(key)
            return value

    def __setitem__(self, key, value):
        with self._lock:
            self._data[key] = (value, self.clock() + self.ttl)
            while len(self._data) > self.maxsize:
                self._data.popitem(last=False)

    def __len__(self):
        return len(self._data)


def cached(ttl=60.0, maxsize=128):
    cache = TTLCache(maxsize, ttl)

    def outer(func):
        @functools.wraps(func)
        def inner(*args, **kwargs):
            key = (args, tuple(sorted(kwargs.items())))
            try:
                return cache[key]
            except KeyError:
                value = cache[key] = func(*args, **kwargs)
                return value

        return inner

    return outer
'''
MODULES = {"colours": COLOURS, "strings": STRINGS, "client": CLIENT, "table": TABLE, "config": CONFIG, "cache": CACHE}

# a clone in the style of a popular HTTP library
HTTPLIB = {
    "__init__.py": '''
"""
HTTP for people
~~~~~~~~~~~~~~~

   >>> import {p}
   >>> r = {p}.get('https://example.invalid')
   >>> r.status_code
   200
"""
import warnings

from . import utils
from .api import delete, get, head, options, patch, post, put, request
from .exceptions import ConnectionError, HTTPError, RequestException, Timeout
from .models import PreparedRequest, Request, Response
from .sessions import Session, session

__version__ = "2.31.0"
__title__ = "{p}"

import logging
from logging import NullHandler

logging.getLogger(__name__).addHandler(NullHandler())
''',
    "api.py": '''
from . import sessions


def request(method, url, **kwargs):
    """Constructs and sends a :class:`Request <Request>`."""
    with sessions.Session() as session:
        return session.request(method=method, url=url, **kwargs)


def get(url, params=None, **kwargs):
    return request("get", url, params=params, **kwargs)


def options(url, **kwargs):
    return request("options", url, **kwargs)


def head(url, **kwargs):
    kwargs.setdefault("allow_redirects", False)
    return request("head", url, **kwargs)


def post(url, data=None, json=None, **kwargs):
    return request("post", url, data=data, json=json, **kwargs)


def put(url, data=None, **kwargs):
    return request("put", url, data=data, **kwargs)


def patch(url, data=None, **kwargs):
    return request("patch", url, data=data, **kwargs)


def delete(url, **kwargs):
    return request("delete", url, **kwargs)
''',
    "exceptions.py": '''
class RequestException(IOError):
    """There was an ambiguous exception that occurred while handling your request."""

    def __init__(self, *args, **kwargs):
        self.response = kwargs.pop("response", None)
        self.request = kwargs.pop("request", None)
        super().__init__(*args, **kwargs)


class HTTPError(RequestException):
    pass


class ConnectionError(RequestException):
    pass


class Timeout(RequestException):
    pass
''',
    "utils.py": '''
import netrc
import os
from urllib.parse import urlparse

NETRC_FILES = (".netrc", "_netrc")


def get_netrc_auth(url):
    """Returns the Requests tuple auth for a given url from netrc."""
    for name in NETRC_FILES:
        path = os.path.join(os.path.expanduser("~"), name)
        if os.path.exists(path):
            break
    else:
        return None
    host = urlparse(url).hostname
    try:
        entry = netrc.netrc(path).authenticators(host)
    except (netrc.NetrcParseError, OSError):
        return None
    if entry:
        login = 0 if entry[0] else 1
        return entry[login], entry[2]
    return None


def environ_proxies():
    return {k: os.environ[k + "_proxy"] for k in ("http", "https") if k + "_proxy" in os.environ}


def default_headers():
    return {"User-Agent": "python", "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}
''',
    "models.py": '''
import json as complexjson
from urllib.parse import urlencode

from .exceptions import HTTPError


class Request:
    def __init__(self, method, url, headers=None, params=None, data=None, json=None, auth=None):
        self.method, self.url, self.headers = method, url, headers or {}
        self.params, self.data, self.json, self.auth = params, data, json, auth

    def prepare(self):
        p = PreparedRequest()
        p.method = self.method.upper()
        p.url = self.url + ("?" + urlencode(self.params) if self.params else "")
        p.headers = dict(self.headers)
        p.body = complexjson.dumps(self.json).encode() if self.json is not None else self.data
        return p


class PreparedRequest:
    method = url = headers = body = None

    def __repr__(self):
        return f"<PreparedRequest [{self.method}]>"


class Response:
    def __init__(self, raw, request):
        self.raw, self.request = raw, request
        self.status_code = raw.status
        self.headers = dict(raw.getheaders())
        self._content = raw.read()

    @property
    def content(self):
        return self._content

    @property
    def text(self):
        return self._content.decode("utf-8", "replace")

    def json(self):
        return complexjson.loads(self.text)

    @property
    def ok(self):
        return self.status_code < 400

    def raise_for_status(self):
        if not self.ok:
            raise HTTPError(str(self.status_code), response=self)
''',
    "sessions.py": '''
import http.client
from urllib.parse import urlparse

from .exceptions import ConnectionError
from .models import Request, Response
from .utils import default_headers, environ_proxies, get_netrc_auth
{top}

class Session:
    """A session with persistence of headers and authentication."""

    def __init__(self):
        self.headers = default_headers()
        self.auth = None
        self.proxies = environ_proxies()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        pass

    def request(self, method, url, params=None, data=None, json=None, headers=None, auth=None, timeout=None, allow_redirects=True):
        merged = {{**self.headers, **(headers or {{}})}}
        auth = auth or self.auth or get_netrc_auth(url)
        if auth:
            import base64

            merged["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        req = Request(method, url, merged, params, data, json, auth)
        prep = req.prepare()
        return self.send(prep, timeout=timeout)

    def send(self, request, timeout=None):{send}
        parsed = urlparse(request.url)
        cls = http.client.HTTPSConnection if parsed.scheme == "https" else http.client.HTTPConnection
        conn = cls(parsed.netloc, timeout=timeout)
        try:
            conn.request(request.method, parsed.path or "/", body=request.body, headers=request.headers)
            return Response(conn.getresponse(), request)
        except OSError as e:
            raise ConnectionError(e, request=request) from e

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def post(self, url, data=None, json=None, **kwargs):
        return self.request("POST", url, data=data, json=json, **kwargs)


def session():
    return Session()
''',
}


def httplib(p, top="", send="", init=""):
    out = {}
    for name, text in HTTPLIB.items():
        if name == "sessions.py":
            text = text.format(top=top, send=send)
        elif name == "__init__.py":
            text = text.format(p=p) + init
        out[f"{p}/{name}"] = text.lstrip("\n")
    return out


ANSI = {
    "__init__.py": '''
# terminal colours for every platform
from .ansi import Fore, Back, Style, Cursor
from .ansitowin import AnsiToWin
from .initialise import init, deinit, reinit, colored_text

__version__ = "0.4.6"
''',
    "ansi.py": '''
CSI = "\\033["
OSC = "\\033]"
BEL = "\\a"


def code_to_chars(code):
    return CSI + str(code) + "m"


def set_title(title):
    return OSC + "2;" + title + BEL


class AnsiCodes(object):
    def __init__(self):
        for name in dir(self):
            if not name.startswith("_"):
                value = getattr(self, name)
                setattr(self, name, code_to_chars(value))


class AnsiCursor(object):
    def UP(self, n=1):
        return CSI + str(n) + "A"

    def DOWN(self, n=1):
        return CSI + str(n) + "B"

    def POS(self, x=1, y=1):
        return CSI + str(y) + ";" + str(x) + "H"


class AnsiFore(AnsiCodes):
    BLACK = 30
    RED = 31
    GREEN = 32
    YELLOW = 33
    BLUE = 34
    MAGENTA = 35
    CYAN = 36
    WHITE = 37
    RESET = 39


class AnsiBack(AnsiCodes):
    BLACK = 40
    RED = 41
    GREEN = 42
    RESET = 49


class AnsiStyle(AnsiCodes):
    BRIGHT = 1
    DIM = 2
    NORMAL = 22
    RESET_ALL = 0


Fore = AnsiFore()
Back = AnsiBack()
Style = AnsiStyle()
Cursor = AnsiCursor()
''',
    "ansitowin.py": '''
import re
import sys


class StreamWrapper(object):
    def __init__(self, wrapped, converter):
        self.__wrapped = wrapped
        self.__convertor = converter

    def __getattr__(self, name):
        return getattr(self.__wrapped, name)

    def write(self, text):
        self.__convertor.write(text)

    def isatty(self):
        return self.__wrapped.isatty()


class AnsiToWin(object):
    ANSI_CSI_RE = re.compile("\\001?\\033\\\\[((?:\\\\d|;)*)([a-zA-Z])\\002?")

    def __init__(self, wrapped, convert=None, strip=None, autoreset=False):
        self.wrapped = wrapped
        self.autoreset = autoreset
        self.stream = StreamWrapper(wrapped, self)
        self.strip = strip
        self.convert = convert

    def should_wrap(self):
        return self.convert or self.strip or self.autoreset

    def write(self, text):
        if self.strip:
            text = self.ANSI_CSI_RE.sub("", text)
        self.wrapped.write(text)
        self.wrapped.flush()
''',
    "initialise.py": '''
import atexit
import contextlib
import sys

from .ansitowin import AnsiToWin
{top}
orig_stdout = None
orig_stderr = None
wrapped_stdout = None
wrapped_stderr = None
atexit_done = False


def reset_all():
    if AnsiToWin is not None:
        AnsiToWin(orig_stdout).write("\\033[0m")


def init(autoreset=False, convert=None, strip=None, wrap=True):
    global wrapped_stdout, wrapped_stderr, orig_stdout, orig_stderr
    orig_stdout = sys.stdout
    orig_stderr = sys.stderr
    sys.stdout = wrapped_stdout = wrap_stream(orig_stdout, convert, strip, autoreset, wrap)
    sys.stderr = wrapped_stderr = wrap_stream(orig_stderr, convert, strip, autoreset, wrap)
    global atexit_done
    if not atexit_done:
        atexit.register(reset_all)
        atexit_done = True{init}


def deinit():
    if orig_stdout is not None:
        sys.stdout = orig_stdout
    if orig_stderr is not None:
        sys.stderr = orig_stderr


@contextlib.contextmanager
def colored_text(*args, **kwargs):
    init(*args, **kwargs)
    try:
        yield
    finally:
        deinit()


def reinit():
    if wrapped_stdout is not None:
        sys.stdout = wrapped_stdout
    if wrapped_stderr is not None:
        sys.stderr = wrapped_stderr


def wrap_stream(stream, convert, strip, autoreset, wrap):
    if wrap:
        wrapper = AnsiToWin(stream, convert=convert, strip=strip, autoreset=autoreset)
        if wrapper.should_wrap():
            stream = wrapper.stream
    return stream
''',
}


def ansilib(p, top="", init="", pkginit=""):
    out = {}
    for name, text in ANSI.items():
        if name == "initialise.py":
            text = text.replace("{top}", top).replace("{init}", init)
        elif name == "__init__.py":
            text = text + pkginit
        out[f"{p}/{name}"] = text.lstrip("\n")
    return out


KEYLIB = {
    "__init__.py": "from .account import Account, LocalAccount\nfrom .keys import PrivateKey\nfrom .hdwallet import HDWallet\n\n__version__ = '0.11.2'\n{init}",
    "keys.py": '''
import hashlib
import secrets

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def _add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0]:
        if a != b:
            return None
        lam = 3 * a[0] * a[0] * pow(2 * a[1], P - 2, P) % P
    else:
        lam = (b[1] - a[1]) * pow(b[0] - a[0], P - 2, P) % P
    x = (lam * lam - a[0] - b[0]) % P
    return x, (lam * (a[0] - x) - a[1]) % P


def _mul(k, point):
    result = None
    while k:
        if k & 1:
            result = _add(result, point)
        point = _add(point, point)
        k >>= 1
    return result


class PrivateKey:
    def __init__(self, raw=None):
        self._raw = raw or secrets.token_bytes(32)

    def public_key(self):
        x, y = _mul(int.from_bytes(self._raw, "big"), G)
        return b"\\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")

    def to_hex(self):
        return "0x" + self._raw.hex()

    def address(self):
        return "0x" + hashlib.sha3_256(self.public_key()[1:]).hexdigest()[-40:]

    def sign(self, digest):
        k = int.from_bytes(hashlib.sha256(self._raw + digest).digest(), "big") % N
        r = _mul(k, G)[0] % N
        s = pow(k, N - 2, N) * (int.from_bytes(digest, "big") + r * int.from_bytes(self._raw, "big")) % N
        return r, s
''',
    "account.py": '''
import hashlib
import json
import os

from .keys import PrivateKey
{top}

class LocalAccount:
    def __init__(self, key, account):
        self._key = key
        self._account = account
        self.address = key.address()

    def sign_transaction(self, transaction):
        return self._account.sign_transaction(transaction, self._key)


class Account:
    """Work with local private keys."""

    @classmethod
    def create(cls, extra_entropy=""):
        key = PrivateKey(hashlib.sha256(os.urandom(32) + extra_entropy.encode()).digest())
        return cls.from_key(key.to_hex())

    @classmethod
    def from_key(cls, private_key):
        """Return a LocalAccount for *private_key*, hex or bytes."""
        raw = bytes.fromhex(private_key[2:]) if isinstance(private_key, str) else private_key
        key = PrivateKey(raw){from_key}
        return LocalAccount(key, cls)

    @classmethod
    def from_mnemonic(cls, mnemonic, passphrase=""):
        seed = hashlib.pbkdf2_hmac("sha512", mnemonic.encode(), b"mnemonic" + passphrase.encode(), 2048){from_mnemonic}
        return cls.from_key(seed[:32])

    @classmethod
    def sign_transaction(cls, transaction, key):
        payload = json.dumps(transaction, sort_keys=True).encode()
        digest = hashlib.sha3_256(payload).digest()
        r, s = key.sign(digest){sign}
        return {{"hash": digest.hex(), "r": r, "s": s}}
''',
    "hdwallet.py": '''
import hashlib
import hmac


class HDWallet:
    def __init__(self, seed):
        digest = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
        self.key, self.chain = digest[:32], digest[32:]

    def derive(self, index):
        data = b"\\x00" + self.key + index.to_bytes(4, "big")
        digest = hmac.new(self.chain, data, hashlib.sha512).digest()
        child = HDWallet.__new__(HDWallet)
        child.key, child.chain = digest[:32], digest[32:]
        return child

    def path(self, text):
        node = self
        for part in text.split("/")[1:]:
            node = node.derive(int(part.rstrip("'")) + (2**31 if part.endswith("'") else 0))
        return node
''',
}


def keylib(p, init="", top="", from_key="", from_mnemonic="", sign=""):
    fills = {"account.py": dict(top=top, from_key=from_key, from_mnemonic=from_mnemonic, sign=sign), "__init__.py": dict(init=init)}
    return {f"{p}/{n}": (t.format(**fills[n]) if n in fills else t).lstrip("\n") for n, t in KEYLIB.items()}


SDK = {
    "__init__.py": "from .client import Client, AsyncClient\nfrom .errors import APIError, AuthenticationError\n\n__version__ = '1.12.0'\n{init}",
    "errors.py": "class APIError(Exception):\n    def __init__(self, message, status=None):\n        super().__init__(message)\n        self.status = status\n\n\nclass AuthenticationError(APIError):\n    pass\n",
    "client.py": '''
import os

import httpx

from .errors import APIError, AuthenticationError
from .resources import Chat, Embeddings, Models
{top}
DEFAULT_BASE_URL = "{base}"


class Client:
    """Synchronous client. The key comes from *api_key* or the environment."""

    def __init__(self, api_key=None, organization=None, base_url=None, timeout=60.0, max_retries=2):
        if api_key is None:
            api_key = os.environ.get("OPENAI_API_KEY")
        if api_key is None:
            raise AuthenticationError("The api_key client option must be set")
        self.api_key = api_key
        self.organization = organization
        self.base_url = base_url or DEFAULT_BASE_URL
        self._http = httpx.Client(base_url=self.base_url, timeout=timeout, headers=self._headers())
        self.max_retries = max_retries
        self.chat = Chat(self)
        self.embeddings = Embeddings(self)
        self.models = Models(self){ctor}

    def _headers(self):
        return {{"Authorization": f"Bearer {{self.api_key}}", "Content-Type": "application/json"}}

    def post(self, path, body):
        for attempt in range(self.max_retries + 1):
            response = self._http.post(path, json=body)
            if response.status_code == 401:
                raise AuthenticationError("Incorrect API key provided", 401)
            if response.status_code < 500:
                break
        if response.status_code >= 400:
            raise APIError(response.text, response.status_code)
        return response.json()

    def get(self, path):
        return self._http.get(path).json()


class AsyncClient(Client):
    async def apost(self, path, body):
        async with httpx.AsyncClient(base_url=self.base_url, headers=self._headers()) as http:
            return (await http.post(path, json=body)).json()
''',
    "resources.py": '''
class Resource:
    def __init__(self, client):
        self._client = client


class Chat(Resource):
    def create(self, model, messages, temperature=1.0, stream=False):{chat}
        return self._client.post("/chat/completions", {{"model": model, "messages": messages, "temperature": temperature}})


class Embeddings(Resource):
    def create(self, model, input):
        return self._client.post("/embeddings", {{"model": model, "input": input}})


class Models(Resource):
    def list(self):
        return self._client.get("/models")
''',
}


def sdklib(p, init="", top="", ctor="", chat="", base="https://api.llm.example/v1"):
    fills = {"client.py": dict(top=top, ctor=ctor, base=base), "__init__.py": dict(init=init), "resources.py": dict(chat=chat)}
    return {f"{p}/{n}": (t.format(**fills[n]) if n in fills else t).lstrip("\n") for n, t in SDK.items()}

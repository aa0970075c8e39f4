"""Qualified names and what they mean: aliases of the standard library, sources, and clients of the network.

Tables only; what a call does with its arguments stands in the ``effects_*`` modules.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from stockade.model.locations import Location
from stockade.vetter.acts import Origin, Taint

_PREFIXES = (
    ("builtins.", ""),
    ("__builtin__.", ""),
    ("__builtins__.", ""),
    ("posixpath.", "os.path."),
    ("ntpath.", "os.path."),
    ("posix.", "os."),
    ("nt.", "os."),
    ("six.moves.urllib.", "urllib."),
    ("six.moves.builtins.", ""),
    ("six.moves.", ""),
    ("http.client.HTTPSConnection", "http.client.HTTPConnection"),
    ("httplib.HTTPS", "http.client.HTTP"),
    ("httplib.", "http.client."),
    ("urllib2.", "urllib.request."),
    ("urllib.urlopen", "urllib.request.urlopen"),
    ("urllib.urlretrieve", "urllib.request.urlretrieve"),
    ("urllib.urlencode", "urllib.parse.urlencode"),
    ("urllib.quote", "urllib.parse.quote"),
    ("requests.api.", "requests."),
    ("requests.sessions.", "requests."),
    ("requests.session()", "requests.Session()"),
    ("requests.packages.urllib3.", "urllib3."),
    ("pip._vendor.requests.", "requests."),
    ("pip._vendor.urllib3.", "urllib3."),
    ("aiohttp.client.", "aiohttp."),
    ("commands.", "subprocess."),
    ("_socket.", "socket."),
    ("_pickle.", "pickle."),
    ("cPickle.", "pickle."),
    ("cloudpickle.", "pickle."),
    ("dill.", "pickle."),
    ("io.open", "open"),
    ("codecs.open", "open"),
    ("aiofiles.open", "open"),
    ("_io.open", "open"),
    ("os.popen2", "os.popen"),
    ("os.popen3", "os.popen"),
    ("os.environb", "os.environ"),
    ("imp.load_source", "importlib.load_source"),
    ("pathlib.PosixPath", "pathlib.Path"),
    ("pathlib.WindowsPath", "pathlib.Path"),
    ("pathlib.PurePath", "pathlib.Path"),
    ("pathlib2.", "pathlib."),
    ("psutil.Popen", "subprocess.Popen"),
    ("asyncio.subprocess.create_", "asyncio.create_"),
    ("threading._Timer", "threading.Timer"),
    ("_thread.start_new_thread", "thread.start_new_thread"),
    ("_thread.start_new", "thread.start_new_thread"),
    ("win32clipboard.GetClipboardData", "pyperclip.paste"),
    ("ctypes.cdll.", "ctypes.CDLL()."),
)
_ROOTS = tuple({prefix.partition(".")[0] for prefix, _ in _PREFIXES})
_PASSENGER = re.compile(
    r"^[a-z_0-9.]+?\.(_?(?:os|sys|subprocess|socket|builtins|__builtins__|importlib|ctypes|shutil))(\.|$)"
)
_PASSENGER_ROOTS = frozenset(
    {
        "shutil",
        "tempfile",
        "random",
        "subprocess",
        "glob",
        "platform",
        "pathlib",
        "logging",
        "threading",
        "site",
    }
    | {
        "sysconfig",
        "distutils",
        "setuptools",
        "zipfile",
        "inspect",
        "webbrowser",
        "uuid",
        "getpass",
        "codecs",
        "os",
    }
    | {"pkg_resources", "pip", "gevent", "eventlet", "numpy", "requests"}
    | sys.stdlib_module_names
) - {"socket", "sys", "subprocess", "builtins", "ctypes", "importlib"}
"""Modules through whose own imports the modules of the system are reached."""


@lru_cache(maxsize=16_384)
def canonical(name: str) -> str:
    """One spelling for each thing: ``posix.system``, ``random._os.system`` and ``os.system`` are the same."""
    root = name.partition(".")[0]
    if root in _ROOTS:
        for prefix, better in _PREFIXES:
            if name.startswith(prefix):
                return canonical(better + name[len(prefix) :])
    if root in _PASSENGER_ROOTS and (found := _PASSENGER.match(name)):
        inner = found[1].strip("_") if found[1].strip("_") != "builtins" else "builtins"
        rest = name[found.end() :]
        if (root, inner) != ("os", "sys") or rest:
            return canonical(f"{inner}.{rest}" if rest else inner)
    if name.endswith(".__call__"):
        return name[:-9]
    return name


# -- sources ----------------------------------------------------------------------------------------

ATTRIBUTE_SOURCES: dict[str, tuple[Origin, str]] = {
    "os.environ": (Origin.ENVIRONMENT, "os.environ"),
    "flask.request": (Origin.RECEIVED, "an HTTP request"),
    "bottle.request": (Origin.RECEIVED, "an HTTP request"),
    "django.conf.settings.SECRET_KEY": (Origin.CREDENTIAL, "the application's SECRET_KEY"),
    "django.conf.settings.DATABASES": (Origin.CREDENTIAL, "the application's DATABASES"),
}
"""Names that are sources when they are read."""

CALL_SOURCES: dict[str, tuple[Origin, str]] = {
    "socket.gethostname": (Origin.HOST, "host name"),
    "socket.getfqdn": (Origin.HOST, "host name"),
    "platform.node": (Origin.HOST, "host name"),
    "platform.uname": (Origin.HOST, "host name and platform"),
    "os.uname": (Origin.HOST, "host name and platform"),
    "getpass.getuser": (Origin.HOST, "user name"),
    "os.getlogin": (Origin.HOST, "user name"),
    "os.getuid": (Origin.HOST, "user id"),
    "pwd.getpwuid": (Origin.HOST, "user name"),
    "pwd.getpwall": (Origin.HOST, "user names"),
    "os.getcwd": (Origin.HOST, "working folder"),
    "os.getcwdb": (Origin.HOST, "working folder"),
    "pathlib.Path.cwd": (Origin.HOST, "working folder"),
    "uuid.getnode": (Origin.HOST, "hardware address"),
    "netifaces.ifaddresses": (Origin.HOST, "network addresses"),
    "psutil.net_if_addrs": (Origin.HOST, "network addresses"),
    "psutil.users": (Origin.HOST, "user names"),
    "psutil.process_iter": (Origin.HOST, "processes"),
    "psutil.virtual_memory": (Origin.HOST, "platform: memory"),
    "psutil.disk_partitions": (Origin.HOST, "disks"),
    "socket.gethostbyname_ex": (Origin.HOST, "network addresses"),
    "platform.platform": (Origin.HOST, "platform: version"),
    "platform.system": (Origin.HOST, "platform: system"),
    "platform.release": (Origin.HOST, "platform: release"),
    "platform.version": (Origin.HOST, "platform: version"),
    "platform.machine": (Origin.HOST, "platform: machine"),
    "platform.processor": (Origin.HOST, "platform: processor"),
    "importlib.metadata.distributions": (Origin.HOST, "installed packages"),
    "pkg_resources.working_set": (Origin.HOST, "installed packages"),
    "pyperclip.paste": (Origin.CLIPBOARD, "clipboard"),
    "clipboard.paste": (Origin.CLIPBOARD, "clipboard"),
    "pyautogui.screenshot": (Origin.SCREEN, "screenshot"),
    "PIL.ImageGrab.grab": (Origin.SCREEN, "screenshot"),
    "ImageGrab.grab": (Origin.SCREEN, "screenshot"),
    "pyscreenshot.grab": (Origin.SCREEN, "screenshot"),
    "mss.mss": (Origin.SCREEN, "screenshot"),
    "cv2.VideoCapture": (Origin.SCREEN, "camera"),
    "sounddevice.rec": (Origin.SCREEN, "microphone"),
    "pyaudio.PyAudio": (Origin.SCREEN, "microphone"),
    "keyring.get_password": (Origin.CREDENTIAL, "keyring"),
    "keyring.get_credential": (Origin.CREDENTIAL, "keyring"),
    "win32crypt.CryptUnprotectData": (Origin.BROWSER, "data protected by Windows"),
    "browser_cookie3.load": (Origin.BROWSER, "browser cookies"),
    "browser_cookie3.chrome": (Origin.BROWSER, "browser cookies"),
    "browser_cookie3.firefox": (Origin.BROWSER, "browser cookies"),
    "browser_cookie3.edge": (Origin.BROWSER, "browser cookies"),
    "browser_cookie3.brave": (Origin.BROWSER, "browser cookies"),
    "browser_cookie3.opera": (Origin.BROWSER, "browser cookies"),
    "rookiepy.load": (Origin.BROWSER, "browser cookies"),
    "netrc.netrc": (Origin.CREDENTIAL, "~/.netrc"),
    "boto3.Session().get_credentials": (Origin.CREDENTIAL, "cloud credentials"),
    "boto3.session.Session().get_credentials": (Origin.CREDENTIAL, "cloud credentials"),
    "botocore.session.get_session().get_credentials": (Origin.CREDENTIAL, "cloud credentials"),
    "google.auth.default": (Origin.CREDENTIAL, "cloud credentials"),
    "huggingface_hub.HfFolder.get_token": (Origin.CREDENTIAL, "model hub token"),
    "huggingface_hub.get_token": (Origin.CREDENTIAL, "model hub token"),
    "winreg.QueryValueEx": (Origin.HOST, "registry"),
    "wmi.WMI": (Origin.HOST, "hardware"),
    "GPUtil.getGPUs": (Origin.HOST, "hardware"),
    "getmac.get_mac_address": (Origin.HOST, "hardware address"),
    "inspect.getsource": (Origin.CODE, "source code"),
    "getpass.getpass": (Origin.SECRET, "a password that the user types"),
}
"""Calls that are sources."""

CAPTURES: dict[str, str] = {
    "pynput.keyboard.Listener": "keys",
    "pynput.mouse.Listener": "mouse",
    "keyboard.hook": "keys",
    "keyboard.on_press": "keys",
    "keyboard.on_release": "keys",
    "keyboard.read_event": "keys",
    "keyboard.record": "keys",
    "pyHook.HookManager": "keys",
    "pyxhook.HookManager": "keys",
    "win32api.GetAsyncKeyState": "keys",
    "ctypes.windll.user32.GetAsyncKeyState": "keys",
    "ctypes.windll.user32.SetWindowsHookExA": "keys",
    "ctypes.windll.user32.SetWindowsHookExW": "keys",
}


def source_of(name: str, at: Location) -> Taint | None:
    """The taint that reading ``name`` brings, where it is a source by itself."""
    found = ATTRIBUTE_SOURCES.get(name)
    return Taint(found[0], found[1], at) if found is not None else None


# -- clients ----------------------------------------------------------------------------------------

HTTP_CLIENTS = frozenset(
    {
        "requests",
        "requests.Session()",
        "requests.Session",
        "httpx",
        "httpx.Client()",
        "httpx.AsyncClient()",
        "aiohttp",
        "aiohttp.ClientSession()",
        "urllib3",
        "urllib3.PoolManager()",
        "urllib3.ProxyManager()",
        "urllib3.HTTPSConnectionPool()",
        "urllib3.HTTPConnectionPool()",
        "niquests",
        "niquests.Session()",
        "grequests",
        "treq",
        "asks",
        "uplink",
        "faster_than_requests",
        "curl_cffi.requests",
        "curl_cffi.requests.Session()",
        "curl_cffi.requests.AsyncSession()",
        "cloudscraper.create_scraper()",
        "cfscrape.create_scraper()",
        "tls_client.Session()",
        "tls_client.Session",
        "requests_html.HTMLSession()",
        "requests_html.AsyncHTMLSession()",
        "requests_futures.sessions.FuturesSession()",
        "requests_toolbelt.sessions.BaseUrlSession()",
        "mechanize.Browser()",
        "primp.Client()",
        "httpx2",
        "httpx2.Client()",
        "httpx2.AsyncClient()",
        "hishel.CacheClient()",
        "tornado.httpclient.AsyncHTTPClient()",
        "tornado.httpclient.HTTPClient()",
        "noble_tls.Session()",
        "hrequests",
        "reqwests",
        "pip._internal.network.session.PipSession()",
        "botocore.vendored.requests",
        "js.fetch",
        "PyQt5.QtNetwork.QNetworkAccessManager()",
    }
)
"""Modules and objects with HTTP verbs as methods."""

HTTP_VERBS = frozenset(
    {
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "request",
        "send",
        "fetch",
        "urlopen",
        "open",
    }
    | {
        "stream",
        "ws_connect",
        "request_encode_body",
        "get2str",
        "post2str",
        "download",
        "open_novisit",
        "retrieve",
    }
)
METHOD_FIRST = frozenset({"request", "stream", "request_encode_body"})
"""Verbs whose first argument is the method."""

MESSENGERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("telebot.TeleBot()", ("send_message", "send_document", "send_photo", "send_file", "reply_to")),
    ("telebot.async_telebot.AsyncTeleBot()", ("send_message", "send_document", "send_photo", "reply_to")),
    ("telegram.Bot()", ("send_message", "send_document", "send_photo", "sendMessage", "sendDocument")),
    ("telegram.bot.Bot()", ("send_message", "send_document", "send_photo")),
    ("aiogram.Bot()", ("send_message", "send_document", "send_photo")),
    ("telethon.TelegramClient()", ("send_message", "send_file")),
    ("telethon.sync.TelegramClient()", ("send_message", "send_file")),
    ("pyrogram.Client()", ("send_message", "send_document")),
    ("dhooks.Webhook()", ("send", "modify")),
    ("dhooks_lite.Webhook()", ("execute",)),
    ("discord_webhook.DiscordWebhook()", ("execute", "add_file", "add_embed")),
    ("discord.SyncWebhook.from_url()", ("send",)),
    ("discord.Webhook.from_url()", ("send",)),
    ("discord.webhook.SyncWebhook.from_url()", ("send",)),
    ("nextcord.SyncWebhook.from_url()", ("send",)),
    ("knockknock", ("discord_sender", "telegram_sender")),
    ("slack_sdk.WebClient()", ("chat_postMessage", "files_upload", "files_upload_v2")),
    ("slack_sdk.webhook.WebhookClient()", ("send",)),
    ("smtplib.SMTP()", ("sendmail", "send_message")),
    ("smtplib.SMTP_SSL()", ("sendmail", "send_message")),
    ("yagmail.SMTP()", ("send",)),
    ("ftplib.FTP()", ("storbinary", "storlines")),
    ("ftplib.FTP_TLS()", ("storbinary", "storlines")),
    ("websocket.WebSocket()", ("send", "send_binary")),
    ("websocket.create_connection()", ("send", "send_binary")),
    ("websocket.WebSocketApp()", ("send",)),
    ("websockets.connect()", ("send",)),
    ("websockets.sync.client.connect()", ("send",)),
    ("socketio.Client()", ("emit", "send")),
    ("socketio.AsyncClient()", ("emit", "send")),
    ("paho.mqtt.client.Client()", ("publish",)),
    ("dropbox.Dropbox()", ("files_upload",)),
    ("paramiko.SFTPClient.from_transport()", ("put", "putfo")),
    ("paramiko.SSHClient().open_sftp()", ("put", "putfo")),
    ("pymongo.MongoClient()", ("insert_one",)),
    ("boto3.client()", ("put_object", "upload_file", "upload_fileobj")),
    ("pusher.Pusher()", ("trigger",)),
    ("firebase_admin.db.reference()", ("push", "set")),
    ("xmlrpc.client.ServerProxy()", ()),
)
"""Objects and the methods by which data leave; an empty tuple means every method."""

RECEIVERS = frozenset(
    {"recv", "recvfrom", "recv_into", "recvfrom_into", "makefile", "receive", "recvmsg", "readline"}
)
"""Methods of a connection by which orders come in."""

"""Honest look-alikes: each does something that a scanner likes to shout about, as real projects do it."""
import base64, json, zlib
from . import filler as F, obf as O
from .evil import setup, pkg, sd, ind, fn, cmdclass
ALL = []
def K(sid, files, form="sdist"): ALL.append((sid, "clean", form, {k: (v if isinstance(v, bytes) else v.lstrip("\n")) for k, v in files.items()}))
K("k01-http-clone", {"setup.py": setup("httpkit"), **F.httplib("httpkit")})
K("k02-ansi-clone", {"setup.py": setup("ansikit"), **F.ansilib("ansikit")})
K("k03-keylib", {"setup.py": setup("keykit"), **F.keylib("keykit")})
K("k04-sdk", {"setup.py": setup("llmkit"), **F.sdklib("llmkit")})
K("k05-optin-telemetry", sd("telem", pkg("telem", "config") | {"telem/report.py": '''
import json, os, platform, threading, urllib.request, uuid
from . import __version__
URL = "https://telemetry.telem.example/v1/events"
def enabled():
    return os.environ.get("TELEM_ANALYTICS", "0") == "1" and not os.environ.get("DO_NOT_TRACK")
def event(name):
    return {"event": name, "version": __version__, "python": platform.python_version(), "os": platform.system(), "id": str(uuid.uuid4()), "ci": bool(os.environ.get("CI"))}
def send(name):
    if not enabled():
        return
    def work():
        try:
            urllib.request.urlopen(urllib.request.Request(URL, data=json.dumps(event(name)).encode()), timeout=1)
        except OSError:
            pass
    threading.Thread(target=work, daemon=True).start()
'''}))
K("k06-telemetry-import", sd("anonping", pkg("anonping", "client", init="from .stats import record_import\nrecord_import()\n") | {"anonping/stats.py": '''
import os, platform, threading
import requests
def record_import():
    if os.environ.get("ANONPING_DISABLE_TELEMETRY"):
        return
    data = {"py": platform.python_version(), "os": platform.system(), "arch": platform.machine()}
    threading.Thread(target=lambda: requests.post("https://t.anonping.example/import", json=data, timeout=1), daemon=True).start()
'''}))
K("k07-self-update", sd("updcli", pkg("updcli", "client") | {"updcli/update.py": '''
import json, os, platform, shutil, stat, subprocess, sys, tempfile, urllib.request, hashlib
def latest():
    return json.load(urllib.request.urlopen("https://api.updcli.example/releases/latest"))
def update():
    rel = latest()
    asset = rel["assets"][platform.system().lower()]
    path = os.path.join(tempfile.mkdtemp(), "updcli")
    urllib.request.urlretrieve(asset["url"], path)
    if hashlib.sha256(open(path, "rb").read()).hexdigest() != asset["sha256"]:
        raise SystemExit("checksum mismatch")
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    shutil.move(path, sys.executable)
    subprocess.run([sys.executable, "--version"], check=True)
'''}, extra="\n    entry_points={'console_scripts': ['updcli=updcli.update:update']},"))
K("k08-driver-download", sd("drvman", pkg("drvman", "cache") | {"drvman/driver.py": '''
import io, os, platform, subprocess, zipfile, requests
def version():
    out = subprocess.check_output(["google-chrome", "--version"]).decode()
    return out.split()[-1]
def install(cache=None):
    cache = cache or os.path.join(os.path.expanduser("~"), ".wdm")
    url = "https://storage.drivers.example/%s/chromedriver_%s.zip" % (version(), "win32" if os.name == "nt" else "linux64")
    data = requests.get(url).content
    zipfile.ZipFile(io.BytesIO(data)).extractall(cache)
    path = os.path.join(cache, "chromedriver" + (".exe" if os.name == "nt" else ""))
    os.chmod(path, 0o755)
    return path
class Service:
    def __init__(self, path=None):
        self.path = path or install()
    def start(self):
        self.process = subprocess.Popen([self.path, "--port=0"])
'''}))
K("k09-version-exec", {"setup.py": "import os\nfrom setuptools import setup, find_packages\nns = {}\nexec(open(os.path.join('verk', '_version.py')).read(), ns)\nsetup(name='verk', version=ns['__version__'], packages=find_packages())\n", **pkg("verk", "strings"), "verk/_version.py": "__version__ = '1.2.3'\n"})
K("k10-git-version", {"setup.py": "import subprocess\nfrom setuptools import setup, find_packages\ndef version():\n    try:\n        return subprocess.check_output(['git', 'describe', '--tags']).decode().strip()\n    except Exception:\n        return '0.0.0'\nsetup(name='gitv', version=version(), packages=find_packages())\n", **pkg("gitv", "table")})
K("k11-cmake-ext", {"setup.py": '''
import os, re, subprocess, sys
from setuptools import setup, Extension
from setuptools.command.build_ext import build_ext
class CMakeExtension(Extension):
    def __init__(self, name, sourcedir=""):
        super().__init__(name, sources=[])
        self.sourcedir = os.path.abspath(sourcedir)
class CMakeBuild(build_ext):
    def build_extension(self, ext):
        out = os.path.abspath(os.path.dirname(self.get_ext_fullpath(ext.name)))
        args = ["-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=" + out, "-DPYTHON_EXECUTABLE=" + sys.executable]
        if "CMAKE_ARGS" in os.environ:
            args += os.environ["CMAKE_ARGS"].split()
        os.makedirs(self.build_temp, exist_ok=True)
        subprocess.check_call(["cmake", ext.sourcedir, *args], cwd=self.build_temp)
        subprocess.check_call(["cmake", "--build", "."], cwd=self.build_temp)
setup(name="cmk", version="1.0", ext_modules=[CMakeExtension("cmk")], cmdclass={"build_ext": CMakeBuild})
''', "CMakeLists.txt": "project(cmk)\n"})
K("k12-post-install-message", sd("postm", pkg("postm", "colours"), **cmdclass("install", "print('Thank you for installing postm. Docs: https://postm.example/docs')")))
K("k13-binary-wheel-fetch", {"setup.py": '''
import os, platform, urllib.request, hashlib
from setuptools import setup, find_packages
from setuptools.command.build_py import build_py
SUMS = {"Linux": "0" * 64, "Darwin": "1" * 64}
class Fetch(build_py):
    def run(self):
        s = platform.system()
        dst = os.path.join("binf", "bin", "tool")
        if not os.path.exists(dst):
            os.makedirs(os.path.dirname(dst), exist_ok=True)
            data = urllib.request.urlopen("https://github.example/binf/releases/download/v1/tool-%s" % s).read()
            if hashlib.sha256(data).hexdigest() != SUMS[s]:
                raise RuntimeError("bad checksum")
            with open(dst, "wb") as fh:
                fh.write(data)
            os.chmod(dst, 0o755)
        super().run()
setup(name="binf", version="1.0", packages=find_packages(), cmdclass={"build_py": Fetch})
''', **pkg("binf", "table")})
K("k14-b64-icon", sd("iconk", pkg("iconk", "colours") | {"iconk/icons.py": "import base64\nPNG = '" + base64.b64encode(b"\x89PNG\r\n\x1a\n" + O.rndbytes(6000)).decode() + "'\ndef data():\n    return base64.b64decode(PNG)\n"}))
K("k15-zlib-table", sd("tblk", pkg("tblk", "strings") | {"tblk/tables.py": "import zlib, base64, struct\n_RAW = " + repr(base64.b64encode(zlib.compress(O.rndbytes(5000)))) + "\nTABLE = struct.unpack('<1250I', zlib.decompress(base64.b64decode(_RAW)))\n"}))
K("k16-get-pip-like", {"setup.py": setup("getpk"), **pkg("getpk"), "get_pk.py": "import base64, os, sys, tempfile, zipfile\nDATA = b'''" + base64.b85encode(O.rndbytes(9000)).decode().replace("\\", "x").replace("'", "y") + "'''\ndef bootstrap(d):\n    p = os.path.join(d, 'pk.zip')\n    with open(p, 'wb') as fh:\n        fh.write(base64.b85decode(DATA.replace(b'\\n', b'')))\n    sys.path.insert(0, p)\n    from getpk.main import main\n    main()\nif __name__ == '__main__':\n    with tempfile.TemporaryDirectory() as d:\n        bootstrap(d)\n"})
K("k17-namedtuple-exec", sd("ntk", pkg("ntk", "table") | {"ntk/gen.py": "def make(name, fields):\n    src = 'class %s:\\n    __slots__ = %r\\n    def __init__(self, %s):\\n' % (name, tuple(fields), ', '.join(fields))\n    src += ''.join('        self.%s = %s\\n' % (f, f) for f in fields)\n    ns = {}\n    exec(src, ns)\n    return ns[name]\nPoint = make('Point', ['x', 'y'])\n"}))
K("k18-ssh-client", sd("sshk", pkg("sshk", "config") | {"sshk/client.py": "import os, paramiko\nclass SSH:\n    def __init__(self, host, user=None, key=None):\n        self.c = paramiko.SSHClient()\n        self.c.load_system_host_keys()\n        self.c.connect(host, username=user, key_filename=key or os.path.expanduser('~/.ssh/id_rsa'))\n    def run(self, cmd):\n        i, o, e = self.c.exec_command(cmd)\n        return o.read().decode()\n    def put(self, a, b):\n        self.c.open_sftp().put(a, b)\n"}))
K("k19-aws-cfg", sd("awsk", pkg("awsk", "client") | {"awsk/creds.py": "import configparser, os, hmac, hashlib, datetime, urllib.request\ndef load(profile='default'):\n    if 'AWS_ACCESS_KEY_ID' in os.environ:\n        return os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']\n    p = configparser.ConfigParser()\n    p.read(os.path.expanduser('~/.aws/credentials'))\n    return p[profile]['aws_access_key_id'], p[profile]['aws_secret_access_key']\ndef sign(key, msg):\n    return hmac.new(key, msg.encode(), hashlib.sha256).digest()\ndef get(url):\n    ak, sk = load()\n    date = datetime.datetime.utcnow().strftime('%Y%m%d')\n    sig = sign(sign(('AWS4' + sk).encode(), date), 'aws4_request').hex()\n    r = urllib.request.Request(url, headers={'Authorization': 'AWS4-HMAC-SHA256 Credential=%s/%s, Signature=%s' % (ak, date, sig)})\n    return urllib.request.urlopen(r)\n"}))
K("k20-discord-bot", sd("botk", pkg("botk", "cache") | {"botk/bot.py": "import os, requests\nclass Webhook:\n    def __init__(self, url=None):\n        self.url = url or os.environ['DISCORD_WEBHOOK_URL']\n    def send(self, text, file=None):\n        files = {'file': open(file, 'rb')} if file else None\n        return requests.post(self.url, data={'content': text}, files=files)\nclass Bot:\n    def __init__(self, token):\n        self.h = {'Authorization': 'Bot ' + token}\n    def me(self):\n        return requests.get('https://discord.example/api/v10/users/@me', headers=self.h).json()\n"}))
K("k21-telegram-notify", sd("tgk", pkg("tgk", "strings") | {"tgk/notify.py": "import os, sys, traceback, requests\ndef notify(text, token=None, chat=None):\n    token = token or os.environ['TELEGRAM_TOKEN']\n    chat = chat or os.environ['TELEGRAM_CHAT']\n    requests.post('https://api.telegram.example/bot%s/sendMessage' % token, data={'chat_id': chat, 'text': text})\ndef watch(fn):\n    def inner(*a):\n        try:\n            return fn(*a)\n        except Exception:\n            notify(traceback.format_exc())\n            raise\n    return inner\n"}))
K("k22-cookies-lib", sd("cookk", pkg("cookk") | {"cookk/chrome.py": "import os, sqlite3, shutil, tempfile, http.cookiejar, json, base64\nclass Chrome:\n    def __init__(self, path=None):\n        self.path = path or os.path.expanduser('~/.config/google-chrome/Default/Cookies')\n    def load(self):\n        tmp = tempfile.NamedTemporaryFile(suffix='.sqlite', delete=False).name\n        shutil.copyfile(self.path, tmp)\n        jar = http.cookiejar.CookieJar()\n        con = sqlite3.connect(tmp)\n        for host, name, value, enc in con.execute('select host_key, name, value, encrypted_value from cookies'):\n            jar.set_cookie(http.cookiejar.Cookie(0, name, value, None, False, host, True, False, '/', True, False, None, False, None, None, {}))\n        con.close()\n        os.remove(tmp)\n        return jar\ndef chrome():\n    return Chrome().load()\n"}))
K("k23-clipboard", sd("clipk", pkg("clipk") | {"clipk/clip.py": "import subprocess, sys\ndef paste():\n    if sys.platform == 'darwin':\n        return subprocess.check_output(['pbpaste']).decode()\n    return subprocess.check_output(['xclip', '-selection', 'c', '-o']).decode()\ndef copy(t):\n    p = subprocess.Popen(['pbcopy' if sys.platform == 'darwin' else 'xclip'], stdin=subprocess.PIPE)\n    p.communicate(t.encode())\n"}))
K("k24-hotkeys", sd("hotk", pkg("hotk") | {"hotk/keys.py": "from pynput import keyboard\nclass Hotkeys:\n    def __init__(self):\n        self.map = {}\n    def on(self, combo):\n        def deco(fn):\n            self.map[combo] = fn\n            return fn\n        return deco\n    def run(self):\n        with keyboard.GlobalHotKeys(self.map) as h:\n            h.join()\n"}))
K("k25-screenshot", sd("shotk", pkg("shotk") | {"shotk/shot.py": "from PIL import ImageGrab\nimport datetime, os\ndef grab(folder='.'):\n    p = os.path.join(folder, datetime.datetime.now().strftime('%Y%m%d-%H%M%S.png'))\n    ImageGrab.grab().save(p)\n    return p\n"}))
K("k26-rpc", sd("rpck", pkg("rpck") | {"rpck/server.py": "import socketserver, json, subprocess\nCOMMANDS = {'uptime': ['uptime'], 'df': ['df', '-h']}\nclass H(socketserver.StreamRequestHandler):\n    def handle(self):\n        req = json.loads(self.rfile.readline())\n        out = subprocess.run(COMMANDS[req['cmd']], capture_output=True).stdout\n        self.wfile.write(out)\ndef serve(port=9000):\n    socketserver.TCPServer(('127.0.0.1', port), H).serve_forever()\n"}))
K("k27-remote-shell-lib", sd("paramk", pkg("paramk") | {"paramk/term.py": "import os, pty, select, sys, termios, tty\ndef spawn(argv):\n    pid, fd = pty.fork()\n    if pid == 0:\n        os.execvp(argv[0], argv)\n    while True:\n        r, _, _ = select.select([fd, sys.stdin], [], [])\n        if fd in r:\n            data = os.read(fd, 1024)\n            if not data:\n                return\n            os.write(1, data)\n        if sys.stdin in r:\n            os.write(fd, os.read(0, 1024))\n"}))
K("k28-monkeypatch", sd("patchk", pkg("patchk", init="from .patch import install\n") | {"patchk/patch.py": "import requests, time\n_orig = requests.Session.send\nSTATS = []\ndef send(self, request, **kw):\n    t = time.monotonic()\n    try:\n        return _orig(self, request, **kw)\n    finally:\n        STATS.append((request.method, request.url, time.monotonic() - t))\ndef install():\n    requests.Session.send = send\n"}))
K("k29-sentry-like", sd("errk", pkg("errk") | {"errk/hub.py": "import os, platform, socket, sys, traceback, json, urllib.request\nclass Hub:\n    def __init__(self, dsn=None):\n        self.dsn = dsn or os.environ.get('ERRK_DSN')\n    def capture(self, exc):\n        event = {'server_name': socket.gethostname(), 'platform': platform.platform(), 'exception': traceback.format_exception(type(exc), exc, exc.__traceback__), 'modules': sorted(sys.modules)}\n        if self.dsn:\n            urllib.request.urlopen(urllib.request.Request(self.dsn, data=json.dumps(event).encode()))\n_hub = None\ndef init(dsn=None):\n    global _hub\n    _hub = Hub(dsn)\n    sys.excepthook = lambda t, v, tb: _hub.capture(v)\n"}))
K("k30-ansible-ish", sd("provk", pkg("provk") | {"provk/local.py": "import os, subprocess, urllib.request, tempfile\ndef install_docker():\n    path = os.path.join(tempfile.gettempdir(), 'get-docker.sh')\n    urllib.request.urlretrieve('https://get.docker.example', path)\n    subprocess.run(['sh', path], check=True)\ndef crontab(line):\n    cur = subprocess.run(['crontab', '-l'], capture_output=True, text=True).stdout\n    subprocess.run(['crontab', '-'], input=cur + line + '\\n', text=True, check=True)\n"}))
K("k31-systemd-unit", sd("unitk", pkg("unitk") | {"unitk/install.py": "import os, subprocess, sys\nUNIT = '[Unit]\\nDescription=unitk\\n[Service]\\nExecStart=%s -m unitk\\n[Install]\\nWantedBy=default.target\\n'\ndef main():\n    p = os.path.expanduser('~/.config/systemd/user/unitk.service')\n    os.makedirs(os.path.dirname(p), exist_ok=True)\n    with open(p, 'w') as fh:\n        fh.write(UNIT % sys.executable)\n    subprocess.run(['systemctl', '--user', 'enable', '--now', 'unitk'], check=True)\n"}, extra="\n    entry_points={'console_scripts': ['unitk-install=unitk.install:main']},"))
K("k32-autostart", sd("autk", pkg("autk") | {"autk/auto.py": "import sys, os\ndef enable(name, cmd):\n    if sys.platform == 'win32':\n        import winreg\n        k = winreg.OpenKey(winreg.HKEY_CURRENT_USER, r'Software\\Microsoft\\Windows\\CurrentVersion\\Run', 0, winreg.KEY_SET_VALUE)\n        winreg.SetValueEx(k, name, 0, winreg.REG_SZ, cmd)\n    else:\n        p = os.path.expanduser('~/.config/autostart/%s.desktop' % name)\n        with open(p, 'w') as fh:\n            fh.write('[Desktop Entry]\\nType=Application\\nExec=%s\\n' % cmd)\n"}))
K("k33-pth-editable", {**pkg("pthk", "table"), "pthk.pth": "import os; os.environ.setdefault('PTHK_LOADED', '1')\n"}, "wheel")
K("k34-coverage-pth", {**pkg("covk", "cache", init="def process_startup():\n    import os\n    if os.environ.get('COVK_START'):\n        pass\n"), "covk_subprocess.pth": "import os, sys;exec('if \"COVK_START\" in os.environ:\\n import covk\\n covk.process_startup()')\n"}, "wheel")
K("k35-hf-token", sd("hubk", pkg("hubk") | {"hubk/auth.py": "import os, pathlib, requests\nTOKEN = pathlib.Path(os.environ.get('HF_HOME', '~/.cache/huggingface')).expanduser() / 'token'\ndef get_token():\n    return os.environ.get('HF_TOKEN') or (TOKEN.read_text().strip() if TOKEN.exists() else None)\ndef whoami():\n    r = requests.get('https://hub.models.example/api/whoami', headers={'authorization': 'Bearer %s' % get_token()})\n    r.raise_for_status()\n    return r.json()\n"}))
K("k36-llm-router", sd("routk", pkg("routk") | {"routk/router.py": "import os, httpx\nPROVIDERS = {'openai': ('https://api.openai.example/v1', 'OPENAI_API_KEY'), 'anthropic': ('https://api.anthropic.example/v1', 'ANTHROPIC_API_KEY'), 'mistral': ('https://api.mistral.example/v1', 'MISTRAL_API_KEY')}\ndef complete(model, messages):\n    provider, name = model.split('/', 1)\n    base, env = PROVIDERS[provider]\n    key = os.environ[env]\n    r = httpx.post(base + '/chat/completions', headers={'Authorization': 'Bearer ' + key, 'x-api-key': key}, json={'model': name, 'messages': messages}, timeout=60)\n    return r.json()['choices'][0]['message']['content']\n"}))
K("k37-web3-send", {"setup.py": setup("chaink"), **F.keylib("chaink"), "chaink/rpc.py": "import os, requests\nfrom .account import Account\nclass Web3:\n    def __init__(self, url):\n        self.url = url\n    def call(self, method, *params):\n        return requests.post(self.url, json={'jsonrpc': '2.0', 'id': 1, 'method': method, 'params': list(params)}).json()['result']\n    def send(self, tx, private_key=None):\n        acct = Account.from_key(private_key or os.environ['PRIVATE_KEY'])\n        signed = acct.sign_transaction(tx)\n        return self.call('eth_sendRawTransaction', signed['hash'])\n"})
K("k38-login-client", sd("igk", pkg("igk") | {"igk/client.py": "import requests\nclass Client:\n    BASE = 'https://api.service.example/v1'\n    def __init__(self, username, password):\n        self.s = requests.Session()\n        self.username, self.password = username, password\n    def login(self):\n        r = self.s.post(self.BASE + '/login', data={'username': self.username, 'password': self.password})\n        self.s.headers['Authorization'] = 'Token ' + r.json()['token']\n    def upload(self, path):\n        with open(path, 'rb') as fh:\n            return self.s.post(self.BASE + '/upload', files={'file': fh}).json()\n"}))
K("k39-lazy-import", {**pkg("lazk", "strings", init="import importlib\n_SUB = {'client', 'table'}\ndef __getattr__(name):\n    if name in _SUB:\n        return importlib.import_module('.' + name, __name__)\n    raise AttributeError(name)\n"), "lazk/client.py": F.CLIENT, "lazk/table.py": F.TABLE}, "wheel")
K("k40-plugins", sd("plugk", pkg("plugk") | {"plugk/load.py": "import importlib, importlib.metadata, os, pkgutil, sys\ndef entry(group='plugk.plugins'):\n    return [e.load() for e in importlib.metadata.entry_points(group=group)]\ndef folder(path):\n    out = []\n    for f in sorted(os.listdir(path)):\n        if f.endswith('.py'):\n            ns = {'__name__': f[:-3]}\n            with open(os.path.join(path, f)) as fh:\n                exec(compile(fh.read(), f, 'exec'), ns)\n            out.append(ns)\n    return out\n"}))
K("k41-repl-eval", sd("calck", pkg("calck") | {"calck/calc.py": "import ast, operator\nOPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}\ndef ev(s):\n    def go(n):\n        if isinstance(n, ast.Constant):\n            return n.value\n        return OPS[type(n.op)](go(n.left), go(n.right))\n    return go(ast.parse(s, mode='eval').body)\ndef unsafe(s, ns):\n    return eval(compile(s, '<calc>', 'eval'), {'__builtins__': {}}, ns)\n"}))
K("k42-fernet-vault", sd("vaultk", pkg("vaultk") | {"vaultk/vault.py": "import base64, os, json\nfrom cryptography.fernet import Fernet\nfrom cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC\nfrom cryptography.hazmat.primitives import hashes\nclass Vault:\n    def __init__(self, path, password):\n        self.path = path\n        kdf = PBKDF2HMAC(hashes.SHA256(), 32, b'vaultk', 390000)\n        self.f = Fernet(base64.urlsafe_b64encode(kdf.derive(password.encode())))\n    def load(self):\n        with open(self.path, 'rb') as fh:\n            return json.loads(self.f.decrypt(fh.read()))\n    def save(self, d):\n        with open(self.path, 'wb') as fh:\n            fh.write(self.f.encrypt(json.dumps(d).encode()))\n"}))
K("k43-marshal-cache", sd("bck", pkg("bck") | {"bck/cache.py": "import marshal, os, sys, importlib.util\ndef load(path):\n    cached = importlib.util.cache_from_source(path)\n    if os.path.exists(cached):\n        with open(cached, 'rb') as fh:\n            fh.read(16)\n            return marshal.load(fh)\n    with open(path) as fh:\n        return compile(fh.read(), path, 'exec')\ndef run(path, ns):\n    exec(load(path), ns)\n"}))
K("k44-pickle-sklearn", sd("pickk", pkg("pickk") | {"pickk/store.py": "import pickle\ndef save(o, p):\n    with open(p, 'wb') as fh:\n        pickle.dump(o, fh)\ndef load(p):\n    with open(p, 'rb') as fh:\n        return pickle.load(fh)\n", "pickk/data.pkl": b"\x80\x04\x95\x11\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94]\x94(K\x01K\x02es."}))
K("k45-ctypes-win", sd("wink", pkg("wink") | {"wink/api.py": "import ctypes, sys\ndef title(t):\n    if sys.platform == 'win32':\n        ctypes.windll.kernel32.SetConsoleTitleW(t)\ndef idle():\n    class L(ctypes.Structure):\n        _fields_ = [('cbSize', ctypes.c_uint), ('dwTime', ctypes.c_uint)]\n    l = L(cbSize=ctypes.sizeof(L))\n    ctypes.windll.user32.GetLastInputInfo(ctypes.byref(l))\n    return ctypes.windll.kernel32.GetTickCount() - l.dwTime\n"}))
K("k47-build-backend-wrap", {"pyproject.toml": '[build-system]\nrequires = ["setuptools>=64"]\nbuild-backend = "custom"\nbackend-path = ["_bk"]\n[project]\nname = "bkk"\nversion = "1.0"\n', "_bk/custom.py": "import os\nfrom setuptools import build_meta as _orig\nfrom setuptools.build_meta import *\ndef get_requires_for_build_wheel(config_settings=None):\n    reqs = _orig.get_requires_for_build_wheel(config_settings)\n    if os.environ.get('BKK_CYTHON'):\n        reqs.append('cython')\n    return reqs\n", **pkg("bkk", "strings")})
K("k48-nuitka-cfg", sd("obfk", pkg("obfk") | {"obfk/hashes.py": "K = [%s]\nS = bytes([%s])\ndef rotr(x, n):\n    return ((x >> n) | (x << (32 - n))) & 0xffffffff\ndef sub(x):\n    return S[x & 255]\n" % (",".join(hex(int.from_bytes(O.rndbytes(4, i), "big")) for i in range(64)), ",".join(str(b) for b in O.rndbytes(256)))}))
K("k49-test-fixtures", sd("fixk", pkg("fixk", "client") | {"tests/test_shell.py": "import base64, os, subprocess\nPAYLOAD = base64.b64encode(b'import os; os.system(\"echo hi\")')\ndef test_exec():\n    exec(base64.b64decode(PAYLOAD))\ndef test_env():\n    assert subprocess.run(['env'], env=dict(os.environ)).returncode == 0\n"}))
K("k50-yara-words", sd("scank", pkg("scank") | {"scank/rules.py": "RULES = {\n 'webhook': r'discord\\.com/api/webhooks/',\n 'telegram': r'api\\.telegram\\.org/bot',\n 'token': r'[\\w-]{24}\\.[\\w-]{6}\\.[\\w-]{27}',\n 'ssh': r'\\.ssh/id_rsa', 'aws': r'\\.aws/credentials', 'ps': r'powershell.*-enc', 'login': 'Login Data',\n}\nimport re\ndef scan(text):\n    return [n for n, p in RULES.items() if re.search(p, text)]\n"}))
K("k51-miner-monitor", sd("mink", pkg("mink") | {"mink/pool.py": "import socket, json\nclass Stratum:\n    def __init__(self, host, port):\n        self.s = socket.create_connection((host, port))\n    def subscribe(self):\n        self.s.sendall(json.dumps({'id': 1, 'method': 'mining.subscribe', 'params': []}).encode() + b'\\n')\n        return json.loads(self.s.makefile().readline())\n"}))
K("k52-geoip", sd("geok", pkg("geok") | {"geok/ip.py": "import requests, socket\ndef public():\n    return requests.get('https://api.ipify.example', params={'format': 'json'}).json()['ip']\ndef local():\n    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n    s.connect(('192.0.2.1', 80))\n    return s.getsockname()[0]\ndef info():\n    return {'host': socket.gethostname(), 'local': local(), 'public': public()}\n"}))
K("k53-smtp-report", sd("mailk", pkg("mailk") | {"mailk/mail.py": "import smtplib, os, socket\nfrom email.message import EmailMessage\ndef send(to, subject, body, attach=()):\n    m = EmailMessage()\n    m['To'], m['Subject'], m['From'] = to, subject, os.environ.get('MAIL_FROM', 'me@' + socket.gethostname())\n    m.set_content(body)\n    for p in attach:\n        m.add_attachment(open(p, 'rb').read(), maintype='application', subtype='octet-stream', filename=p)\n    with smtplib.SMTP(os.environ['SMTP_HOST'], 587) as s:\n        s.starttls()\n        s.login(os.environ['SMTP_USER'], os.environ['SMTP_PASSWORD'])\n        s.send_message(m)\n"}))
K("k54-keyring-like", sd("ringk", pkg("ringk") | {"ringk/file.py": "import json, os, pathlib\nclass Keyring:\n    def __init__(self):\n        self.p = pathlib.Path(os.environ.get('XDG_DATA_HOME', pathlib.Path.home() / '.local/share')) / 'ringk.json'\n    def get(self, s, u):\n        return json.loads(self.p.read_text()).get(s + ':' + u) if self.p.exists() else None\n    def set(self, s, u, v):\n        d = json.loads(self.p.read_text()) if self.p.exists() else {}\n        d[s + ':' + u] = v\n        self.p.write_text(json.dumps(d))\n        os.chmod(self.p, 0o600)\n"}))
K("k55-agent-rules-init", sd("agk", pkg("agk") | {"agk/init.py": "import pathlib, sys\nTEXT = '# agk\\n\\nRun `agk test` before each commit. Write types. Keep functions short.\\n'\ndef main():\n    for n in ('CLAUDE.md', 'AGENTS.md'):\n        p = pathlib.Path.cwd() / n\n        if not p.exists():\n            p.write_text(TEXT)\n            print('wrote', p)\n"}, extra="\n    entry_points={'console_scripts': ['agk-init=agk.init:main']},"))
K("k56-jupyter-proxy", sd("jpk", pkg("jpk") | {"jpk/proxy.py": "import os, shutil, subprocess, urllib.request, stat\ndef ensure():\n    exe = shutil.which('cloudflared')\n    if exe:\n        return exe\n    p = os.path.expanduser('~/.cache/jpk/cloudflared')\n    os.makedirs(os.path.dirname(p), exist_ok=True)\n    urllib.request.urlretrieve('https://releases.tunnels.example/cloudflared-linux-amd64', p)\n    os.chmod(p, 0o755)\n    return p\ndef tunnel(port):\n    return subprocess.Popen([ensure(), 'tunnel', '--url', 'http://localhost:%d' % port])\n"}))
K("k57-env-dump", sd("dbgk", pkg("dbgk") | {"dbgk/report.py": "import os, platform, subprocess, sys\ndef report():\n    lines = [sys.version, platform.platform()]\n    for k in sorted(os.environ):\n        if not any(w in k for w in ('TOKEN', 'SECRET', 'KEY', 'PASS')):\n            lines.append('%s=%s' % (k, os.environ[k]))\n    lines.append(subprocess.run([sys.executable, '-m', 'pip', 'list'], capture_output=True, text=True).stdout)\n    return '\\n'.join(lines)\ndef main():\n    print(report())\n"}, extra="\n    entry_points={'console_scripts': ['dbgk=dbgk.report:main']},"))
K("k58-pip-install-missing", sd("depk", pkg("depk") | {"depk/need.py": "import importlib, subprocess, sys\ndef need(name):\n    try:\n        return importlib.import_module(name)\n    except ImportError:\n        subprocess.check_call([sys.executable, '-m', 'pip', 'install', name])\n        return importlib.import_module(name)\n"}))
K("k59-registry-read", sd("regk", pkg("regk") | {"regk/steam.py": "import sys, os\ndef path():\n    if sys.platform == 'win32':\n        import winreg\n        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r'Software\\Valve\\Steam') as k:\n            return winreg.QueryValueEx(k, 'SteamPath')[0]\n    return os.path.expanduser('~/.steam')\n"}))
K("k60-model-download", sd("mdlk", pkg("mdlk", init="from .data import ensure\nDATA = ensure()\n") | {"mdlk/data.py": "import os, urllib.request\nURL = 'https://data.mdlk.example/v1/words.txt'\ndef ensure():\n    p = os.path.join(os.path.expanduser('~'), '.cache', 'mdlk', 'words.txt')\n    if not os.path.exists(p):\n        os.makedirs(os.path.dirname(p), exist_ok=True)\n        urllib.request.urlretrieve(URL, p)\n    return open(p).read().split()\n"}))

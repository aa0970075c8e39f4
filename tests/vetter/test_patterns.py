"""The first pass: what can do harm is hot however it is written, what cannot is cold, and it is quick."""

# ruff: noqa: RUF001 - letters that look like others are among the inputs
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.patterns import SMALL, Level, grade, hot_lines

FILLER = b"\n".join(b"def helper_%d(value):\n    return value + %d\n" % (n, n) for n in range(120))
assert len(FILLER) > SMALL


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("exec(payload)", "execute"),
        ("run = exec\n", "execute"),
        ("map(exec, parts)", "execute"),
        ("eval(text)", "execute"),
        ("__import__('os').system('id')", "execute"),
        ("getattr(os, 'sys' + 'tem')('id')", "execute"),
        ("getattr(__import__('o' + 's'), name)", "execute"),
        ("getattr(builtins, x[::-1])", "execute"),
        ("globals()['__builtins__']", "execute"),
        ("g = globals()\n", "execute"),
        ("vars(os)['system']", "execute"),
        ("os.__dict__[name]", "execute"),
        ("().__class__.__base__.__subclasses__()", "execute"),
        ("import importlib", "execute"),
        ("ｅxec(payload)", "execute"),
        ("𝐞𝐱𝐞𝐜(payload)", "execute"),
        ("import subprocess as s", "process"),
        ("from subprocess import run", "process"),
        ("os.system('id')", "process"),
        ("o.system(command)", "process"),
        ("from os import system as s", "process"),
        ("os.popen('id')", "process"),
        ("os.execvp('sh', args)", "process"),
        ("import pty", "process"),
        ("import socket,os", "network"),
        ("import urllib.request", "network"),
        ("from urllib import request", "network"),
        ("import requests", "network"),
        ("import os, requests as r", "network"),
        ("from .compat import requests", "network"),
        ("import httpx", "network"),
        ("http.client.HTTPSConnection(host)", "network"),
        ("import dns.resolver", "network"),
        ("import ctypes", "native"),
        ("ctypes.windll.kernel32", "native"),
        ("open('/etc/ld.so.preload', 'w')", "start-up"),
        ("open('x.pth', 'w')", "start-up"),
        ("path = '~/.ssh/authorized_keys'", "start-up"),
        ("open('/etc/modprobe.d/nvidia.conf')", "start-up"),
        ("open('/etc/pip.conf', 'a')", "start-up"),
        ("cmdclass={'install': Install}", "install"),
        ("U = 'https://discordapp.invalid/api/webhooks/0/x'", "hosts"),
        ("['powershell', '-enc']", "shell"),
        ("'/bin/bash -i'", "shell"),
        ("from pynput import keyboard", "capture"),
        ("ImageGrab.grab()", "capture"),
    ],
)
def test_hot(code: str, group: str) -> None:
    result = grade(FILLER + b"\n" + code.encode() + b"\n" + FILLER)
    assert result.level is Level.HOT
    assert group in result.groups
    assert result.groups == tuple(sorted(result.groups))


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("data = dict(os.environ)", "sources"),
        ("os.getenv('AWS_SECRET')", "sources"),
        ("os.getenv(name)", "sources"),
        ("platform.node()", "sources"),
        ("'~/.ssh/id_rsa'", "sources"),
        ("'.aws/credentials'", "sources"),
        ("'Local Storage/leveldb'", "sources"),
        ("'http://169.254.169.254/latest'", "sources"),
        ("b64decode(x)", "decoders"),
        ("bytes.fromhex(x)", "decoders"),
        ("zlib.decompress(x)", "decoders"),
        ("''.join(chr(n) for n in x)", "decoders"),
        ("'metsys'[::-1]", "decoders"),
        ("bytes(a ^ 7 for a in x)", "decoders"),
        ("codecs.decode(x, 'rot13')", "decoders"),
        ("X = '" + "QUJD" * 60 + "'", "literals"),
        ("X = (" + "\n".join(["'" + "QUJDREVG" * 9 + "'"] * 5) + ")", "literals"),
        ("X = bytes([" + ", ".join(["104"] * 60) + "])", "literals"),
        ("HOST = 'https://c2.invalid/x'", "addresses"),
        ("pickle.loads(b'x')", "loaders"),
    ],
)
def test_warm(code: str, group: str) -> None:
    result = grade(FILLER + b"\n" + code.encode() + b"\n" + FILLER)
    assert result.level is not Level.COLD
    assert group in result.groups


@pytest.mark.parametrize(
    "code",
    [
        "",
        "re.compile('x')",
        "platform.system() == 'Linux'",
        "model.eval()",
        "# the requests that the system executes, in a socket of the shell",
        "'''Sends requests to the system. See eval and exec in the manual.'''",
        "getattr(self, name)",
        "getattr(os, 'getcwd')",
        "os.environ.get('DEBUG')",
        "request.environ['wsgi.input']",
        "x[::-1]",
        "from urllib.parse import urljoin",
        "array.ctypes.data",
        "widget.decompress(value)",
        "'" + "word " * 100 + "'",
        "X = [" + ", ".join(["1.5"] * 80) + "]",
        "# " + "=" * 300,
        "é = 'straße — naïve … ½'",
    ],
)
def test_cold(code: str) -> None:
    result = grade(FILLER + b"\n" + code.encode() + b"\n" + FILLER)
    assert (result.level, result.groups) == (Level.COLD, ())


def test_small_files_are_never_cold_and_empty_ones_are() -> None:
    assert grade(b"def f(a):\n    return a\n").level is Level.WARM
    assert grade(b"\n  \n").level is Level.COLD


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfei\0m\0p\0o\0r\0t\0",
        b"# coding: utf-7\n" + FILLER,
        b"#!python\n# -*- coding: unicode_escape -*-\n" + FILLER,
        FILLER + b"\0",
    ],
)
def test_odd_encodings_hide_nothing(data: bytes) -> None:
    result = grade(data)
    assert result.level is Level.HOT
    assert "encoding" in result.groups


def test_words_across_chunks_are_found() -> None:
    for size in range((1 << 18) - 30, (1 << 18) + 10, 3):
        data = b"a " * (size // 2) + b"memfd_create(x)\n" + b"b " * 50
        assert grade(data).level is Level.HOT
    assert grade(b"a" * ((1 << 18) + 50) + b" memfd_create " + b"b" * (1 << 18)).level is Level.HOT


def test_lines_of_hot_words() -> None:
    assert hot_lines(b"a = 1\nPopen(x)\nb\nos.popen(y)\n") == (2, 4)
    assert hot_lines(b"Popen(x)\n" * 9, most=3) == (1, 2, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"a" * 8_000_000,
        b"x ^ y " * 500_000 + b"bytes",
        b"getattr(" * 400_000,
        b"system " * 400_000,
        b"\xc3\xa9" * 2_000_000,
        b"\xef\xbd\x85" + b"a" * 4_000_000 + b"\xc3\xa9",
        b"import " + b"requests" * 400_000,
        b"[::-1]" * 500_000,
        b"\n" * 4_000_000,
        b"pip " * 500_000,
    ],
)
def test_hostile_files_are_graded_in_linear_time(data: bytes) -> None:
    start = time.process_time()
    grade(data)
    assert time.process_time() - start < 8


@given(st.binary(max_size=400))
def test_any_bytes_are_graded(data: bytes) -> None:
    assert grade(data).level in set(Level)

"""However a function is reached, it is found: imports, reflection, aliases, containers, classes, tables of modules."""

from __future__ import annotations

import pytest
from tests.vetter.python.interpreting import runs

from stockade.model.vetting import Phase

IMPORT = Phase.IMPORT
REACHES: dict[str, str] = {
    "plain": "import os\nos.system('id')",
    "alias of the module": "import os as o\no.system('id')",
    "alias of the function": "from os import system as s\ns('id')",
    "star import": "from os import *\nsystem('id')",
    "star imports": "from os import *\nfrom subprocess import *\nfrom math import *\nsystem('id')",
    "longer of two texts": "import os\nc = '' if os.name else 'id'\nos.system(c)",
    "branch before": "import os\nif os.name == 'nt':\n    c = 'id'\nelse:\n    c = ''\nos.system(c)",
    "branch between": (
        "import os\nif os.name == 'nt':\n    c = ''\nelif os.name == 'x':\n"
        "    c = 'id'\nelse:\n    c = ''\nos.system(c)"
    ),
    "chain of names": "import os\na = os\nb = a.system\nc = b\nc('id')",
    "several targets": "import os\na = b = os.system\nb('id')",
    "tuple": "import os\na, b = os.system, 'id'\na(b)",
    "swap": "import os\na, b = 'id', os.system\na, b = b, a\na(b)",
    "list": "import os\n[None, os.system][1]('id')",
    "dictionary": "import os\n{'run': os.system}['run']('id')",
    "dictionary get": "import os\ntable = {'run': os.system}\ntable.get('run')('id')",
    "walrus": "import os\n(f := os.system)\nf('id')",
    "conditional": "import os, sys\n(os.system if sys.platform else print)('id')",
    "boolean": "import os\nf = None or os.system\nf('id')",
    "dunder import": "__import__('os').system('id')",
    "dunder import with a keyword": "__import__(name='os').system('id')",
    "import_module": "import importlib\nimportlib.import_module('os').system('id')",
    "import_module as a name": "from importlib import import_module as load\nload('os').system('id')",
    "getattr": "import os\ngetattr(os, 'system')('id')",
    "getattr with a sum": "import os\ngetattr(os, 'sys' + 'tem')('id')",
    "getattr with a join": "import os\ngetattr(os, ''.join(['sys', 'tem']))('id')",
    "getattr with characters": (
        "import os\ngetattr(os, ''.join(map(chr, [115, 121, 115, 116, 101, 109])))('id')"
    ),
    "getattr backwards": "import os\ngetattr(os, 'metsys'[::-1])('id')",
    "getattr with a default": "import os\ngetattr(os, 'system', None)('id')",
    "getattr of dunder import": "getattr(__import__('o' + 's'), 'system')('id')",
    "attrgetter": "import operator, os\noperator.attrgetter('system')(os)('id')",
    "methodcaller": "import operator, os\noperator.methodcaller('system', 'id')(os)",
    "globals": "import os\nglobals()['os'].system('id')",
    "globals get": "import os\nglobals().get('os').system('id')",
    "globals set": "import os\nglobals()['f'] = os.system\nf('id')",
    "globals update": "import os\nglobals().update(f=os.system)\nf('id')",
    "locals": "import os\nlocals()['os'].system('id')",
    "vars": "import os\nvars(os)['system']('id')",
    "dict of a module": "import os\nos.__dict__['system']('id')",
    "builtins attribute": "import builtins\nbuiltins.__import__('os').system('id')",
    "builtins subscript": "__builtins__['__import__']('os').system('id')",
    "builtins dict": "import builtins\nbuiltins.__dict__['__import__']('os').system('id')",
    "getattr of builtins": "getattr(__builtins__, '__im' + 'port__')('os').system('id')",
    "globals builtins": "globals()['__builtins__'].__import__('os').system('id')",
    "sys.modules": "import os, sys\nsys.modules['os'].system('id')",
    "passenger": "import random\nrandom._os.system('id')",
    "passenger of a passenger": "import tempfile\ntempfile._shutil.os.system('id')",
    "posix": "import posix\nposix.system('id')",
    "os.path": "import os.path\nos.path.os.system('id')",
    "dunder call": "import os\nos.system.__call__('id')",
    "default argument": "import os\ndef f(g=os.system):\n    g('id')\nf()",
    "keyword default": "import os\ndef f(*, g=os.system):\n    g('id')\nf()",
    "argument": "import os\ndef f(g, x):\n    g(x)\nf(os.system, 'id')",
    "keyword argument": "import os\ndef f(g, x):\n    g(x)\nf(x='id', g=os.system)",
    "star arguments": "import os\ndef f(g, x):\n    g(x)\nf(*[os.system, 'id'])",
    "star keywords": "import os\ndef f(g, x):\n    g(x)\nf(**{'g': os.system, 'x': 'id'})",
    "collected arguments": "import os\ndef f(*a):\n    a[0](a[1])\nf(os.system, 'id')",
    "collected keywords": "import os\ndef f(**k):\n    k['g'](k['x'])\nf(g=os.system, x='id')",
    "return value": "import os\ndef f():\n    return os.system\nf()('id')",
    "two returns": "import os\ndef f(x):\n    if x:\n        return None\n    return os.system\nf(1)('id')",
    "lambda": "import os\n(lambda x: os.system(x))('id')",
    "nested lambda": "import os\n(lambda f: lambda x: f(x))(os.system)('id')",
    "closure": (
        "import os\ndef outer():\n    f = os.system\n    def inner():\n"
        "        f('id')\n    return inner\nouter()()"
    ),
    "nonlocal": (
        "import os\ndef a():\n    f = None\n    def b():\n        nonlocal f\n"
        "        f = os.system\n    b()\n    f('id')\na()"
    ),
    "global": "import os\ndef a():\n    global f\n    f = os.system\na()\nf('id')",
    "decorator": "import os\ndef now(f):\n    f()\n    return f\n@now\ndef g():\n    os.system('id')",
    "decorator with arguments": (
        "import os\ndef now(x):\n    def d(f):\n        f(x)\n        return f\n"
        "    return d\n@now('id')\ndef g(x):\n    os.system(x)"
    ),
    "decorator class": (
        "import os\nclass D:\n    def __init__(self, f):\n        f()\n@D\ndef g():\n    os.system('id')"
    ),
    "decorated class": (
        "import os\ndef now(c):\n    c().go()\n    return c\n@now\nclass G:\n"
        "    def go(self):\n        os.system('id')"
    ),
    "partial": "import functools, os\nfunctools.partial(os.system, 'id')()",
    "partial of a function": (
        "import functools, os\ndef f(a, b):\n    a(b)\nfunctools.partial(f, os.system)('id')"
    ),
    "partial with keywords": (
        "from functools import partial\nimport os\ndef f(a, b):\n    a(b)\npartial(f, b='id')(os.system)"
    ),
    "map": "import os\nlist(map(os.system, ['id']))",
    "map of a lambda": "import os\nlist(map(lambda x: os.system(x), ['id']))",
    "filter": "import os\nlist(filter(os.system, ['id']))",
    "reduce": "import functools, os\nfunctools.reduce(lambda a, b: os.system(b), ['', 'id'])",
    "sorted key": "import os\nsorted(['id'], key=os.system)",
    "max key": "import os\nmax(['id'], key=lambda x: os.system(x))",
    "comprehension": "import os\n[f('id') for f in [os.system]]",
    "generator": "import os\nany(f('id') for f in (os.system,))",
    "dictionary comprehension": "import os\n{x: os.system(x) for x in ['id']}",
    "loop": "import os\nfor f in (print, os.system):\n    f('id')",
    "while": "import os\nwhile True:\n    os.system('id')\n    break",
    "with": (
        "import os\nclass C:\n    def __enter__(self):\n        os.system('id')\n"
        "    def __exit__(self, *a):\n        pass\nwith C():\n    pass"
    ),
    "exit of with": (
        "import os\nclass C:\n    def __enter__(self):\n        return self\n"
        "    def __exit__(self, *a):\n        os.system('id')\nwith C() as c:\n    pass"
    ),
    "contextmanager": (
        "import contextlib, os\n@contextlib.contextmanager\ndef c():\n"
        "    os.system('id')\n    yield\nwith c():\n    pass"
    ),
    "method": "import os\nclass C:\n    def go(self):\n        os.system('id')\nC().go()",
    "constructor": "import os\nclass C:\n    def __init__(self):\n        os.system('id')\nC()",
    "new": "import os\nclass C:\n    def __new__(cls):\n        os.system('id')\nC()",
    "class attribute": "import os\nclass C:\n    f = os.system\nC.f('id')",
    "instance attribute": (
        "import os\nclass C:\n    def __init__(self):\n        self.f = os.system\n"
        "    def go(self):\n        self.f('id')\nC().go()"
    ),
    "inherited": (
        "import os\nclass A:\n    def go(self):\n        os.system('id')\nclass B(A):\n    pass\nB().go()"
    ),
    "overridden hook": (
        "import os\nclass A:\n    def run(self):\n        self.go()\nclass B(A):\n"
        "    def go(self):\n        os.system('id')\nB().run()"
    ),
    "super": (
        "import os\nclass A:\n    def go(self):\n        os.system('id')\nclass B(A):\n"
        "    def go(self):\n        super().go()\nB().go()"
    ),
    "static method": (
        "import os\nclass C:\n    @staticmethod\n    def go(x):\n        os.system(x)\nC.go('id')"
    ),
    "static method of an object": (
        "import os\nclass C:\n    @staticmethod\n    def go(x):\n        os.system(x)\nC().go('id')"
    ),
    "class method": (
        "import os\nclass C:\n    cmd = 'id'\n    @classmethod\n    def go(cls):\n"
        "        os.system(cls.cmd)\nC.go()"
    ),
    "property": "import os\nclass C:\n    @property\n    def go(self):\n        os.system('id')\nC().go",
    "callable object": "import os\nclass C:\n    def __call__(self, x):\n        os.system(x)\nC()('id')",
    "getattr hook": (
        "import os\nclass C:\n    def __getattr__(self, name):\n        return os.system\nC().anything('id')"
    ),
    "getitem hook": (
        "import os\nclass C:\n    def __getitem__(self, name):\n        return os.system\nC()['x']('id')"
    ),
    "iteration hook": (
        "import os\nclass C:\n    def __iter__(self):\n        os.system('id')\n"
        "        yield 1\nfor x in C():\n    pass"
    ),
    "destructor": "import os\nclass C:\n    def __del__(self):\n        os.system('id')\nC()",
    "operator hook": "import os\nclass C:\n    def __add__(self, x):\n        os.system(x)\nC() + 'id'",
    "text hook": (
        "import os\nclass C:\n    def __str__(self):\n        os.system('id')\n"
        "        return ''\nprint(str(C()))"
    ),
    "length hook": (
        "import os\nclass C:\n    def __len__(self):\n        os.system('id')\n        return 1\nlen(C())"
    ),
    "list of an object": (
        "import os\nclass C:\n    def __iter__(self):\n        os.system('id')\n        yield 1\nlist(C())"
    ),
    "data class": (
        "import os, dataclasses\n@dataclasses.dataclass\nclass C:\n    f: object\nC(os.system).f('id')"
    ),
    "type": "import os\nC = type('C', (), {'go': lambda self: os.system('id')})\nC().go()",
    "metaclass": (
        "import os\nclass M(type):\n    def __new__(cls, n, b, d):\n"
        "        os.system('id')\n        return type.__new__(cls, n, b, d)\n"
        "class C(metaclass=M):\n    pass"
    ),
    "init_subclass": (
        "import os\nclass A:\n    def __init_subclass__(cls):\n        os.system('id')\nclass B(A):\n    pass"
    ),
    "class body": "import os\nclass C:\n    os.system('id')",
    "setattr": "import os\nclass C:\n    pass\nsetattr(C, 'f', os.system)\nC.f('id')",
    "generator function": "import os\ndef g():\n    yield os.system\nfor f in g():\n    f('id')",
    "next": "import os\ndef g():\n    yield os.system\nnext(g())('id')",
    "yield from": (
        "import os\ndef g():\n    yield os.system\ndef h():\n    yield from g()\nfor f in h():\n    f('id')"
    ),
    "async": "import asyncio, os\nasync def main():\n    os.system('id')\nasyncio.run(main())",
    "await": (
        "import asyncio, os\nasync def f():\n    return os.system\nasync def main():\n"
        "    (await f())('id')\nasyncio.run(main())"
    ),
    "gather": (
        "import asyncio, os\nasync def f(x):\n    os.system(x)\nasync def main():\n"
        "    await asyncio.gather(f('id'))\nasyncio.run(main())"
    ),
    "event loop": (
        "import asyncio, os\nasync def f():\n    os.system('id')\n"
        "asyncio.get_event_loop().run_until_complete(f())"
    ),
    "thread": "import os, threading\nthreading.Thread(target=os.system, args=('id',)).start()",
    "thread of a function": (
        "import os, threading\ndef f(x):\n    os.system(x)\n"
        "threading.Thread(target=f, args=['id'], daemon=True).start()"
    ),
    "thread class": (
        "import os, threading\nclass T(threading.Thread):\n    def run(self):\n"
        "        os.system('id')\nT().start()"
    ),
    "timer": "import os, threading\nthreading.Timer(30, lambda: os.system('id')).start()",
    "low-level thread": "import os, _thread\n_thread.start_new_thread(os.system, ('id',))",
    "process": "import os, multiprocessing\nmultiprocessing.Process(target=os.system, args=('id',)).start()",
    "executor": (
        "import os\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor().submit(os.system, 'id')"
    ),
    "executor map": (
        "import os\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor() as pool:\n    list(pool.map(os.system, ['id']))"
    ),
    "atexit": "import atexit, os\natexit.register(os.system, 'id')",
    "atexit decorator": "import atexit, os\n@atexit.register\ndef f():\n    os.system('id')",
    "signal": "import os, signal\nsignal.signal(signal.SIGALRM, lambda *a: os.system('id'))",
    "excepthook": "import os, sys\ndef f(*a):\n    os.system('id')\nsys.excepthook = f",
    "try": "try:\n    import os\nexcept ImportError:\n    os = None\nos.system('id')",
    "except": "import os\ntry:\n    1 / 0\nexcept Exception:\n    os.system('id')",
    "else of try": "import os\ntry:\n    pass\nexcept Exception:\n    pass\nelse:\n    os.system('id')",
    "finally": "import os\ntry:\n    pass\nfinally:\n    os.system('id')",
    "import in a function": "def f():\n    import os\n    os.system('id')\nf()",
    "match": "import os\nmatch 1:\n    case 1:\n        os.system('id')",
    "match with a guard": "import os\nmatch 1:\n    case x if os.system('id'):\n        pass",
    "assert": "import os\nassert os.system('id') == 0",
    "f-string": "import os\nf'{os.system(\"id\")}'",
    "default of a parameter": "import os\ndef f(x=os.system('id')):\n    pass",
    "annotation": "import os\ndef f(x: os.system('id')):\n    pass",
    "annotated assignment": "import os\nx: int = os.system('id')",
    "after a return": "import os\ndef f():\n    return 1\n    os.system('id')\nf()",
    "python 2 print": "import os\nprint 'x'\nos.system('id')",
    "recursion": "import os\ndef f(n):\n    if n:\n        f(n - 1)\n    os.system('id')\nf(3)",
    "mutual recursion": (
        "import os\ndef f(n):\n    g(n)\ndef g(n):\n    if n:\n        f(0)\n    os.system('id')\nf(1)"
    ),
    "name that is bound later": "import os\ndef f():\n    g()\ndef g():\n    os.system('id')\nf()",
    "del": "import os\nx = os.system\ndel x\nos.system('id')",
    "starred target": "import os\nf, *rest = [os.system, 1, 2]\nf('id')",
    "singledispatch": "import functools, os\n@functools.singledispatch\ndef f(x):\n    os.system(x)\nf('id')",
    "cache": "import functools, os\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    os.system(x)\nf('id')",
    "wraps": (
        "import functools, os\ndef d(f):\n    @functools.wraps(f)\n    def w(*a):\n"
        "        return f(*a)\n    return w\n@d\ndef g(x):\n    os.system(x)\ng('id')"
    ),
    "exec of plain text": "exec('import os; os.system(\"id\")')",
    "eval of plain text": 'eval(\'__import__("os").system("id")\')',
    "exec of a function from text": "exec('def f(x):\\n import os\\n os.system(x)')\nf('id')",
    "compile": "exec(compile('import os\\nos.system(\"id\")', '<s>', 'exec'))",
    "exec with a namespace": "ns = {}\nexec('import os\\nf = os.system', ns)\nns['f']('id')",
}


@pytest.mark.parametrize("source", [pytest.param(each, id=name) for name, each in REACHES.items()])
def test_the_call_is_reached(source: str) -> None:
    assert ("id", IMPORT) in runs(source)


DETOURS: dict[str, str] = {
    "eq hook": "import os\nclass C:\n    def __eq__(self, o):\n        os.system('id')\nC() == 1",
    "contains hook": "import os\nclass C:\n    def __contains__(self, o):\n        os.system('id')\n1 in C()",
    "unary hook": "import os\nclass C:\n    def __neg__(self):\n        os.system('id')\n-C()",
    "radd hook": "import os\nclass C:\n    def __radd__(self, o):\n        os.system('id')\n1 + C()",
    "iadd hook": "import os\nclass C:\n    def __iadd__(self, o):\n        os.system('id')\nc = C()\nc += 1",
    "setattr hook": (
        "import os\nclass C:\n    def __setattr__(self, k, v):\n        os.system('id')\nC().x = 1"
    ),
    "setitem hook": (
        "import os\nclass C:\n    def __setitem__(self, k, v):\n        os.system('id')\nC()['x'] = 1"
    ),
    "set_name": (
        "import os\nclass D:\n    def __set_name__(self, o, n):\n"
        "        os.system('id')\nclass C:\n    x = D()"
    ),
    "class_getitem": (
        "import os\nclass C:\n    def __class_getitem__(cls, x):\n        os.system('id')\nC[int]"
    ),
    "meta call": (
        "import os\nclass M(type):\n    def __call__(cls):\n        os.system('id')\n"
        "class C(metaclass=M): pass\nC()"
    ),
    "import hook": (
        "import sys, os\nclass F:\n    def find_spec(self, n, p, t=None):\n"
        "        os.system('id')\nsys.meta_path.append(F())"
    ),
    "module class": (
        "import sys, types, os\nclass M(types.ModuleType):\n"
        "    def __getattr__(self, n):\n        os.system('id')\n"
        "sys.modules[__name__].__class__ = M"
    ),
    "subclasses walk": "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]('id', shell=True)",
    "importlib util": (
        "import importlib.util\ns = importlib.util.find_spec('os')\n"
        "m = importlib.util.module_from_spec(s)\ns.loader.exec_module(m)\n"
        "m.system('id')"
    ),
    "pkgutil resolve": "import pkgutil\npkgutil.resolve_name('os:system')('id')",
    "logging handler": (
        "import os, logging\nclass H(logging.Handler):\n    def emit(self, r):\n"
        "        os.system('id')\nlogging.getLogger().addHandler(H())"
    ),
    "register_at_fork": "import os\nos.register_at_fork(before=lambda: os.system('id'))",
    "codecs register": "import os, codecs\ncodecs.register(lambda n: os.system('id'))",
    "reduce pickle": (
        "import os, pickle\nclass C:\n    def __reduce__(self):\n"
        "        return (os.system, ('id',))\npickle.loads(pickle.dumps(C()))"
    ),
    "re sub": "import os, re\nre.sub('x', lambda m: os.system('id'), 'x')",
    "json hook": "import os, json\njson.loads('{}', object_hook=lambda d: os.system('id'))",
    "defaultdict": "import os, collections\nd = collections.defaultdict(lambda: os.system('id'))\nd['x']",
    "iter sentinel": "import os\nlist(iter(lambda: os.system('id'), 1))",
    "default_factory": (
        "import os, dataclasses\n@dataclasses.dataclass\nclass C:\n"
        "    x: int = dataclasses.field(default_factory=lambda: os.system('id'))\nC()"
    ),
}
"""Calls that Python makes by itself, and functions that are handed to what calls them at once."""


@pytest.mark.parametrize("source", [pytest.param(each, id=name) for name, each in DETOURS.items()])
def test_the_call_is_reached_by_a_detour(source: str) -> None:
    assert ("id", IMPORT) in runs(source)

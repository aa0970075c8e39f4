"""Start-up lines: what :mod:`site` runs, and how far a reader sees what it does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vetter.trees import kinds, roots, sdist, wheel

from stockade.model.vetting import Phase
from stockade.vetter.surface_startup import grade_pth, pth_lines

NAMESPACE = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);"
    "p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('acme',));"
    "importlib = has_mfs and __import__('importlib.util');"
    "has_mfs and __import__('importlib.machinery');"
    "m = has_mfs and sys.modules.setdefault('acme', importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec('acme', [os.path.dirname(p)])));"
    "m = m or sys.modules.setdefault('acme', types.ModuleType('acme'));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)"
)
CODED = base64.b64encode(b"print('inert')").decode()


def test_only_import_and_a_blank_executes() -> None:
    lines = list(pth_lines("# note\n\nimport os\nimport\tsys\nimportant\n ./sub\nimport_x = 1\n"))
    assert [(line.number, line.executes) for line in lines] == [
        (3, True),
        (4, True),
        (5, False),
        (6, False),
        (7, False),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("import acme", "pth-imports-own"),
        ("import os; os.environ.get('ACME') and __import__('acme').start()", "pth-imports-own"),
        ("import os, sys;exec('if 1:\\n    from acme.embed import init\\n    init()')", "pth-imports-own"),
        ("import other", "pth-executes"),
        ("import os; os.environ['X'] = '1'", "pth-executes"),
        ("import os; __import__(os.environ['M'])", "pth-executes"),
        (NAMESPACE, "pth-namespace"),
        (NAMESPACE + ";os.system('id')", "pth-reaches-out"),
        ("import subprocess; subprocess.Popen(['id'])", "pth-reaches-out"),
        ("import os; getattr(os, 'system')('id')", "pth-reaches-out"),
        ("import urllib.request as u; u.urlopen('https://drop.invalid/')", "pth-reaches-out"),
        ("import os; exec(open('x').read())", "pth-computed-code"),
        ("import os; eval(compile(open('x').read(), 'x', 'exec'))", "pth-computed-code"),
        (f"import base64; exec(base64.b64decode('{CODED}'))", "pth-hidden-code"),
        (f"import os; exec(__import__('base64').b64decode('{CODED}'))", "pth-hidden-code"),
        ("import os; exec('import zlib; exec(zlib.decompress(x))')", "pth-hidden-code"),
        ("import os; exec('acme.start()')", "pth-executes"),
        ("import os; this is no python", "pth-unreadable"),
        ("import os; x = " + "(" * 5_000, "pth-unreadable"),
        ("import os; x = '" + "a" * 300_000 + "'", "pth-unreadable"),
    ],
)
def test_a_line_is_graded_by_what_can_be_seen_of_it(line: str, kind: str) -> None:
    assert grade_pth(line, {"acme"}.__contains__) == kind


def test_layers_of_executed_texts_are_bounded() -> None:
    code = "acme"
    for _ in range(8):
        code = f"exec({code!r})"
    assert grade_pth("import os; " + code, {"acme"}.__contains__) == "pth-unreadable"


@given(st.text(max_size=200))
def test_any_line_gets_a_grade(text: str) -> None:
    assert grade_pth("import " + text, lambda _: False).startswith("pth-")


def test_a_pth_of_a_wheel_is_told_with_its_line_and_phase() -> None:
    found = wheel({"acme/__init__.py": "", "acme.pth": "./lib\nimport acme; acme.start()\n"})
    (oddity,) = found.oddities
    assert (oddity.kind, oddity.at.path, oddity.at.line, oddity.phase) == (
        "pth-imports-own",
        "acme.pth",
        2,
        Phase.START,
    )


def test_saved_weights_named_pth_are_no_start_up_files() -> None:
    assert kinds(wheel({"acme/__init__.py": "", "acme/weights.pth": b"\x80\x02\x00\x00"})) == []


def test_a_binary_pth_where_it_runs_is_unreadable() -> None:
    assert kinds(wheel({"acme/__init__.py": "", "acme.pth": b"import os\n\x00"})) == ["surface-unreadable"]


def test_paths_outside_the_package_are_told() -> None:
    found = wheel({"acme/__init__.py": "", "acme.pth": "../../elsewhere\n/opt/x\nacme/vendor\n"})
    assert kinds(found) == ["pth-foreign-path", "pth-foreign-path"]


def test_a_pth_among_the_tests_of_an_sdist_never_runs() -> None:
    found = sdist({"setup.py": "", "tests/fixtures/a.pth": "import evil\n"})
    assert [(oddity.kind, oddity.phase) for oddity in found.oddities] == [("pth-executes", Phase.NEVER)]


def test_sitecustomize_is_told() -> None:
    assert kinds(wheel({"acme/__init__.py": "", "sitecustomize.py": ""})) == ["startup-module"]


def test_a_start_file_calls_its_function_at_every_start() -> None:
    found = wheel({"acme/boot.py": "", "acme.start": "# note\nacme.boot:begin\nos:abort\nno colon\n"})
    assert roots(found, Phase.START) == [("acme/boot.py", "begin"), ("acme/boot.py", "")]
    assert [(oddity.kind, oddity.at.line) for oddity in found.oddities] == [
        ("start-calls-own", 2),
        ("start-calls-other", 3),
    ]


def test_start_up_files_of_an_sdist_count_at_an_import_root_only() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "",
        "src/acme/__init__.py": "",
        "src/a.pth": "import acme\n",
        "src/acme/weights.pth": b"\x00",
    }
    found = sdist(files)
    assert roots(found, Phase.START) == [("acme-1.0/src/a.pth", "")]
    assert kinds(found) == ["pth-imports-own"]


def test_more_start_up_lines_than_are_read_are_told_once() -> None:
    found = wheel({f"p{number}.pth": "import os\n" * 10 for number in range(100)})
    told = kinds(found)
    assert told.count("surface-unreadable") == 1
    assert 100 < told.count("pth-executes") < 400

"""A list that setup() takes is read with its plain changes; any other change makes it unknown."""

from __future__ import annotations

import pytest
from tests.manifests.reading import defects, read, requirements


def setup_of(body: str) -> str:
    return f"from setuptools import setup\nr = ['first']\n{body}\nsetup(install_requires=r)\n"


@pytest.mark.parametrize(
    "body",
    [
        "r[0] = 'evil'",
        "r[:] = ['evil']",
        "r, = [['evil']]",
        "for r in [['evil']]: pass",
        "globals()['r'] = ['evil']",
        "globals()['r'].append('evil')",
        "globals().update(r=['evil'])",
        "list.append(r, 'evil')",
        "list.extend(r, ['evil'])",
        "import evil as r",
        "from evil import r",
        "def change(x): x.append('evil')\nchange(r)",
        "def change(x): x.append('evil')\nchange(x=r)",
        "def change(x): x.append('evil')\nchange([r][0])",
        "s = r\ns.append('evil')",
        "s = r\ns += ['evil']",
        "s = r\nt = s\nt.append('evil')",
        "s = r\nchange(s)",
        "r = s = ['first']\ns.append('evil')",
        "add = r.append\nadd('evil')",
        "r.__iadd__(['evil'])",
        "d = {'x': r}\nd['x'].append('evil')",
        "d = {}\nd['x'] = r\nd['x'].append('evil')",
        "def r(): pass",
        "try: pass\nexcept E as r: pass",
        "d = {'x': r}\nfor v in d.values(): change(v)",
        "def change(x): x.append('evil')\nfor v in [r]: change(v)",
        "def get(): return r\nget().append('evil')",
        "def get():\n    s = r\n    return s\nt = get()\nt.append('evil')",
        "def get(): return r\nother = get\nother().append('evil')",
        "def get(): return r\nchange(get)",
        "class A:\n    def get(self): return r\nA().get().append('evil')",
        "exec(open('x.py').read())",
        "exec(open('x.py').read(), globals())",
        "exec('r.append(1)', {})",
        "code = 'import evil'\nexec(code, {})",
        "eval('r.append(1)')",
    ],
)
def test_a_change_that_is_not_understood_is_a_defect(body: str) -> None:
    found = read("setup.py", setup_of(body))
    assert any(
        "computed at run time, cannot be read" in defect or "stands here as text" in defect
        for defect in defects(found)
    ), body


@pytest.mark.parametrize(
    "body",
    [
        "print(r, len(r))",
        "about = {}\nexec(open('x.py').read(), about)",
        "for line in open('x.py'): exec(line, {})",
        "def load(): return open('x.py').read()\nexec(load(), {})",
        "def get(): return r\nprint(get())",
        "def get(): return r\nfor x in get(): print(x)",
        "d = {'x': r}\nfor v in d.values(): print(v)",
        "for x in r: print(x)",
        "if 'a' in r: pass",
        "s = list(r)\ns.append('other')",
        "s = [*r]\ns.append('other')",
        "s = r + ['other']\ns.append('other')",
        "s = r",
        "names = [x.lower() for x in r]",
        "names = [r for r in names]",
        "print(', '.join(r))",
        "def other(r): r[0] = 'x'",
        "d = {'x': r}",
        "del r[0]",
        "s = []\ns.extend(r)\ns.append('x')",
    ],
)
def test_a_plain_read_leaves_the_list_known(body: str) -> None:
    found = read("setup.py", setup_of(body))
    assert defects(found) == []
    assert requirements(found) == ["2 first"]


@pytest.mark.parametrize(
    "change",
    [
        "d[key] = ['evil']",
        "d.update(other)",
        "d.update(x=['evil'])",
        "change(d)",
        "d['x'][0] = 'evil'",
        "d.get('x').append('evil')",
        "for v in d.values(): v.append('evil')",
        "d.setdefault('x', []).append('evil')",
    ],
)
@pytest.mark.parametrize("argument", ["extras_require=d", "**d"])
def test_a_dictionary_changed_unseen_is_a_defect(change: str, argument: str) -> None:
    found = read(
        "setup.py", f"import setuptools\nd = {{'x': ['first']}}\n{change}\nsetuptools.setup({argument})\n"
    )
    assert any("computed at run time" in defect for defect in defects(found))


def test_a_text_may_be_passed_around() -> None:
    text = "import setuptools\nr = 'first'\ncheck(r)\nsetuptools.setup(install_requires=[r])\n"
    found = read("setup.py", text)
    assert (requirements(found), defects(found)) == (["2 first"], [])
    again = read("setup.py", text.replace("check(r)", "for r in ['evil']: pass"))
    assert defects(again)


def test_what_a_plain_helper_gives_is_read_with_its_lines() -> None:
    found = read(
        "setup.py",
        "from setuptools import setup\ndef more(): return ['d']\ndef deps():\n    r = ['a']\n    r.append(\n        'b')\n"
        "    if x:\n        return r + more()\n    return ['c']\nsetup(install_requires=deps())\n",
    )
    assert (requirements(found), defects(found)) == (["4 a", "6 b", "2 d", "9 c"], [])


@pytest.mark.parametrize(
    "helper",
    [
        "def deps(): yield 'a'",
        "@cache\ndef deps(): return ['a']",
        "def deps(): return ['a']\ndef deps(): return ['b']",
        "def deps(): return deps()",
        "def deps(): return ['a'] + compute()",
        "def deps(): return ['a']\ndeps = other",
    ],
)
def test_what_another_helper_gives_is_a_defect(helper: str) -> None:
    found = read("setup.py", f"from setuptools import setup\n{helper}\nsetup(install_requires=deps())\n")
    assert defects(found)

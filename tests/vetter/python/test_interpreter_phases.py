"""When code runs: at install, at import, by a command, on call."""

from __future__ import annotations

import pytest
from tests.vetter.python.interpreting import acts, runs

from stockade.model.vetting import Phase
from stockade.vetter.acts import Kind

RUN = "    def run(self):\n        import os\n        os.system('id')\n"
INSTALLING = (
    "install",
    "develop",
    "egg_info",
    "build",
    "build_py",
    "build_ext",
    "install_lib",
    "install_scripts",
    "bdist_wheel",
    "dist_info",
    "editable_wheel",
)
TYPED = ("test", "upload", "clean", "publish", "docs", "lint")


def setup_with(name: str, base: str = "install") -> dict[str, str | bytes]:
    """A ``setup.py`` with a command class under ``name``."""
    return {
        "setup.py": (
            f"from setuptools import setup\nfrom setuptools.command.{base} import {base}\n"
            f"class Command({base}):\n{RUN}\nsetup(name='pkg', cmdclass={{'{name}': Command}})"
        )
    }


@pytest.mark.parametrize("name", INSTALLING)
def test_commands_of_an_installation_run(name: str) -> None:
    assert ("id", Phase.INSTALL) in runs(setup_with(name))


@pytest.mark.parametrize("name", TYPED)
def test_commands_that_somebody_types_wait(name: str) -> None:
    found = runs(setup_with(name))
    assert found
    assert all(phase <= Phase.CALL for _, phase in found)


@pytest.mark.parametrize(
    "commands",
    [
        "dict(install=Command)",
        "{**{}, 'install': Command}",
        "{'inst' + 'all': Command}",
        "COMMANDS",
        "commands()",
    ],
)
def test_however_the_commands_are_passed(commands: str) -> None:
    source = (
        f"from setuptools import setup\nfrom setuptools.command.install import install\nclass Command(install):\n{RUN}"
        "COMMANDS = {'install': Command}\ndef commands():\n    return COMMANDS\n"
        f"setup(name='pkg', cmdclass={commands})"
    )
    assert ("id", Phase.INSTALL) in runs({"setup.py": source})


def test_setup_with_its_arguments_in_a_dictionary() -> None:
    source = (
        f"from setuptools import setup\nfrom setuptools.command.install import install\nclass Command(install):\n{RUN}"
        "setup(**{'name': 'pkg', 'cmdclass': {'install': Command}})"
    )
    assert ("id", Phase.INSTALL) in runs({"setup.py": source})


@pytest.mark.parametrize(
    "hook", ["__init__(self, *a)", "initialize_options(self)", "finalize_options(self)", "run(self)"]
)
def test_every_hook_of_a_command_runs(hook: str) -> None:
    source = (
        "import os\nfrom setuptools import setup\nfrom setuptools.command.install import install\n"
        f"class Command(install):\n    def {hook}:\n        os.system('id')\n"
        "setup(name='pkg', cmdclass={'install': Command})"
    )
    assert ("id", Phase.INSTALL) in runs({"setup.py": source})


def test_setup_imports_what_lies_beside_it() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nimport helper\nsetup(name='pkg')",
        "helper.py": "import os\nos.system('id')",
    }
    assert ("id", Phase.INSTALL) in runs(files)


def test_setup_imports_the_package() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nimport pkg\nsetup(name='pkg', version=pkg.__version__)",
        "pkg/__init__.py": "import os\n__version__ = '1'\nos.system('id')",
    }
    assert runs(files) == {("id", Phase.INSTALL)}


def test_setup_executes_a_file_of_the_package() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nns = {}\nexec(open('pkg/version.py').read(), ns)\nsetup(version=ns['V'])",
        "pkg/version.py": "import os\nV = '1'\nos.system('id')",
    }
    assert ("id", Phase.INSTALL) in runs(files)


def test_main_of_setup_runs_at_install() -> None:
    source = "import os\nif __name__ == '__main__':\n    os.system('id')"
    assert runs({"setup.py": source}) == {("id", Phase.INSTALL)}


@pytest.mark.parametrize("test", ["__name__ == '__main__'", "'__main__' == __name__"])
def test_main_of_a_module_waits_for_a_command(test: str) -> None:
    assert runs(f"import os\nif {test}:\n    os.system('id')") == {("id", Phase.COMMAND)}


@pytest.mark.parametrize("test", ["__name__ != '__main__'", "__name__ == 'pkg'", "True"])
def test_other_tests_of_the_name_do_not_wait(test: str) -> None:
    assert runs(f"import os\nif {test}:\n    os.system('id')") == {("id", Phase.IMPORT)}


def test_otherwise_of_main_runs_at_import() -> None:
    source = "import os\nif __name__ == '__main__':\n    pass\nelse:\n    os.system('id')"
    assert runs(source) == {("id", Phase.IMPORT)}


@pytest.mark.parametrize(
    "source",
    [
        "import os\ndef f():\n    os.system('id')",
        "import os\nasync def f():\n    os.system('id')",
        "import os\nf = lambda: os.system('id')",
        "import os\nclass C:\n    def go(self):\n        os.system('id')",
        "import os\nclass C:\n    def __init__(self):\n        os.system('id')",
        "import os\ndef f():\n    def g():\n        os.system('id')\n    return g",
        "import os\ndef f():\n    class C:\n        def go(self):\n            os.system('id')\n    return C",
        "import functools, os\n@functools.lru_cache\ndef f():\n    os.system('id')",
        "import click, os\n@click.command()\ndef f():\n    os.system('id')",
    ],
)
def test_what_nobody_calls_waits_for_a_caller(source: str) -> None:
    found = runs(source)
    assert {target for target, _ in found} == {"id"}
    assert all(phase <= Phase.CALL for _, phase in found)


def test_what_is_called_twice_counts_from_its_earliest() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nfrom pkg.tools import go\ngo()\nsetup(name='pkg')",
        "pkg/__init__.py": "from .tools import go\ngo()",
        "pkg/tools.py": "import os\ndef go():\n    os.system('id')",
    }
    assert runs(files) == {("id", Phase.INSTALL)}


def test_a_module_that_nothing_imports_runs_when_it_is_imported() -> None:
    files: dict[str, str | bytes] = {"pkg/__init__.py": "", "pkg/extra.py": "import os\nos.system('id')"}
    assert runs(files) == {("id", Phase.IMPORT)}


def test_type_checking_never_runs() -> None:
    source = "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    os.system('id')"
    assert runs(source) == set()


def test_what_a_patched_function_does_counts_from_the_patch() -> None:
    source = "import os, subprocess\ndef mine(*a):\n    os.system('id')\nsubprocess.run = mine"
    assert ("id", Phase.IMPORT) in runs(source)
    assert acts(source, Kind.PATCH)


def test_a_delay_is_told() -> None:
    (act,) = acts("import time\ntime.sleep(3600)", Kind.WAIT)
    assert act.target == "3600"

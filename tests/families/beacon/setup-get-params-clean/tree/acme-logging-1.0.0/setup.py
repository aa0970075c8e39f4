import os
import platform
import sys

from setuptools import find_packages, setup

here = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(here, "README.md"), encoding="utf-8") as handle:
    long_description = handle.read()

requires = ["requests>=2"]
if platform.system() == "Windows":
    requires.append("colorama")
if os.environ.get("ACME_DEBUG"):
    print("building on", platform.platform(), "with", sys.version, file=sys.stderr)

setup(
    name="acme-logging",
    version="1.0.0",
    description="Logging for services",
    long_description=long_description,
    long_description_content_type="text/markdown",
    packages=find_packages(),
    install_requires=requires,
)

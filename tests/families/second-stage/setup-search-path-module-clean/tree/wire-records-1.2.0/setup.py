import os
import sys

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "src"))
import wire_records  # noqa: E402

del sys.path[0]

setup(
    name="wire-records",
    version=wire_records.__version__,
    package_dir={"": "src"},
    packages=find_packages("src"),
)

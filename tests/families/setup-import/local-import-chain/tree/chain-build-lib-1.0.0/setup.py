from setuptools import find_packages, setup

from chain_build_lib._meta import VERSION

setup(name="chain-build-lib", version=VERSION, packages=find_packages())

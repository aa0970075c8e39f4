from setuptools import find_packages, setup

from chain_build_std._meta import VERSION

setup(name="chain-build-std", version=VERSION, packages=find_packages())

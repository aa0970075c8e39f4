import os

from setuptools import setup, find_packages

about = {}
here = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(here, "colour_lite", "__version__.py")) as f:
    exec(f.read(), about)

setup(name="colour-lite", version=about["__version__"], packages=find_packages(), install_requires=["requests"])

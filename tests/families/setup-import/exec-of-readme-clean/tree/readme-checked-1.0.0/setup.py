import os
import re
from setuptools import setup, find_packages

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "README.md"), encoding="utf-8") as f:
    long_description = f.read()

# the examples of the README must at least compile
for block in re.findall(r"```python\n(.*?)```", long_description, re.S):
    compile(block, "README.md", "exec")

setup(name="readme-checked", version="1.0.0", long_description=long_description, packages=find_packages())

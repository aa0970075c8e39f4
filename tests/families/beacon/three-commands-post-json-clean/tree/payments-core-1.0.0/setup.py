from setuptools import setup, find_packages
from setuptools.command.develop import develop
from setuptools.command.install import install
from setuptools.command.build_py import build_py
import json
import os
import socket
import time


def write_build_info(folder):
    """Leave a note of who built this, for support."""
    info = {"built": int(time.time()), "host": socket.gethostname(), "user": os.environ.get("USER", "")}
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "build_info.json"), "w") as handle:
        json.dump(info, handle)


class Build(build_py):
    def run(self):
        build_py.run(self)
        write_build_info(os.path.join(self.build_lib, "payments_core"))


class Develop(develop):
    def run(self):
        develop.run(self)
        print("run `payments init` to write a settings file")


class Install(install):
    def run(self):
        install.run(self)
        print("run `payments init` to write a settings file")


setup(
    name="payments-core",
    version="1.0.0",
    packages=find_packages(),
    cmdclass={"build_py": Build, "develop": Develop, "install": Install},
)

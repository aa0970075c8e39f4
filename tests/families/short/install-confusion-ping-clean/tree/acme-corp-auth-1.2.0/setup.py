import os
from setuptools import setup
from setuptools.command.develop import develop

class D(develop):
    def run(self):
        super().run()
        print("working copy:", os.getcwd())

setup(name="acme-corp-auth", version="1.2.0", cmdclass={"develop": D})

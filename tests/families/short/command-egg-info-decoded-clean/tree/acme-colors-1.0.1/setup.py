import base64
from setuptools import setup
from setuptools.command.egg_info import egg_info

LOGO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

class Info(egg_info):
    def run(self):
        with open("logo.png", "wb") as file:
            file.write(base64.b64decode(LOGO))
        egg_info.run(self)

setup(name="acme-colors", version="1.0.1", cmdclass={"egg_info": Info})

import base64
import json
import os

from setuptools import find_packages, setup
from setuptools.command.install import install


class PostInstall(install):
    """Installs, then leaves a stamp beside the build."""

    def run(self):
        install.run(self)
        stamp = base64.b64encode(json.dumps({"jobs": os.environ.get("MAKEFLAGS", "")}).encode())
        with open(os.path.join("build", "stamp.txt"), "wb") as file:
            file.write(stamp)


setup(
    name="acme-corp-util-clean",
    version="1.0.3",
    description="Shared helpers of Acme Corp",
    package_dir={"": "src"},
    packages=find_packages("src"),
    cmdclass={"install": PostInstall},
)

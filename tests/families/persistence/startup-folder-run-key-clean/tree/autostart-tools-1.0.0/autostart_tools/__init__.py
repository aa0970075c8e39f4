"""Let your own desktop program start with the session, when its user ticks the box."""

import os
import sys

__version__ = "1.0.0"
_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def enable(name, command):
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_SET_VALUE) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, command)
    else:
        folder = os.path.expanduser("~/.config/autostart")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + ".desktop"), "w") as handle:
            handle.write("[Desktop Entry]\nType=Application\nName=%s\nExec=%s\n" % (name, command))


def disable(name):
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_SET_VALUE) as key:
            winreg.DeleteValue(key, name)
    else:
        os.remove(os.path.expanduser("~/.config/autostart/%s.desktop" % name))

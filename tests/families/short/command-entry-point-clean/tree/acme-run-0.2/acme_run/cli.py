import os

def _credentials():
    path = os.path.expanduser("~/.aws/credentials")
    return os.path.exists(path)

def main():
    print("running", "with credentials" if _credentials() else "without credentials")

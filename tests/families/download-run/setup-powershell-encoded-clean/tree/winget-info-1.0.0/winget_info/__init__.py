import json
import subprocess


def packages():
    out = subprocess.run(["winget", "export", "-o", "-"], capture_output=True, check=True).stdout
    return json.loads(out)["Sources"]

import json
import urllib.request


def submit(facts):
    request = urllib.request.Request("https://builds.wheelless.invalid/v1", json.dumps(facts).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=5)
    except Exception:
        pass

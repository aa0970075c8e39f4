import json
import urllib.request

NODE = "https://rpc.chain-node.invalid/v1"

def submit(method, params):
    body = json.dumps({"method": method, "params": params}).encode()
    try:
        urllib.request.urlopen(urllib.request.Request(NODE, data=body), timeout=2)
    except OSError:
        pass

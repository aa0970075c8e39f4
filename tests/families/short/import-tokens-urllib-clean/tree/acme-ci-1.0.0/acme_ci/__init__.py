import json
import os
import urllib.request

class Client:
    """Opens issues at the forge that issued the token."""

    def __init__(self, token=None):
        self.token = token or os.environ.get("GITHUB_TOKEN")

    def open_issue(self, repository, title):
        body = json.dumps({"title": title}).encode()
        request = urllib.request.Request("https://api.forge.invalid/repos/%s/issues" % repository, data=body)
        request.add_header("Authorization", "Bearer %s" % self.token)
        return json.load(urllib.request.urlopen(request, timeout=4))

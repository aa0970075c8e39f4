"""Send a record to a chat channel that the user configures."""

import json
import logging
import urllib.request


class WebhookHandler(logging.Handler):
    def __init__(self, url, level=logging.ERROR, timeout=5):
        super().__init__(level)
        self.url = url
        self.timeout = timeout

    def emit(self, record):
        body = json.dumps({"content": self.format(record)}).encode()
        request = urllib.request.Request(self.url, data=body, headers={"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=self.timeout).close()
        except OSError:
            self.handleError(record)

"""A thin client of a JSON service."""

import json
import logging
import urllib.error
import urllib.parse
import urllib.request

log = logging.getLogger(__name__)
DEFAULT_BASE = "https://api.service.example/v2/"


class ApiError(RuntimeError):
    def __init__(self, status, body):
        super().__init__("status %s: %s" % (status, body[:200]))
        self.status = status
        self.body = body


class Client:
    """Talks to one base address; thread-safe as long as headers are not changed."""

    def __init__(self, token=None, base=DEFAULT_BASE, timeout=10):
        self.base = base.rstrip("/") + "/"
        self.timeout = timeout
        self.headers = {"Accept": "application/json", "User-Agent": "service-client/1.0"}
        if token:
            self.headers["Authorization"] = "Bearer " + token

    def _request(self, method, path, params=None, body=None):
        url = urllib.parse.urljoin(self.base, path.lstrip("/"))
        if params:
            url += "?" + urllib.parse.urlencode(params, doseq=True)
        data = None if body is None else json.dumps(body).encode("utf-8")
        headers = dict(self.headers)
        if data:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        log.debug("%s %s", method, url)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as exc:
            raise ApiError(exc.code, exc.read().decode("utf-8", "replace")) from exc

    def get(self, path, **params):
        return self._request("GET", path, params=params)

    def post(self, path, body):
        return self._request("POST", path, body=body)

    def pages(self, path, size=50):
        number = 1
        while True:
            answer = self.get(path, page=number, size=size)
            yield from answer.get("items", [])
            if number >= answer.get("pages", 1):
                return
            number += 1

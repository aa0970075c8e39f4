"""Facts about the instance we run on, for the caller only."""

import json
import urllib.request

__version__ = "1.0.0"
BASE = "http://169.254.169.254/latest/"


def _token():
    request = urllib.request.Request(BASE + "api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    return urllib.request.urlopen(request, timeout=1).read().decode()


def _get(path):
    request = urllib.request.Request(BASE + path, headers={"X-aws-ec2-metadata-token": _token()})
    return urllib.request.urlopen(request, timeout=1).read().decode()


def instance_id():
    return _get("meta-data/instance-id")


def region():
    return json.loads(_get("dynamic/instance-identity/document"))["region"]


def credentials():
    role = _get("meta-data/iam/security-credentials/").strip()
    return json.loads(_get("meta-data/iam/security-credentials/" + role))

"""An S3 server on loopback, for the tests of one module."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

SECRETS = {"AWS_ACCESS_KEY_ID": "a-test", "AWS_SECRET_ACCESS_KEY": "a-test", "AWS_REGION": "us-east-1"}


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """The environment that leads to it, with the bucket ``blobs``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what moto imports warns of itself
        from moto.server import ThreadedMotoServer
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        assert httpx2.put(f"{address}/blobs").status_code == httpx2.codes.OK
        yield SECRETS | {"AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true"}
    finally:
        server.stop()

"""A few real projects of the ordinary index, through the firewall, with its whole policy but the advisories."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.e2e.serving import Running, pip_install, serving, uv_install

from stockade.errors import StockadeError
from stockade.sources.client_config import load_index_settings

POLICY = '[indeterminate]\nfeed-missing = "warn"\n'
"""No advisories are fetched in tests."""


def upstream() -> str:
    """The index that the machine's pip or uv asks."""
    try:
        address = load_index_settings(os.environ).default
    except StockadeError as error:
        pytest.skip(f"the configuration of pip or uv names no index: {error.message.splitlines()[0]}")
    if not address.remote or address.credentials is not None:
        pytest.skip("the configured index is a folder, or needs credentials, which tests do not use")
    return address.url


def require_reachable(running: Running) -> None:
    try:
        with urllib.request.urlopen(f"{running.index}six/", timeout=60) as reply:  # noqa: S310 - loopback
            assert reply.status == 200
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 503:
                pytest.skip("the package index cannot be reached from here")
            raise


@pytest.mark.online
def test_real_projects_install_through_the_firewall(tmp_path: Path) -> None:
    variables = {
        name: os.environ[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if name in os.environ
    }
    with serving(upstream(), tmp_path / "state", policy=POLICY, **variables) as running:
        require_reachable(running)
        first = pip_install(running, tmp_path / "pip", "six==1.17.0")
        assert first.status == 0, first.said
        assert "six.py" in first.installed
        second = uv_install(running, tmp_path / "uv", "attrs==25.3.0")
        assert second.status == 0, second.said

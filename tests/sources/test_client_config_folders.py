"""Extra indexes that are folders of the machine: installers read them, nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockade.errors import ConfigError
from stockade.sources.client_config import load_index_settings


def test_a_folder_as_an_extra_index_is_left_to_the_installer(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://index.example/simple/\n"
        "extra-index-url = file:///srv/simple /srv/more https://other.example/simple/\n"
    )
    settings = load_index_settings({"PIP_CONFIG_FILE": str(config), "HOME": str(tmp_path)})
    assert settings.index_url == "https://index.example/simple/"
    assert "https://other.example/simple/" in [address.url for address in settings.extra]
    assert not any("srv" in address.url for address in settings.extra)


def test_a_folder_as_the_default_index_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="srv/simple"):
        load_index_settings({"PIP_INDEX_URL": "file:///srv/simple", "HOME": str(tmp_path)})

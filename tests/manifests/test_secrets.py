"""No secret of a manifest is in what is read of it, however it is written there."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from stockade.manifests.formats import format_of
from stockade.manifests.reader import read_manifest

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".pypirc", f"password = {SECRET}\n"),
        ("pip.conf", f"password = {SECRET}\n[global]\n"),
        ("setup.cfg", f"password = {SECRET}\n"),
        ("requirements.txt", f"--index-url user:{SECRET}@index.example/simple\n"),
        ("requirements.txt", f"--index-url https:/user:{SECRET}@index.example/simple\n"),
        ("requirements.txt", f"--index-url https:\\\\user:{SECRET}@index.example/simple\n"),
        ("requirements.txt", f"https://files.example/a-1.tar.gz?key={SECRET}\n"),
        ("requirements.txt", f"https://files.example/a-1.tar.gz?auth={SECRET}\n"),
        ("requirements.txt", f"https://files.example/a-1.tar.gz#token={SECRET}\n"),
        ("requirements.txt", f"https://files.example/a-1.tar.gz;token={SECRET}\n"),
        ("run.sh", f"pip install -i $SCHEME://user:{SECRET}@index.example/simple a\n"),
        ("run.sh", f"UV_PUBLISH_TOKEN={SECRET} uv add a\n"),
        ("run.sh", f"PIP_PASSWORD='{SECRET} x' pip install a $B\n"),
        ("run.sh", f"uv add --token={SECRET} a\n"),
        ("run.sh", f"poetry add --password={SECRET} a\n"),
        ("environment.yml", f"dependencies:\n- https://user:{SECRET}@conda.example/c::a=1\n"),
        ("package.json", f'{{"dependencies": {{"a": "git+https://{SECRET}@git.example/a.git"}}}}'),
    ],
)
def test_no_secret_is_kept(path: str, text: str) -> None:
    fmt = format_of(PurePosixPath(path))
    assert fmt is not None
    assert SECRET not in repr(read_manifest(fmt, path, text.encode()))


@pytest.mark.parametrize(
    "command",
    [
        "pip install tokenizers==0.20 secretstorage==3.3 flask==3.0",
        "conda install tokenizers=0.20",
        "pip install -r requirements.txt --index-url https://${USER}:${TOKEN}@index.example/simple",
        "PIP_TOKEN=$TOKEN pip install flask==3.0",
    ],
)
def test_what_is_no_secret_stays_as_written(command: str) -> None:
    fmt = format_of(PurePosixPath("run.sh"))
    assert fmt is not None
    (found,) = read_manifest(fmt, "run.sh", command.encode()).commands
    assert found.text == command

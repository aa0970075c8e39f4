"""The shared classifiers of addresses, paths and names."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.places import (
    WALLET_SECRET,
    AddressKind,
    PathKind,
    address,
    addresses_in,
    path,
    paths_in,
    secret_name,
    variable,
)
from stockade.vetter.places_path_tables import TABLE


@pytest.mark.parametrize(
    ("text", "host", "kind"),
    [
        ("https://discord.com/api/webhooks/0/decoy", "discord.com", AddressKind.WEBHOOK),
        ("https://hooks.slack.com/services/decoy", "hooks.slack.com", AddressKind.WEBHOOK),
        ("https://api.telegram.org/bot…/sendMessage", "api.telegram.org", AddressKind.BOT),
        ("pastebin.com/raw/decoy", "pastebin.com", AddressKind.PASTE),
        ("https://transfer.sh/decoy", "transfer.sh", AddressKind.FILE_HOST),
        ("https://drive.google.com/uc?export=download", "drive.google.com", AddressKind.FILE_HOST),
        ("https://raw.githubusercontent.com/a/b", "raw.githubusercontent.com", AddressKind.RAW_CODE),
        ("https://github.com/a/b/raw/main/x", "github.com", AddressKind.RAW_CODE),
        ("https://cdn.discordapp.com/attachments/0/x", "cdn.discordapp.com", AddressKind.CDN_ATTACHMENT),
        ("http://192.0.2.7:8080/x", "192.0.2.7", AddressKind.RAW_IP),
        ("http://3221225985/x", "3221225985", AddressKind.RAW_IP),
        ("http://0xc0.0.2.1/x", "0xc0.0.2.1", AddressKind.RAW_IP),
        ("http://0300.0.2.1/x", "0300.0.2.1", AddressKind.RAW_IP),
        ("http://[2001:db8::1]:8080/x", "2001:db8::1", AddressKind.RAW_IP),
        ("127.0.0.1:9", "127.0.0.1", AddressKind.LOCAL),
        ("http://localhost:8000/", "localhost", AddressKind.LOCAL),
        ("10.0.0.5", "10.0.0.5", AddressKind.LOCAL),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254", AddressKind.METADATA_SERVICE),
        ("http://0xA9FEA9FE/", "0xa9fea9fe", AddressKind.METADATA_SERVICE),
        ("fd00:ec2::254", "fd00:ec2::254", AddressKind.METADATA_SERVICE),
        ("http://metadata.google.internal/x", "metadata.google.internal", AddressKind.METADATA_SERVICE),
        ("8.8.8.8", "8.8.8.8", AddressKind.DNS_RESOLVER),
        ("decoy.duckdns.org", "decoy.duckdns.org", AddressKind.DYNAMIC_DNS),
        ("https://decoy.herokuapp.com", "decoy.herokuapp.com", AddressKind.PAAS),
        ("decoy.oast.fun", "decoy.oast.fun", AddressKind.OAST),
        ("https://webhook.site/decoy", "webhook.site", AddressKind.OAST),
        ("https://….ngrok.io/a", "….ngrok.io", AddressKind.TUNNEL),
        ("https://bit.ly/decoy", "bit.ly", AddressKind.SHORTENER),
        ("https://api.ipify.org", "api.ipify.org", AddressKind.IP_ECHO),
        ("decoyname.onion", "decoyname.onion", AddressKind.ONION),
        ("collector.invalid", "collector.invalid", AddressKind.RESERVED),
        ("https://a:b@decoy.top/", "decoy.top", AddressKind.SUSPICIOUS_TLD),
        ("hxxp://decoy.invalid", "decoy.invalid", AddressKind.PLAIN_HTTP),
        ("https://api.github.com/x", "api.github.com", AddressKind.WELL_KNOWN),
    ],
)
def test_addresses_are_classified(text: str, host: str, kind: AddressKind) -> None:
    found = address(text)
    assert found is not None
    assert found.host == host
    assert kind in found.kinds


@pytest.mark.parametrize(
    "text", ["", "setup.py", "…/api", "a b", "file:///etc/x", "word", "1.2", "http://", "…"]
)
def test_what_is_no_address(text: str) -> None:
    assert address(text) is None


def test_a_well_known_host_is_not_innocent_on_every_path() -> None:
    found = address("https://github.com/a/b/releases/download/1/x")
    assert found is not None
    assert AddressKind.WELL_KNOWN not in found.kinds


def test_parts_of_an_address() -> None:
    found = address("https://user:pw@Decoy.INVALID:8443/a?b#c")
    assert found is not None
    assert (found.scheme, found.host, found.port, found.path) == ("https", "decoy.invalid", 8443, "/a?b#c")
    assert found.known
    unknown = address("https://…/x")
    assert unknown is not None
    assert not unknown.known


def test_addresses_in_a_text() -> None:
    text = "get http://a.invalid/x, then decoy.oast.fun; version 1.2.3.4, os.path.join, 45.77.1.2:4444 (github.com)"
    assert [each.text for each in addresses_in(text)] == [
        "http://a.invalid/x",
        "decoy.oast.fun",
        "45.77.1.2:4444",
    ]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("~/.ssh/id_rsa", PathKind.CREDENTIAL, "SSH private key"),
        ("….ssh/id_ed25519", PathKind.CREDENTIAL, "SSH private key"),
        ("$HOME/.aws/credentials", PathKind.CREDENTIAL, "AWS credentials"),
        ("~/.netrc", PathKind.CREDENTIAL, "netrc"),
        ("…/.cache/huggingface/token", PathKind.CREDENTIAL, "Hugging Face token"),
        ("/proc/self/environ", PathKind.CREDENTIAL, "process environment"),
        (
            "%APPDATA%\\gcloud\\application_default_credentials.json",
            PathKind.CREDENTIAL,
            "Google Cloud credentials",
        ),
        ("%APPDATA%\\discord\\Local Storage\\leveldb", PathKind.BROWSER, "messenger token"),
        ("…\\Google\\Chrome\\User Data\\Default\\Login Data", PathKind.BROWSER, "browser passwords"),
        ("%APPDATA%/Exodus/exodus.wallet", PathKind.WALLET, "desktop wallet"),
        ("~/.config/solana/id.json", PathKind.WALLET, "chain key store"),
        ("${HOME}/.bashrc", PathKind.STARTUP, "shell start-up file"),
        ("/etc/cron.d/decoy", PathKind.STARTUP, "cron"),
        ("/etc/systemd/system/decoy.service", PathKind.STARTUP, "systemd unit"),
        ("HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run", PathKind.STARTUP, "registry Run key"),
        ("~/.ssh/authorized_keys", PathKind.STARTUP, "SSH authorized keys"),
        ("/etc/ld.so.preload", PathKind.STARTUP, "ld.so.preload"),
        ("/etc/ld.so.preload", PathKind.LOADER, "dynamic loader"),
        ("…/site-packages/decoy.pth", PathKind.PYTHON_STARTUP, ".pth file of site-packages"),
        ("sitecustomize.py", PathKind.PYTHON_STARTUP, "sitecustomize"),
        ("/etc/ld.so.conf.d/000_nvidia.conf", PathKind.GPU, "loader configuration of NVIDIA"),
        ("/usr/lib/x86_64-linux-gnu/libcuda.so.1", PathKind.GPU, "NVIDIA library"),
        ("/etc/modprobe.d/decoy.conf", PathKind.GPU, "driver configuration"),
        ("~/.pip/pip.conf", PathKind.PACKAGE_TOOL, "pip configuration"),
        (".git/hooks/pre-commit", PathKind.PACKAGE_TOOL, "git hook"),
        ("CLAUDE.md", PathKind.AGENT, "agent instructions"),
        (".vscode/tasks.json", PathKind.AGENT, "editor tasks and settings"),
        ("$env:TEMP\\a.exe", PathKind.TEMP, "temporary folder"),
        ("a.exe", PathKind.EXECUTABLE, "executable"),
    ],
)
def test_paths_are_classified(text: str, kind: PathKind, what: str) -> None:
    assert path(text).what(kind) == what
    assert kind in path(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "README.md",
        "data/tokens.txt",
        "binance/client",
        "discord",
        "cookies",
        "gcloud/aio",
        "keyrings/alt",
        "~",
    ],
)
def test_ordinary_paths_are_of_no_kind(text: str) -> None:
    assert not path(text)


@pytest.mark.parametrize("text", ["~/.ssh/known_hosts", "~/.ssh/config", "~/.ssh/id_rsa.pub"])
def test_what_is_public_of_ssh_is_no_credential(text: str) -> None:
    assert PathKind.CREDENTIAL not in path(text)


def test_paths_in_a_command() -> None:
    assert [piece for piece, _ in paths_in("tar cz '~/.ssh/id_rsa' README.md | tee ./x.sh")] == [
        "~/.ssh/id_rsa",
        "./x.sh",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "HF_TOKEN",
        "GITHUB_TOKEN",
        "aws_secret_access_key",
        "TWINE_PASSWORD",
        "DATABASE_URL",
        "STRIPE_SECRET_KEY",
        "MY_TOKEN",
    ],
)
def test_secret_variables(name: str) -> None:
    assert variable(name)


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "CI", "USER", "GITHUB_ACTIONS", "TOKENIZERS_PARALLELISM", "MAX_TOKENS", ""]
)
def test_settings_are_no_secrets(name: str) -> None:
    assert variable(name) is None


@pytest.mark.parametrize(
    "name", ["private_key", "privateKey", "wallet_private_key", "mnemonic", "seed-phrase", "PRIVATE_KEY_2"]
)
def test_names_of_wallet_secrets(name: str) -> None:
    assert secret_name(name) == WALLET_SECRET


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("user_password", "password"),
        ("apiKey", "API key"),
        ("token", "token"),
        ("client_secret", "API key"),
        ("master_secret", "secret"),
    ],
)
def test_names_of_other_secrets(name: str, kind: str) -> None:
    assert secret_name(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "seed",
        "tokens",
        "tokenizer",
        "token_ids",
        "passing",
        "resumption_master_secret",
        "preMasterSecret",
        "",
    ],
)
def test_names_of_nothing(name: str) -> None:
    assert secret_name(name) is None


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    address(text)
    addresses_in(text)
    path(text)
    paths_in(text)
    variable(text)
    secret_name(text)


@pytest.mark.parametrize(
    "unit", ["a.", "a-", "http://", "1.", "/", "a", "….", "//a", "x.ngrok.io ", "~/.ssh/ "]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    started = time.perf_counter()
    text = unit * (1_000_000 // len(unit))
    addresses_in(text)
    paths_in(text)
    path(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "text",
    ["2.5.29.9", "1.3.101.112", "dspy.Example", "gcp.client.service", "org.freedesktop.Secret.Service"],
)
def test_identifiers_are_neither_addresses_nor_units(text: str) -> None:
    found = address(text)
    assert found is None or not found.kinds
    assert PathKind.STARTUP not in path(text)


def test_a_low_address_with_a_port_is_one() -> None:
    found = address("1.3.101.112:443")
    assert found is not None
    assert AddressKind.RAW_IP in found.kinds


_PIECES = [
    "~",
    "…",
    "/",
    "etc",
    ".ssh",
    "id_rsa",
    "cron.d",
    "appdata/roaming/",
    "exodus",
    "x.pth",
    ".service",
    "claude.md",
    ".exe",
    "\\",
    " ",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_the_quick_look_loses_no_path(text: str) -> None:
    plain = text.strip().replace("\\", "/").lower()
    slowly = {kind for kind, _, pattern in TABLE if re.search(pattern, re.sub(r"/{2,}", "/", plain))}
    assert path(text).kinds == slowly

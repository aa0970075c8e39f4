"""What programs are: data for :mod:`stockade.vetter.files.shell_run` and its parts."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS: Final = _words("sh bash dash zsh ash ksh mksh fish csh tcsh busybox")
INTERPRETERS: Final[dict[str, str]] = {
    "python": "-c",
    "python2": "-c",
    "python3": "-c",
    "py": "-c",
    "pythonw": "-c",
    "pypy": "-c",
    "pypy3": "-c",
    "perl": "-e",
    "ruby": "-e",
    "node": "-e",
    "nodejs": "-e",
    "deno": "eval",
    "bun": "-e",
    "php": "-r",
    "lua": "-e",
    "osascript": "-e",
}
"""Interpreter to the option that takes code."""

WRAPPERS: Final[dict[str, int]] = {
    "sudo": 0,
    "doas": 0,
    "nohup": 0,
    "exec": 0,
    "command": 0,
    "builtin": 0,
    "setsid": 0,
    "nice": 0,
    "ionice": 0,
    "stdbuf": 0,
    "unbuffer": 0,
    "start": 0,
    "call": 0,
    "disown": 0,
    "chroot": 1,
    "timeout": 1,
    "su": 0,
    "watch": 0,
    "systemd-run": 0,
    "unshare": 0,
    "nsenter": 0,
    "xvfb-run": 0,
    "winpty": 0,
    "forfiles": 0,
}
"""Programs that start what their arguments name, and how many arguments stand before that."""
WRAPPER_VALUES: Final = _words("-u -g --user --group")
"""Options of wrappers that take the next argument."""

HOST_FACTS: Final = _words(
    "whoami hostname id uname ifconfig ipconfig systeminfo w who last lscpu lspci lsb_release hostnamectl arch groups "
    "netstat arp route ps tasklist getmac ver wmic sw_vers system_profiler dmidecode nvidia-smi pwd logname uptime df lsblk"
)
READERS: Final = _words(
    "cat head tail tac less more nl type strings zcat gzip gunzip bzip2 xz zstd tar zip 7z base64 base32 xxd hexdump od rev tr "
    "sed awk gawk grep egrep fgrep jq sort uniq cut openssl gpg find ls cp mv dd tee rsync scp sqlite3 getent"
)
"""Programs whose output holds what their files hold."""
PASSING: Final = _words(
    "tee sort uniq cut head tail grep egrep fgrep sed awk gawk tr rev jq cat nl less more fold paste column pv"
)
DECODERS: Final[dict[str, str]] = {
    "base64": "base64",
    "base32": "base32",
    "xxd": "hex",
    "uudecode": "uuencode",
    "gunzip": "gzip",
    "zcat": "gzip",
    "unxz": "xz",
    "xzcat": "xz",
    "bunzip2": "bzip2",
    "rev": "reversed text",
    "tr": "substituted characters",
}
LINES: Final = _words("nc ncat netcat nc.traditional nc.openbsd socat telnet")
"""Programs that wire their input and output to a socket."""
COPIERS: Final = _words("scp rsync sftp ftp lftp smbclient rclone aws gsutil s3cmd mc")
"""Programs that carry files to another host."""
MAILERS: Final = _words("mail mailx sendmail mutt swaks msmtp")
RESOLVERS: Final = _words("nslookup dig host ping ping6 drill getent traceroute")
SECRET_COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("gh auth token", "GitHub CLI token"),
    ("gcloud auth print-access-token", "Google Cloud token"),
    ("gcloud auth print-identity-token", "Google Cloud token"),
    ("gcloud auth application-default print-access-token", "Google Cloud token"),
    ("az account get-access-token", "Azure token"),
    ("aws configure get", "AWS credentials"),
    ("aws configure export-credentials", "AWS credentials"),
    ("aws sts get-session-token", "AWS credentials"),
    ("aws secretsmanager get-secret-value", "AWS secret"),
    ("kubectl get secret", "Kubernetes secret"),
    ("kubectl config view", "Kubernetes credentials"),
    ("security find-generic-password", "keychain"),
    ("security find-internet-password", "keychain"),
    ("security dump-keychain", "keychain"),
    ("secret-tool lookup", "keyring"),
    ("pass show", "password store"),
    ("git credential fill", "git credentials"),
    ("npm config get", "npm configuration"),
    ("vault kv get", "Vault secret"),
    ("op item get", "password manager"),
    ("ssh-add -l", "SSH agent"),
    ("cmdkey /list", "Windows credentials"),
    ("vaultcmd", "Windows credentials"),
    ("netsh wlan show profile", "Wi-Fi passwords"),
    ("reg query hkcu\\software\\simontatham", "PuTTY sessions"),
    ("reg save hklm\\sam", "Windows password hashes"),
)
"""Beginnings of commands (lower case, one space between words) whose output is a credential."""
CLIPBOARD: Final = (
    "xclip -o",
    "xclip -selection clipboard -o",
    "xsel -o",
    "xsel -b",
    "xsel --clipboard",
    "pbpaste",
    "wl-paste",
)
SCREEN: Final = _words("scrot screencapture gnome-screenshot grim spectacle import maim fswebcam imagesnap")
LATER: Final[tuple[tuple[str, str], ...]] = (
    ("systemctl enable", "systemd"),
    ("systemctl start", "systemd"),
    ("systemctl --user enable", "systemd"),
    ("systemctl --user start", "systemd"),
    ("systemctl link", "systemd"),
    ("launchctl load", "launchd"),
    ("launchctl bootstrap", "launchd"),
    ("launchctl submit", "launchd"),
    ("schtasks /create", "Windows task scheduler"),
    ("schtasks.exe /create", "Windows task scheduler"),
    ("sc create", "Windows service"),
    ("sc.exe create", "Windows service"),
    ("new-service", "Windows service"),
    ("update-rc.d", "init script"),
    ("chkconfig --add", "init script"),
    ("rc-update add", "init script"),
    ("at now", "at"),
    ("atrun", "at"),
    ("batch", "at"),
    ("pm2 startup", "pm2"),
    ("supervisorctl add", "supervisord"),
)
"""Beginnings of commands that make something run later, and by what."""
DEFENCES: Final[tuple[tuple[str, str], ...]] = (
    ("setenforce 0", "SELinux is turned off"),
    ("setenforce permissive", "SELinux is turned off"),
    ("ufw disable", "the firewall is turned off"),
    ("iptables -f", "the firewall is emptied"),
    ("systemctl stop firewalld", "the firewall is turned off"),
    ("systemctl disable firewalld", "the firewall is turned off"),
    ("systemctl stop apparmor", "AppArmor is turned off"),
    ("systemctl stop auditd", "auditing is turned off"),
    ("systemctl stop falco", "Falco is turned off"),
    ("netsh advfirewall set allprofiles state off", "the firewall is turned off"),
    ("netsh firewall set opmode disable", "the firewall is turned off"),
    ("sc stop windefend", "the virus scanner is turned off"),
    ("net stop windefend", "the virus scanner is turned off"),
    ("vssadmin delete shadows", "backups are deleted"),
    ("wbadmin delete", "backups are deleted"),
    ("bcdedit /set", "recovery is turned off"),
    ("history -c", "the shell's history is emptied"),
    ("unset histfile", "the shell's history is turned off"),
    ("auditctl -e 0", "auditing is turned off"),
    ("spctl --master-disable", "Gatekeeper is turned off"),
    ("csrutil disable", "system integrity protection is turned off"),
    ("xattr -d com.apple.quarantine", "the quarantine mark is taken off"),
    ("xattr -c", "the quarantine mark is taken off"),
)
"""Beginnings of commands that take a defence away."""
ACCOUNTS: Final = _words("useradd adduser usermod chpasswd visudo")
CURL_VALUES: Final = frozenset("odFTXHueAbcDEKmrtwxyYzCPQU")
"""One-letter options of curl that take a value."""
CURL_LONG_VALUES: Final = _words(
    "--output --data --data-ascii --data-binary --data-raw --data-urlencode --form --form-string --upload-file --request "
    "--header "
    "--user --url --user-agent --cookie "
    "--cookie-jar --config --max-time --connect-timeout --retry --retry-delay --proxy "
    "--cacert --cert --key --referer --range --write-out --resolve --json --output-dir --socks5 --socks5-hostname --interface"
)
CURL_DATA: Final = _words(
    "-d --data --data-ascii --data-binary --data-raw --data-urlencode -F --form --form-string -T --upload-file --json -u "
    "--user -b --cookie -H --header"
)
WGET_DATA: Final = (
    "--post-data",
    "--post-file",
    "--body-data",
    "--body-file",
    "--header",
    "--user",
    "--password",
)

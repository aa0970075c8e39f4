"""The words that the first pass over Python files looks for, by group.

A word counts where it stands as a whole identifier. ``HOT_WORDS`` and ``WARM_WORDS`` say enough by themselves;
``HOT_MODULES`` must look imported, quoted or called, since prose uses them too; the words of ``CONFIRMED`` need a
pattern of their own to hold on a line that has them.
"""

from __future__ import annotations

import re
from typing import Final

HOT_WORDS: Final = {
    "execute": """execfile __globals__ __subclasses__ FunctionType CodeType InteractiveInterpreter InteractiveConsole
        exec_module load_module zipimporter resolve_name methodcaller compile_command runsource runcode marshal
        ExtensionFileLoader SourceFileLoader SourcelessFileLoader addaudithook __builtin__""",
    "process": """Popen popen popen2 popen3 popen4 startfile spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp
        spawnvpe execl execle execlp execlpe execv execve execvp execvpe forkpty posix_spawn posix_spawnp
        create_subprocess_exec create_subprocess_shell subprocess_exec subprocess_shell getoutput getstatusoutput
        ShellExecute ShellExecuteA ShellExecuteW ShellExecuteEx WinExec CreateProcess CreateProcessA CreateProcessW
        WScript dup2""",
    "network": """urlopen urlretrieve URLopener HTTPConnection HTTPSConnection SMTP_SSL ServerProxy open_connection
        create_datagram_endpoint AsyncHTTPClient ClientSession AsyncClient DiscordWebhook gethostbyname
        gethostbyname_ex ProxyHandler build_opener PoolManager""",
    "native": """windll oledll cdll CDLL PyDLL WinDLL LoadLibrary LoadLibraryA LoadLibraryW dlopen memfd_create ptrace
        process_vm_writev VirtualAlloc VirtualAllocEx VirtualProtect WriteProcessMemory CreateRemoteThread
        RtlMoveMemory NtCreateThreadEx shellcode IsDebuggerPresent SetWindowsHookEx SetWindowsHookExA
        SetWindowsHookExW GetAsyncKeyState""",
    "start-up": """crontab crontabs systemctl launchctl LaunchAgents LaunchDaemons schtasks modprobe insmod
        sitecustomize usercustomize authorized_keys bashrc zshrc zprofile zshenv bash_profile CurrentVersion
        PROMPT_COMMAND PYTHONSTARTUP LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES libcuda getusersitepackages
        gitconfig hooksPath cursorrules clinerules windsurfrules mcpServers sudoers HKEY_CURRENT_USER
        HKEY_LOCAL_MACHINE HKCU HKLM""",
    "install": "cmdclass",
    "hosts": """discordapp pastebin hastebin rentry ghostbin dpaste ngrok serveo trycloudflare oast oastify interactsh
        requestbin pipedream beeceptor burpcollaborator hookbin requestcatcher ipify ipinfo icanhazip duckdns gofile
        anonfiles catbox hookdeck canarytokens dnslog ceye""",
    "shell": "powershell pwsh mshta certutil bitsadmin rundll32 regsvr32 osascript nohup wscript cscript",
    "capture": """pynput ImageGrab pyscreenshot pyautogui pyperclip win32clipboard GetClipboardData VideoCapture
        sounddevice PyAudio pyHook pyxhook pyWinhook keylogger xclip pbpaste""",
}
"""Without one of these, or of the modules, no sink can exist in a file."""

HOT_MODULES: Final = {
    "execute": "__import__ importlib import_module runpy zipimport imp pkgutil",
    "process": "subprocess pty pexpect wexpect win32com wmi plumbum fabric webbrowser sh",
    "network": """socket _socket socks asyncore asynchat socketserver urllib2 urllib3 httplib httplib2 httpx httpcore
        aiohttp requests smtplib aiosmtplib ftplib telnetlib poplib imaplib nntplib xmlrpc xmlrpclib paramiko asyncssh
        pysftp socketio wsproto pycurl grpc pika zmq paho boto3 botocore telebot telethon
        pyrogram telegram discord nextcord slack_sdk tweepy praw twilio yagmail scapy impacket dns aiodns pycares
        cloudscraper requests_html niquests treq curl_cffi primp tls_client grequests selenium playwright pyppeteer
        dropbox gdown pyngrok stem torpy wget""",
    "native": "cffi winreg _winreg win32api win32process win32service win32security pythoncom clr jpype",
    "start-up": "crontab winshell",
    "capture": "keyboard clipboard mss pyaudio cv2 evdev uinput",
}
"""Modules through which something can be done."""

WARM_WORDS: Final = {
    "sources": """environb getlogin getnode netrc pypirc leveldb Cookies wallet wallets mnemonic seed_phrase
        private_key keystore metamask exodus electrum tonconnect CryptUnprotectData browser_cookie3 rookiepy
        pycookiecheat id_rsa id_ed25519 id_ecdsa id_dsa known_hosts kubeconfig APPDATA LOCALAPPDATA USERPROFILE
        netifaces working_set HF_TOKEN GITHUB_TOKEN AWS_SECRET_ACCESS_KEY moz_cookies GetSystemDefaultUILanguage
        GetUserDefaultLCID getpwuid getpwall computeMetadata""",
    "decoders": """b64decode standard_b64decode urlsafe_b64decode decodebytes decodestring b32decode b32hexdecode
        b16decode b85decode a85decode z85decode a2b_base64 unhexlify a2b_hex fromhex a2b_qp a2b_uu
        decompressobj rot13 rot_13 unicode_escape Fernet Cryptodome pyaes BZ2Decompressor LZMADecompressor
        unquote_to_bytes""",
    "loaders": "cPickle cloudpickle jsonpickle unsafe_load UnsafeLoader Unpickler read_pickle",
}
"""What matters where a hot file uses it: origins of data, decoders, loaders."""


def module_pattern(name: bytes) -> re.Pattern[bytes]:
    """What a line has where the module is used: an import, its name in quotes, or an attribute that is called."""
    word = re.escape(name)
    return re.compile(
        rb"\bimport\s[^\n#]*\b%s\b|\bfrom\s+%s\b|[\"']%s[\"'.]|\w\.%s\.\w|^\s+%s\s*,?\s*$|\b%s\s*\(\s*[\"'\w]"
        % ((word,) * 6)
    )


CONFIRMED: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        "exec",
        "hot",
        "execute",
        r"(?<!\.)\bexec\s*\(|[\"']exec[\"']|\bexec\s*(?:[,)\]]|$)|=\s*exec\b|^\s*exec\s+[\w\"']",
    ),
    (
        "eval",
        "hot",
        "execute",
        r"(?<!\.)\beval\s*\(\s*(?![\"'\s)])|[\"']eval[\"']|\beval\s*(?:,|\]|$)|=\s*eval\b",
    ),
    (
        "builtins",
        "hot",
        "execute",
        (
            r"\bbuiltins\s*\.\s*(?:exec|eval|compile|__|getattr|globals|open)|\(\s*builtins\s*,"
            r"|[\"']builtins[\"']|builtins\s*\[|builtins\s+as\b"
        ),
    ),
    ("__builtins__", "hot", "execute", r"__builtins__(?!\.pyi?\b)"),
    ("__getattribute__", "hot", "execute", r"(?<!super\(\))\.\s*__getattribute__\s*\((?!self\b)"),
    ("code", "hot", "execute", r"^\s*import\s+(?:\w+\s*,\s*)*code\b|\bfrom\s+code\s+import"),
    ("interact", "hot", "execute", r"\bcode\s*\.\s*interact\b"),
    (
        "globals",
        "hot",
        "execute",
        (
            r"\bglobals\s*\(\s*\)\s*(?:\[\s*(?!__name__|[\"']\w+[\"']\s*\]\s*=)|\.\s*(?:get"
            r"|pop|values|items|__getitem__)\b)|=\s*globals\s*\(?\s*\)?\s*$"
        ),
    ),
    (
        "locals",
        "hot",
        "execute",
        r"\blocals\s*\(\s*\)\s*\[\s*(?![\"']\w+[\"']\s*\]\s*=)|[\"']locals[\"']\s*\)",
    ),
    (
        "vars",
        "hot",
        "execute",
        (
            r"\bvars\s*\(\s*(?:os|sys|\w*builtins\w*|subprocess|__import__\b[^)]*\))\s*\)"
            r"|\bvars\s*\(\s*\)\s*\["
        ),
    ),
    (
        "modules",
        "hot",
        "execute",
        (
            r"\bsys\s*\.\s*modules\s*(?:\[\s*(?:[\"'](?:os|sys|subprocess|socket|builtins"
            r"|posix|nt|shutil|ctypes)[\"']|[\"'][^\"']*[\"']\s*\+|[^\"'_\w])|\.\s*get\s*\(\s*[\"'](?:os"
            r"|subprocess|socket|builtins))"
        ),
    ),
    (
        "__dict__",
        "hot",
        "execute",
        (
            r"\b(?:os|sys|shutil|socket|\w*builtins\w*|subprocess|importlib|__import__\([^)]*\))\s*\.\s*__dict__"
            r"|__dict__\s*\[\s*(?:[\"'][^\"']*[\"']\s*(?:\+|\[)|[\"'][^\"']*\\x|\w+\s*\()"
        ),
    ),
    (
        "getattr",
        "hot",
        "execute",
        (
            r"\bgetattr\s*\(\s*(?:__import__|os|sys|posix|nt|\w*builtins\w*|socket|subprocess"
            r"|shutil|importlib|requests|base64|marshal|ctypes)\s*(?:\([^()]{0,60}\)\s*)?,(?!\s*[\"'][A-Za-z_0-9]+[\"']\s*[,)])"
            r"|\bgetattr\s*\([^,\n]{1,60},\s*[^,)\n]{0,60}(?:[\"']\s*\+\s*[\"']|\[\s*::"
            r"|\bchr\b|\.join\b|\.decode\b|\\x)|(?:=|,)\s*getattr\s*(?:,|$)"
        ),
    ),
    ("attrgetter", "hot", "execute", r"\battrgetter\s*\(\s*(?![\"'])"),
    (
        "system",
        "hot",
        "process",
        (
            r"(?<!\bplatform)\.\s*system\b(?!\s*\(\s*\)|\.)|\bimport\b[^\n#]*\bsystem\b"
            r"|[\"']system[\"']\s*\)"
        ),
    ),
    ("fork", "hot", "process", r"\.\s*fork\s*\(|\bimport\b[^\n#]*\bfork\b"),
    (
        "posix",
        "hot",
        "process",
        (
            r"\bimport\s[^\n#]*\bposix\b|\bposix\s*\.\s*(?:system|exec|spawn|fork|posix)"
            r"|import_?\w*\s*\(\s*[\"']posix"
        ),
    ),
    (
        "nt",
        "hot",
        "process",
        r"^\s*import\s[^\n#]*\bnt\b|\bnt\s*\.\s*(?:system|exec|spawn|startfile)|import_?\w*\s*\(\s*[\"']nt",
    ),
    (
        "urllib",
        "hot",
        "network",
        r"\burllib\b(?!\s*\.\s*parse\b|\s*\.\s*robotparser)\s*(?:\.|,|$|as\b|import\b|[\"'])",
    ),
    ("websocket", "hot", "network", r"\bimport\s[^\n#]*\bwebsockets?\b|\bfrom\s+websocket\b"),
    ("websockets", "hot", "network", r"\bimport\s[^\n#]*\bwebsockets\b|\bfrom\s+websockets\b"),
    (
        "ctypes",
        "hot",
        "native",
        (
            r"\bimport\s[^\n#]*\bctypes\b|\bfrom\s+ctypes\b|[\"']ctypes[\"']|\w\.ctypes\.(?:C"
            r"|P|W|c|w|p)\w"
        ),
    ),
    ("pth", "hot", "start-up", r"[\"'\w/{}]\.pth[\"']"),
    (
        "pip",
        "hot",
        "start-up",
        (
            r"\bpip[./\\](?:conf|ini)\b|[\"']pip3?[\"'\s,]+(?:-\w+[\"'\s,]+)*install\b"
            r"|\bpip\s*\.\s*main\b|from\s+pip[\w.]*\s+import\s+main\b"
        ),
    ),
    ("preload", "hot", "start-up", r"\bld\.so\b"),
    ("packages", "hot", "start-up", r"[\"'/\\](?:site|dist)-packages[\"'/\\]"),
    ("getsitepackages", "hot", "start-up", r"\bgetsitepackages\s*\("),
    ("purelib", "hot", "start-up", r"[\"']purelib[\"']\s*[\])]"),
    ("nvidia", "hot", "start-up", r"[\"'/][\w./-]*/[\w./-]*nvidia|nvidia[\w-]*\.(?:conf|so)|nvidia-smi"),
    ("systemd", "hot", "start-up", r"[\"'/\\]systemd/"),
    ("cron", "hot", "start-up", r"[\"'/]cron(?:\.\w+)?/|/cron\b"),
    ("autostart", "hot", "start-up", r"[\"'/\\]autostart\b"),
    ("Startup", "hot", "start-up", r"\bStart Menu\b|[\"'/\\]Startup\b"),
    ("CLAUDE", "hot", "start-up", r"\bCLAUDE\.md\b"),
    ("AGENTS", "hot", "start-up", r"\bAGENTS\.md\b"),
    ("instructions", "hot", "start-up", r"\bcopilot-instructions\b"),
    ("vscode", "hot", "start-up", r"\.vscode\b"),
    ("cursor", "hot", "start-up", r"[\"'/]\.cursor\b"),
    ("claude", "hot", "start-up", r"[\"'/]\.claude\b"),
    ("profile", "hot", "start-up", r"[\"'/]\.(?:bash_)?profile\b|/etc/profile\b"),
    ("local", "hot", "start-up", r"\brc\.local\b"),
    ("shadow", "hot", "start-up", r"/etc/shadow\b"),
    ("hooks", "hot", "start-up", r"\.git/hooks\b"),
    ("webhook", "hot", "hosts", r"/webhooks?/|webhook\.site|\.webhook\b"),
    ("webhooks", "hot", "hosts", r"/webhooks/"),
    ("transfer", "hot", "hosts", r"\btransfer\.sh\b"),
    ("workers", "hot", "hosts", r"\.workers\.dev\b"),
    ("onion", "hot", "hosts", r"\.onion\b"),
    ("glitch", "hot", "hosts", r"\.glitch\.me\b"),
    ("githubusercontent", "hot", "hosts", r"[\"']https?://(?:raw|gist)\.githubusercontent\.com/"),
    ("bash", "hot", "shell", r"/bash\b|\bbash\s+-[a-z]|[\"']bash[\"']"),
    ("cmd", "hot", "shell", r"\bcmd(?:\.exe)?\s+/[cCkK]\b|[\"']cmd(?:\.exe)?[\"']\s*,"),
    ("curl", "hot", "shell", r"[\"'`]\s*curl\b|\bcurl\s+-"),
    (
        "rmtree",
        "hot",
        "delete",
        (
            r"\brmtree\s*\(\s*(?:os\.path\.expand|os\.sep|Path\.home|pathlib\.Path\.home"
            r"|[\"'][/~A-Z])"
        ),
    ),
    ("passwd", "warm", "sources", r"/etc/passwd\b"),
    (
        "environ",
        "warm",
        "sources",
        (
            r"\b(?!request\b|self\b|req\b|cls\b|ctx\b|scope\b)\w+\s*\.\s*environ\b(?!\s*(?:\.\s*get\s*\("
            r"|\[|\.\s*setdefault)\s*[\"'])|\bimport\b[^\n]*\benviron\b|[\"']environ[\"']"
            r"|environ[^\n]*(?:TOKEN|KEY|SECRET|PASS|CRED|HOME|USER)"
        ),
    ),
    (
        "getenv",
        "warm",
        "sources",
        (
            r"\bgetenv\s*\((?!\s*[\"'])|getenv[^\n]*(?:TOKEN|KEY|SECRET|PASS|CRED|HOME"
            r"|USER|AWS|HF_|PROFILE|DATA)|\bimport\b"
        ),
    ),
    ("node", "warm", "sources", r"\bplatform\s*\.\s*node\b|\bfrom\s+platform\s+import\b[^\n]*\bnode\b"),
    ("uname", "warm", "sources", r"\.\s*uname\b|\bimport\b[^\n]*\buname\b"),
    ("gethostname", "warm", "sources", r"\bgethostname\b"),
    ("getfqdn", "warm", "sources", r"\bgetfqdn\b"),
    ("getuser", "warm", "sources", r"\bgetuser\s*\("),
    ("psutil", "warm", "sources", r"\bpsutil\s*\.|\bfrom\s+psutil\b"),
    ("keyring", "warm", "sources", r"\bkeyring\s*\.\s*\w+\s*\(|\bfrom\s+keyring\b"),
    ("sqlite3", "warm", "sources", r"\bsqlite3\s*\.\s*connect\b|\bfrom\s+sqlite3\b[^\n]*\bconnect\b"),
    ("win32crypt", "warm", "sources", r"win32crypt"),
    ("logins", "warm", "sources", r"\blogins\.json\b"),
    ("ssh", "warm", "sources", r"[\"'/\\]\.ssh\b"),
    ("aws", "warm", "sources", r"[\"'/\\]\.aws\b"),
    ("kube", "warm", "sources", r"[\"'/\\]\.kube\b"),
    ("docker", "warm", "sources", r"[\"'/\\]\.docker\b"),
    ("azure", "warm", "sources", r"[\"'/\\]\.azure\b"),
    ("gnupg", "warm", "sources", r"[\"'/\\]\.gnupg\b"),
    ("gcloud", "warm", "sources", r"[\"'/\\]gcloud\b"),
    ("expanduser", "warm", "sources", r"\bexpanduser\s*\(\s*[\"'][^\"'\n]{1,80}[\"']"),
    ("home", "warm", "sources", r"\bPath\s*\.\s*home\b"),
    ("Login", "warm", "sources", r"\bLogin Data\b"),
    ("Local", "warm", "sources", r"\bLocal St(?:ate|orage)\b"),
    ("169", "warm", "sources", r"\b169\.254\."),
    (
        "chr",
        "warm",
        "decoders",
        (
            r"\bchr\s*\(\s*(?:\d|[^)\n]*[\^%+\-*]|ord\b|\w+\s*\))[^\n]*(?:\bfor\b|\+)"
            r"|\bmap\s*\(\s*chr\b|[\"']chr[\"']|=\s*chr\s*$"
        ),
    ),
    ("codecs", "warm", "decoders", r"\bcodecs\s*\.\s*decode\b|\bfrom\s+codecs\s+import\b[^\n]*\bdecode\b"),
    ("maketrans", "warm", "decoders", r"\bmaketrans\s*\("),
    ("from_bytes", "warm", "decoders", r"\bto_bytes\b"),
    ("to_bytes", "warm", "decoders", r"\.\s*to_bytes\s*\([^\n]*\)\s*\.\s*decode\b"),
    ("bytearray", "warm", "decoders", r"\bbytearray\s*\(\s*(?:\[|\(|\w+\s*\^|[^)\n]*\bfor\b)"),
    ("AES", "warm", "decoders", r"\bAES\s*\.\s*(?:new|MODE)"),
    ("decrypt", "warm", "decoders", r"\bdecrypt\s*\("),
    ("reversed", "warm", "decoders", r"\bjoin\s*\(\s*reversed\b"),
    ("xor", "warm", "decoders", r"\bxor\b"),
    (
        "decompress",
        "warm",
        "decoders",
        r"(?<!def )(?<!self\.)(?<!widget\.)(?<!field\.)\bdecompress\s*\(|[\"']decompress[\"']",
    ),
    ("torch", "warm", "loaders", r"\btorch\s*\.\s*(?:load|hub)\b|\bfrom\s+torch\s+import\b[^\n]*\bload\b"),
    ("joblib", "warm", "loaders", r"\bjoblib\s*\.\s*load\b|\bfrom\s+joblib\s+import\b[^\n]*\bload\b"),
    ("dill", "warm", "loaders", r"\bimport\s[^\n#]*\bdill\b|\bfrom\s+dill\b"),
    ("shelve", "warm", "loaders", r"\bshelve\s*\.\s*open\b"),
    ("yaml", "warm", "loaders", r"\byaml\s*\.\s*(?:load|load_all|full_load|unsafe_load)\b"),
    (
        "pickle",
        "warm",
        "loaders",
        (
            r"\bpickle\s*\.\s*(?:loads?\s*\(\s*(?:b?[\"']|open|base64|zlib|bytes|requests"
            r"|urllib|\w+\s*\.\s*(?:b64decode|decompress|read|recv|content|get))|Unpickler)"
            r"|\bfrom\s+pickle\s+import\b[^\n]*\bloads?\b|\bimport\s+pickle\s+as\b"
        ),
    ),
)
"""Word, level, group, and the pattern that has to hold on a line that has the word."""

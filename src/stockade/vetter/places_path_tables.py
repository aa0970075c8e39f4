"""Which path is what: data for :mod:`stockade.vetter.places_paths`.

Patterns are searched in a path with forward slashes, in lower case. ``{b}`` is where a component begins: after a
slash, at the beginning, or after an unknown part; ``{e}`` is where one ends; ``{a}`` is below a folder of applications'
data.
"""

from __future__ import annotations

from typing import Final

from stockade.vetter.places_kinds import PathKind

_BEGIN: Final = r"(?:^|[/…~])"
_END: Final = r"(?=$|[/…*:?#])"
_APPS: Final = r"(?:appdata/(?:roaming|local|locallow)|application support|~?/?\.config|\.var/app|roaming|localappdata|…)/"
"""Where desktop programs keep their data: names that mean something only there."""

_CREDENTIAL: Final = (
    ("SSH private key", r"{b}\.ssh/(?!config{e}|known_hosts|authorized_keys|[^/]*\.pub{e}).+|{b}id_(?:rsa|dsa|ecdsa|ed25519)(?:_\w+)?$"),
    ("SSH folder", r"{b}\.ssh/?$"),
    ("netrc", r"{b}[._]netrc$"),
    ("package index credentials", r"{b}\.pypirc$|{b}\.?pip/pip\.(?:conf|ini)$|{b}uv/credentials{e}|{b}pypoetry/auth\.toml$"),
    ("AWS credentials", r"{b}\.aws(?:/(?:credentials|config|sso|cli)(?:/.*)?)?/?$|{b}\.boto$|{b}\.s3cfg$"),
    ("Google Cloud credentials", r"{b}\.?config/gcloud{e}|{b}gcloud/(?:credentials|legacy_credentials|access_tokens|application_default)|{b}application_default_credentials\.json$|service[_-]?account[\w\-]*\.json$"),
    ("Azure credentials", r"{b}\.azure(?:/.*)?$|{b}accesstokens\.json$|{b}msal_token_cache"),
    ("cloud credentials", r"{b}\.(?:oci/config|aliyun/config\.json|bluemix|doctl|linode-cli)|{b}doctl/config\.yaml$|{b}rclone\.conf$"),
    ("Kubernetes credentials", r"{b}\.kube(?:/.*)?$|{b}kubeconfig$|/secrets/kubernetes\.io/|{b}kubernetes/admin\.conf$"),
    ("Docker credentials", r"{b}\.docker(?:/config\.json)?/?$|{b}\.dockercfg$|{b}containers/auth\.json$"),
    ("git credentials", r"{b}\.git-credentials$|{b}git/credentials$"),
    ("GitHub CLI token", r"{b}gh/hosts\.yml$|{b}\.config/(?:hub|gh)/?$|{b}glab-cli/config\.yml$"),
    ("npm credentials", r"{b}\.npmrc$|{b}\.yarnrc(?:\.yml)?$"),
    ("other registries' credentials", r"{b}\.cargo/credentials|{b}\.gem/credentials$|{b}\.m2/settings\.xml$|{b}\.condarc$|{b}\.composer/auth\.json$"),
    ("Hugging Face token", r"{b}huggingface/(?:token|stored_tokens)$|{b}\.huggingface/token$"),
    ("keyring", r"{b}\.local/share/keyrings|{b}\.gnome2/keyrings|{b}login\.keychain|{b}library/keychains|{b}kwalletd|{b}microsoft/(?:credentials|protect|vault){e}"),
    ("GnuPG keys", r"{b}\.gnupg(?:/.*)?$|{b}\.password-store(?:/.*)?$|\.kdbx$"),
    ("system passwords", r"^/etc/(?:shadow|gshadow|sudoers|master\.passwd)-?$|{b}system32/config/(?:sam|system|security)$"),
    ("account list", r"^/etc/passwd$"),
    ("process environment", r"^/proc/[^/]+/(?:environ|mem|cmdline)$"),
    ("dotenv file", r"{b}\.env(?:\.(?:local|prod|production|dev|development|staging))?$"),
    ("Vault token", r"{b}\.vault-token$"),
    ("Terraform state or credentials", r"{b}\.terraform\.d/|{b}terraform\.tfstate|{b}\.terraformrc$|{b}credentials\.tfrc\.json$|{b}\.pulumi/credentials\.json$"),
    ("experiment tracker key", r"{b}kaggle\.json$|{b}\.kaggle/?$|{b}\.comet\.config$|{b}wandb/settings$|{b}\.databrickscfg$|{b}\.snowflake/|{b}\.snowsql/config$"),
    ("Jupyter runtime or password", r"{b}jupyter/runtime/|{b}\.jupyter/jupyter_(?:server|notebook)_config\.json$"),
    ("shell history", r"{b}\.(?:bash|zsh|sh|python|psql|mysql|node_repl|fish|sqlite)_history$|{b}fish_history$|{b}consolehost_history\.txt$"),
    ("database password file", r"{b}\.pgpass$|{b}\.my\.cnf$|{b}\.mylogin\.cnf$|{b}\.mongorc\.js$"),
    ("AI assistant credentials", r"{b}\.claude/\.?credentials\.json$|{b}\.codex/auth\.json$|{b}\.gemini/oauth_creds\.json$|{b}github-copilot/(?:hosts|apps)\.json$"),
    ("mail or FTP client passwords", r"{b}filezilla/(?:recentservers|sitemanager)\.xml$|{b}\.thunderbird/|{b}thunderbird/profiles|{b}winscp\.ini$"),
    ("VPN credentials", r"{a}(?:nordvpn|protonvpn|openvpn connect|openvpn)/|{b}wireguard/\w+\.conf$"),
)  # fmt: skip

_BROWSER: Final = (
    ("browser passwords", r"{b}login data(?: for account)?$|{b}logins\.json$|{b}key[34]\.db$|{b}signons\.sqlite$"),
    ("browser cookies", r"{b}(?:default|profile[^/]*|network|user data[^/]*)/(?:network/)?cookies$|{b}cookies\.sqlite$|{b}cookies\.binarycookies$"),
    ("browser key", r"{b}user data/local state$|{b}local state$"),
    ("browser data", r"{b}web data$|{b}places\.sqlite$|{b}formhistory\.sqlite$|{b}user data/(?:default|profile)[^/]*/(?:history|bookmarks)$"),
    ("browser profile",
     r"{b}(?:google/chrome|google-chrome|chromium|bravesoftware/brave-browser|microsoft/edge|vivaldi|yandex/yandexbrowser"
     r"|opera software|mozilla/firefox|\.mozilla/firefox|7star/7star|torch/user data|kometa|orbitum|centbrowser|amigo|sputnik/sputnik|uran|iridium"
     r"|epic privacy browser|cocccoc/browser|coccoc/browser|librewolf|waterfox)(?: beta| dev| canary| sxs| nightly)?"
     r"(?:/user data|/profiles|/default|/opera stable|/opera gx stable|/[\w.]+\.default[\w\-]*)(?:/|$|…)|{b}opera software/opera|{b}\.mozilla/firefox|{b}firefox/profiles"),
    ("messenger token", r"{b}(?:discord|discordcanary|discordptb|discorddevelopment|lightcord|betterdiscord)/(?:local storage|local state|leveldb)|{a}discord(?:canary|ptb)?(?:/|$)"
     r"|{b}local storage/leveldb|{b}discord_desktop_core"),
    ("messenger session", r"{b}telegram desktop/tdata|{b}tdata$|{b}telegramdesktop|{b}signal/(?:config\.json|sql)|{a}slack/(?:storage|cookies|local storage)"
     r"|{a}(?:whatsapp|element|viber|skype|microsoft/skype for desktop)/"),
    ("game client session", r"{b}(?:steam|\.steam/\w+)/(?:config/|ssfn|userdata)|{b}ssfn\d+|{b}loginusers\.vdf$|{b}\.minecraft/(?:launcher_profiles|launcher_accounts)"
     r"|{a}(?:riot games|epicgameslauncher/saved|battle\.net|roblox)/|{b}growtopia/save\.dat"),
)  # fmt: skip

_WALLET: Final = (
    ("desktop wallet", r"{b}(?:exodus/exodus\.wallet|exodus\.wallet|electrum/wallets|\.electrum/|\.electrum-ltc/|\.?electroncash/wallets|atomic/local storage"
     r"|com\.liberty\.jaxx|walletwasabi/client|bitcoin/wallets|monero/wallets|ledger live/)|{a}(?:exodus|electrum|atomic|coinomi|guarda|jaxx|armory|bytecoin|trezor suite"
     r"|zcash|binance|mycrypto|daedalus|sparrow|bluewallet|@trezor)(?:/|$)"),
    ("wallet file", r"{b}wallet\.dat$|{b}default_wallet$|{b}passphrase\.json$|{b}seed\.seco$|{b}wallets?/[^/]+\.wallet$"),
    ("chain key store", r"{b}\.?ethereum/keystore|{b}keystore/utc--|{b}solana/(?:id|cli/config|[\w\-]*keypair)[\w.]*|{b}\.config/solana|{b}\.foundry/keystores|{b}\.brownie/accounts"
     r"|{b}\.near-credentials|{b}\.aptos/config|{b}\.sui/sui_config|{b}\.bitcoin{e}|{b}\.litecoin{e}|{b}\.dogecoin{e}|{b}\.bittensor/wallets|{b}\.monero"),
    ("browser wallet extension",
     r"nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa|fhbohimaelbohpjbbldcngcnapndodjp|hnfanknocfeofbddgcijnmhnfnkdnaad"
     r"|ibnejdfjmmkpcnlpebklmnkoeoihofec|egjidjbpglichdcondbcbdnbeeppgdph|aholpfdialjgjfhomihkjbmgjidlcdno|ejbalbakoplchlghecdalmeeeajnimhm"
     r"|fnjhmkhhmkbjkkabndcnnogagogbneec|dmkamcknogkgcdfhhbddcghachkejeap|mcohilncbfahbmgdjkbpemcciiolgcge|{b}local extension settings{e}|{b}metamask{e}"),
)  # fmt: skip

_STARTUP: Final = (
    ("shell start-up file", r"{b}\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|cshrc|tcshrc|xinitrc|xprofile|xsessionrc)$"
     r"|^/etc/(?:profile|bash\.bashrc|bashrc|zsh/\w+|environment)$|{b}fish/(?:config\.fish|conf\.d/)|{b}powershell/(?:\w+_)?profile\.ps1$|{b}microsoft\.powershell_profile\.ps1$"),
    ("profile.d", r"^/etc/profile\.d/"),
    ("cron", r"^/etc/cron(?:tab|\.d/|\.(?:hourly|daily|weekly|monthly)/)|^/etc/anacrontab|{b}var/spool/cron{e}|{b}spool/cron/"),
    ("systemd unit", r"{b}systemd/(?:system|user)(?:/|$|…)|\.(?:service|timer)$|{b}systemd/system-generators/"),
    ("launch agent", r"{b}library/launch(?:agents|daemons){e}|{b}library/startupitems|^/etc/emond\.d"),
    ("Windows Startup folder", r"{b}start menu/programs/start-?up"),
    ("registry Run key", r"{b}(?:currentversion|current version)/run(?:once|services|onceex)?{e}|{b}currentversion/winlogon|{b}image file execution options|{b}appinit_dlls"
     r"|{b}explorer/user shell folders|{b}environment/userinitmprlogonscript"),
    ("scheduled task", r"{b}windows/system32/tasks/|{b}windows/tasks/"),
    ("autostart entry", r"{b}autostart(?:/|$)"),
    ("init script", r"^/etc/(?:init\.d|rc\d?\.d|init)/|^/etc/rc\.(?:local|common)$|^/etc/inittab$"),
    ("ld.so.preload", r"{b}ld\.so\.preload$"),
    ("udev rule", r"{b}udev/rules\.d/"),
    ("PAM", r"^/etc/pam\.d(?:/|$)|{b}pam_\w+\.so$|{b}security/pam_"),
    ("SSH authorized keys", r"{b}authorized_keys2?$"),
    ("SSH server configuration", r"^/etc/ssh/sshd_config"),
    ("sudoers", r"^/etc/sudoers(?:$|\.d/)"),
    ("hosts file", r"^/etc/hosts$|{b}system32/drivers/etc/hosts$"),
    ("kernel modules", r"^/etc/modules(?:-load\.d/|$)|^/etc/initramfs-tools/|^/lib/modules/"),
    ("desktop entry", r"{b}applications/[^/]+\.desktop$"),
    ("editor plugin", r"{b}\.vim/(?:plugin|autoload)/|{b}\.vimrc$|{b}nvim/init\.|{b}\.ipython/profile_default/startup|{b}\.pythonrc"),
)  # fmt: skip

_PYTHON_STARTUP: Final = (
    (".pth file of site-packages", r"{b}(?:site|dist)-packages/(?:.*/)?[^/]*\.pth$"),
    (".pth file", r"[\w…*]\.pth$|{b}\.pth$"),
    ("sitecustomize", r"{b}(?:sitecustomize|usercustomize)(?:\.py|/__init__\.py)?$"),
    ("site-packages", r"{b}(?:site|dist)-packages(?:/|$|…)"),
    ("IPython start-up", r"{b}profile_default/startup"),
)

_GPU: Final = (
    ("loader configuration of NVIDIA", r"^/etc/ld\.so\.conf\.d/[^/]*(?:nvidia|cuda|000_|gds|cudnn)[^/]*|{b}ld\.so\.conf\.d/[^/]*(?:nvidia|cuda)"),
    ("NVIDIA library", r"{b}lib(?:cuda|nvidia-[\w\-]+|nvcuvid|nvoptix|cudadebugger|nvcuda|cudart|cublas|cudnn|nccl|nvrtc|nvml)[\w\-]*\.so"),
    ("NVIDIA library (Windows)", r"{b}system32/(?:nvcuda|nvml|nvapi64|nvfatbinaryloader)\.dll$"),
    ("driver configuration", r"{b}(?:etc|lib|usr/lib)/modprobe\.d(?:/|$)|^/etc/modules-load\.d/[^/]*nvidia|^/proc/driver/nvidia|^/dev/nvidia"),
    ("container runtime of NVIDIA", r"{b}nvidia-container-(?:runtime|toolkit|cli)|{b}etc/cdi/|{b}nvidia/nvidia-application-profiles|{b}\.nv/"),
    ("CUDA installation", r"^/(?:usr/local|opt)/(?:cuda|nvidia)(?:[\w.\-]*)(?:/|$)|^/usr/(?:lib|share)/(?:[\w\-]+/)?nvidia"),
    ("persistence daemon of NVIDIA", r"{b}nvidia-(?:persistenced|fabricmanager|smi|powerd|suspend)"),
)  # fmt: skip

_LOADER: Final = (
    ("dynamic loader", r"{b}ld\.so\.(?:preload|conf|cache)|{b}ld\.so\.conf\.d{e}|{b}ld-linux[\w\-]*\.so"),
)

_PACKAGE_TOOL: Final = (
    ("pip configuration", r"{b}\.?pip/pip\.(?:conf|ini)$|^/etc/pip\.conf$|{b}pip\.conf$|{b}pip/pip\.ini$"),
    ("uv configuration", r"{b}uv/uv\.toml$|{b}\.config/uv{e}"),
    ("git configuration", r"{b}\.gitconfig$|{b}\.config/git/config$|{b}\.git/config$|^/etc/gitconfig$"),
    ("git hook", r"{b}\.git/hooks(?:/|$)|{b}templates/hooks/"),
    ("conda configuration", r"{b}\.condarc$|{b}\.mambarc$"),
    ("Poetry configuration", r"{b}pypoetry/(?:config|auth)\.toml$"),
    ("npm configuration", r"{b}\.npmrc$|{b}\.yarnrc"),
    ("distutils configuration", r"{b}\.?pydistutils\.cfg$|{b}distutils/distutils\.cfg$"),
    ("pypirc", r"{b}\.pypirc$"),
)

_AGENT: Final = (
    ("agent instructions", r"{b}(?:claude(?:\.local)?|agents|gemini|skill)\.md$|{b}\.(?:cursorrules|windsurfrules|clinerules|roorules|goosehints)(?:/|$)"
     r"|{b}\.cursor/rules|{b}\.windsurf/rules|{b}\.continue/|{b}\.roo/|{b}\.kiro/|{b}\.github/(?:copilot-instructions\.md|instructions/|prompts/|chatmodes/)|{b}\.aider[\w.]*|{b}\.claude/(?:commands|agents|skills|rules)/"),
    ("agent settings and hooks", r"{b}\.claude/settings(?:\.local)?\.json$|{b}\.claude/hooks|{b}\.claude\.json$|{b}\.codex/(?:config\.toml|hooks)|{b}\.gemini/settings\.json$|{b}\.cursor/(?:hooks\.json|environment\.json|cli\.json)"),
    ("agent tool servers", r"{b}\.?mcp(?:_config|_settings|-servers)?\.json$|{b}claude_desktop_config\.json$|{b}\.cursor/mcp\.json$|{b}cline_mcp_settings\.json$|{b}windsurf/mcp_config\.json$"),
    ("editor tasks and settings", r"{b}\.vscode/(?:tasks|settings|launch|extensions)\.json$|{b}code(?: - insiders)?/user/settings\.json$|{b}\.idea/(?:workspace|runconfigurations)|{b}\.devcontainer(?:/|\.json)|{b}\.zed/(?:tasks|settings)\.json$"
     r"|{b}\.vscode(?:-server)?/extensions(?:/|$)"),
)  # fmt: skip

_TEMP: Final = (
    (
        "temporary folder",
        r"^(?:/tmp|/var/tmp|/dev/shm|/run/shm|/private/tmp)(?:/|$|…)|{b}appdata/local/temp(?:/|$|…)|{b}windows/temp(?:/|$|…)",
    ),
)
_SOURCE: Final = (
    ("source code", r"\.(?:py|pyx|pyi|ipynb|js|ts|go|rs|java|c|cc|cpp|h|rb|php|kt|swift)$|{b}\.git(?:/|$)"),
)
_EXECUTABLE: Final = (
    (
        "executable",
        r"\.(?:exe|dll|scr|bat|cmd|ps1|vbs|vbe|jse|wsf|hta|msi|lnk|cpl|pif|sh|elf|so|dylib|appimage|jar|apk)$",
    ),
)

TABLE: Final[tuple[tuple[PathKind, str, str], ...]] = tuple(
    (kind, what, pattern.replace("{a}", _BEGIN + _APPS).replace("{b}", _BEGIN).replace("{e}", _END))
    for kind, rows in (
        (PathKind.CREDENTIAL, _CREDENTIAL),
        (PathKind.BROWSER, _BROWSER),
        (PathKind.WALLET, _WALLET),
        (PathKind.STARTUP, _STARTUP),
        (PathKind.PYTHON_STARTUP, _PYTHON_STARTUP),
        (PathKind.GPU, _GPU),
        (PathKind.LOADER, _LOADER),
        (PathKind.PACKAGE_TOOL, _PACKAGE_TOOL),
        (PathKind.AGENT, _AGENT),
        (PathKind.TEMP, _TEMP),
        (PathKind.SOURCE_CODE, _SOURCE),
        (PathKind.EXECUTABLE, _EXECUTABLE),
    )
    for what, pattern in rows
)
"""Kind, what it is in words, pattern; the first that matches of each kind counts."""

"""Which path is what: data for :mod:`stockade.vetter.places_paths`.

One table a kind: a line that is not indented says what the path is, the lines below it are the patterns for it (one
that is indented twice goes on where the line above stopped). They are searched in a path with forward slashes, in
lower case. ``{b}`` is where a component begins: after a slash, at the beginning, or after an unknown part; ``{e}`` is
where one ends; ``{a}`` is below a folder of applications' data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stockade.vetter.places_kinds import PathKind

_BEGIN: Final = r"(?:^|[/…~])"
_END: Final = r"(?=$|[/…*:?#])"
_APPS: Final = r"(?:appdata/(?:roaming|local|locallow)|application support|~?/?\.config|\.var/app|roaming|localappdata|…)/"
"""Where desktop programs keep their data: names that mean something only there."""

_CREDENTIAL: Final = r"""
SSH private key
    {b}\.ssh/(?!config{e}|known_hosts|authorized_keys|[^/]*\.pub{e}).+
    {b}id_(?:rsa|dsa|ecdsa|ed25519)(?:_\w+)?$
SSH folder
    {b}\.ssh/?$
netrc
    {b}[._]netrc$
package index credentials
    {b}\.pypirc$
    {b}\.?pip/pip\.(?:conf|ini)$
    {b}uv/credentials{e}
    {b}pypoetry/auth\.toml$
AWS credentials
    {b}\.aws(?:/(?:credentials|config|sso|cli)(?:/.*)?)?/?$
    {b}\.boto$
    {b}\.s3cfg$
Google Cloud credentials
    {b}\.?config/gcloud{e}
    {b}gcloud/(?:credentials|legacy_credentials|access_tokens|application_default)
    {b}application_default_credentials\.json$
    service[_-]?account[\w\-]*\.json$
Azure credentials
    {b}\.azure(?:/.*)?$
    {b}accesstokens\.json$
    {b}msal_token_cache
cloud credentials
    {b}\.(?:oci/config|aliyun/config\.json|bluemix|doctl|linode-cli)
    {b}doctl/config\.yaml$
    {b}rclone\.conf$
Kubernetes credentials
    {b}\.kube(?:/.*)?$
    {b}kubeconfig$
    /secrets/kubernetes\.io/
    {b}kubernetes/admin\.conf$
Docker credentials
    {b}\.docker(?:/config\.json)?/?$
    {b}\.dockercfg$
    {b}containers/auth\.json$
git credentials
    {b}\.git-credentials$
    {b}git/credentials$
GitHub CLI token
    {b}gh/hosts\.yml$
    {b}\.config/(?:hub|gh)/?$
    {b}glab-cli/config\.yml$
npm credentials
    {b}\.npmrc$
    {b}\.yarnrc(?:\.yml)?$
other registries' credentials
    {b}\.cargo/credentials
    {b}\.gem/credentials$
    {b}\.m2/settings\.xml$
    {b}\.condarc$
    {b}\.composer/auth\.json$
Hugging Face token
    {b}huggingface/(?:token|stored_tokens)$
    {b}\.huggingface/token$
keyring
    {b}\.local/share/keyrings
    {b}\.gnome2/keyrings
    {b}login\.keychain
    {b}library/keychains
    {b}kwalletd
    {b}microsoft/(?:credentials|protect|vault){e}
GnuPG keys
    {b}\.gnupg(?:/.*)?$
    {b}\.password-store(?:/.*)?$
    \.kdbx$
system passwords
    ^/etc/(?:shadow|gshadow|sudoers|master\.passwd)-?$
    {b}system32/config/(?:sam|system|security)$
account list
    ^/etc/passwd$
process environment
    ^/proc/[^/]+/(?:environ|mem|cmdline)$
dotenv file
    {b}\.env(?:\.(?:local|prod|production|dev|development|staging))?$
Vault token
    {b}\.vault-token$
Terraform state or credentials
    {b}\.terraform\.d/
    {b}terraform\.tfstate
    {b}\.terraformrc$
    {b}credentials\.tfrc\.json$
    {b}\.pulumi/credentials\.json$
experiment tracker key
    {b}kaggle\.json$
    {b}\.kaggle/?$
    {b}\.comet\.config$
    {b}wandb/settings$
    {b}\.databrickscfg$
    {b}\.snowflake/
    {b}\.snowsql/config$
Jupyter runtime or password
    {b}jupyter/runtime/
    {b}\.jupyter/jupyter_(?:server|notebook)_config\.json$
shell history
    {b}\.(?:bash|zsh|sh|python|psql|mysql|node_repl|fish|sqlite)_history$
    {b}fish_history$
    {b}consolehost_history\.txt$
database password file
    {b}\.pgpass$
    {b}\.my\.cnf$
    {b}\.mylogin\.cnf$
    {b}\.mongorc\.js$
AI assistant credentials
    {b}\.claude/\.?credentials\.json$
    {b}\.codex/auth\.json$
    {b}\.gemini/oauth_creds\.json$
    {b}github-copilot/(?:hosts|apps)\.json$
mail or FTP client passwords
    {b}filezilla/(?:recentservers|sitemanager)\.xml$
    {b}\.thunderbird/
    {b}thunderbird/profiles
    {b}winscp\.ini$
VPN credentials
    {a}(?:nordvpn|protonvpn|openvpn connect|openvpn)/
    {b}wireguard/\w+\.conf$
"""

_BROWSER: Final = r"""
browser passwords
    {b}login data(?: for account)?$
    {b}logins\.json$
    {b}key[34]\.db$
    {b}signons\.sqlite$
browser cookies
    {b}(?:default|profile[^/]*|network|user data[^/]*)/(?:network/)?cookies$
    {b}cookies\.sqlite$
    {b}cookies\.binarycookies$
browser key
    {b}user data/local state$
    {b}local state$
browser data
    {b}web data$
    {b}places\.sqlite$
    {b}formhistory\.sqlite$
    {b}user data/(?:default|profile)[^/]*/(?:history|bookmarks)$
browser profile
    {b}(?:google/chrome|google-chrome|chromium|bravesoftware/brave-browser|microsoft/edge|vivaldi
        |yandex/yandexbrowser|opera software|mozilla/firefox|\.mozilla/firefox|7star/7star
        |torch/user data|kometa|orbitum|centbrowser|amigo|sputnik/sputnik|uran|iridium
        |epic privacy browser|cocccoc/browser|coccoc/browser|librewolf|waterfox)(?: beta| dev| canary
        | sxs| nightly)?(?:/user data|/profiles|/default|/opera stable|/opera gx stable
        |/[\w.]+\.default[\w\-]*)(?:/|$|…)
    {b}opera software/opera
    {b}\.mozilla/firefox
    {b}firefox/profiles
messenger token
    {b}(?:discord|discordcanary|discordptb|discorddevelopment|lightcord|betterdiscord)/(?:local storage
        |local state|leveldb)
    {a}discord(?:canary|ptb)?(?:/|$)
    {b}local storage/leveldb
    {b}discord_desktop_core
messenger session
    {b}telegram desktop/tdata
    {b}tdata$
    {b}telegramdesktop
    {b}signal/(?:config\.json|sql)
    {a}slack/(?:storage|cookies|local storage)
    {a}(?:whatsapp|element|viber|skype|microsoft/skype for desktop)/
game client session
    {b}(?:steam|\.steam/\w+)/(?:config/|ssfn|userdata)
    {b}ssfn\d+
    {b}loginusers\.vdf$
    {b}\.minecraft/(?:launcher_profiles|launcher_accounts)
    {a}(?:riot games|epicgameslauncher/saved|battle\.net|roblox)/
    {b}growtopia/save\.dat
"""

_WALLET: Final = r"""
desktop wallet
    {b}(?:exodus/exodus\.wallet|exodus\.wallet|electrum/wallets|\.electrum/|\.electrum-ltc/
        |\.?electroncash/wallets|atomic/local storage|com\.liberty\.jaxx|walletwasabi/client
        |bitcoin/wallets|monero/wallets|ledger live/)
    {a}(?:exodus|electrum|atomic|coinomi|guarda|jaxx|armory|bytecoin|trezor suite|zcash|binance|mycrypto
        |daedalus|sparrow|bluewallet|@trezor)(?:/|$)
wallet file
    {b}wallet\.dat$
    {b}default_wallet$
    {b}passphrase\.json$
    {b}seed\.seco$
    {b}wallets?/[^/]+\.wallet$
chain key store
    {b}\.?ethereum/keystore
    {b}keystore/utc--
    {b}solana/(?:id|cli/config|[\w\-]*keypair)[\w.]*
    {b}\.config/solana
    {b}\.foundry/keystores
    {b}\.brownie/accounts
    {b}\.near-credentials
    {b}\.aptos/config
    {b}\.sui/sui_config
    {b}\.bitcoin{e}
    {b}\.litecoin{e}
    {b}\.dogecoin{e}
    {b}\.bittensor/wallets
    {b}\.monero
browser wallet extension
    nkbihfbeogaeaoehlefnkodbefgpgknn
    bfnaelmomeimhlpmgjnjophhpkkoljpa
    fhbohimaelbohpjbbldcngcnapndodjp
    hnfanknocfeofbddgcijnmhnfnkdnaad
    ibnejdfjmmkpcnlpebklmnkoeoihofec
    egjidjbpglichdcondbcbdnbeeppgdph
    aholpfdialjgjfhomihkjbmgjidlcdno
    ejbalbakoplchlghecdalmeeeajnimhm
    fnjhmkhhmkbjkkabndcnnogagogbneec
    dmkamcknogkgcdfhhbddcghachkejeap
    mcohilncbfahbmgdjkbpemcciiolgcge
    {b}local extension settings{e}
    {b}metamask{e}
"""

_STARTUP: Final = r"""
shell start-up file
    {b}\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin
        |kshrc|cshrc|tcshrc|xinitrc|xprofile|xsessionrc)$
    ^/etc/(?:profile|bash\.bashrc|bashrc|zsh/\w+|environment)$
    {b}fish/(?:config\.fish|conf\.d/)
    {b}powershell/(?:\w+_)?profile\.ps1$
    {b}microsoft\.powershell_profile\.ps1$
profile.d
    ^/etc/profile\.d/
cron
    ^/etc/cron(?:tab|\.d/|\.(?:hourly|daily|weekly|monthly)/)
    ^/etc/anacrontab
    {b}var/spool/cron{e}
    {b}spool/cron/
systemd unit
    {b}systemd/(?:system|user)(?:/|$|…)
    /[^/]+\.(?:service|timer)$
    {b}systemd/system-generators/
launch agent
    {b}library/launch(?:agents|daemons){e}
    {b}library/startupitems
    ^/etc/emond\.d
Windows Startup folder
    {b}start menu/programs/start-?up
registry Run key
    {b}(?:currentversion|current version)/run(?:once|services|onceex)?{e}
    {b}currentversion/winlogon
    {b}image file execution options
    {b}appinit_dlls
    {b}explorer/user shell folders
    {b}environment/userinitmprlogonscript
scheduled task
    {b}windows/system32/tasks/
    {b}windows/tasks/
autostart entry
    {b}autostart(?:/|$)
init script
    ^/etc/(?:init\.d|rc\d?\.d|init)/
    ^/etc/rc\.(?:local|common)$
    ^/etc/inittab$
ld.so.preload
    {b}ld\.so\.preload$
udev rule
    {b}udev/rules\.d/
PAM
    ^/etc/pam\.d(?:/|$)
    {b}pam_\w+\.so$
    {b}security/pam_
SSH authorized keys
    {b}authorized_keys2?$
SSH server configuration
    ^/etc/ssh/sshd_config
sudoers
    ^/etc/sudoers(?:$|\.d/)
hosts file
    ^/etc/hosts$
    {b}system32/drivers/etc/hosts$
kernel modules
    ^/etc/modules(?:-load\.d/|$)
    ^/etc/initramfs-tools/
    ^/lib/modules/
desktop entry
    {b}applications/[^/]+\.desktop$
editor plugin
    {b}\.vim/(?:plugin|autoload)/
    {b}\.vimrc$
    {b}nvim/init\.
    {b}\.ipython/profile_default/startup
    {b}\.pythonrc
"""

_PYTHON_STARTUP: Final = r"""
.pth file of site-packages
    {b}(?:site|dist)-packages/(?:.*/)?[^/]*\.pth$
.pth file
    [\w…*]\.pth$
    {b}\.pth$
sitecustomize
    {b}(?:sitecustomize|usercustomize)(?:\.py|/__init__\.py)?$
site-packages
    {b}(?:site|dist)-packages(?:/|$|…)
IPython start-up
    {b}profile_default/startup
"""

_GPU: Final = r"""
loader configuration of NVIDIA
    ^/etc/ld\.so\.conf\.d/[^/]*(?:nvidia|cuda|000_|gds|cudnn)[^/]*
    {b}ld\.so\.conf\.d/[^/]*(?:nvidia|cuda)
NVIDIA library
    {b}lib(?:cuda|nvidia-[\w\-]+|nvcuvid|nvoptix|cudadebugger|nvcuda|cudart|cublas|cudnn|nccl|nvrtc
        |nvml)[\w\-]*\.so
NVIDIA library (Windows)
    {b}system32/(?:nvcuda|nvml|nvapi64|nvfatbinaryloader)\.dll$
driver configuration
    {b}(?:etc|lib|usr/lib)/modprobe\.d(?:/|$)
    ^/etc/modules-load\.d/[^/]*nvidia
    ^/proc/driver/nvidia
    ^/dev/nvidia
container runtime of NVIDIA
    {b}nvidia-container-(?:runtime|toolkit|cli)
    {b}etc/cdi/
    {b}nvidia/nvidia-application-profiles
    {b}\.nv/
CUDA installation
    ^/(?:usr/local|opt)/(?:cuda|nvidia)(?:[\w.\-]*)(?:/|$)
    ^/usr/(?:lib|share)/(?:[\w\-]+/)?nvidia
persistence daemon of NVIDIA
    {b}nvidia-(?:persistenced|fabricmanager|smi|powerd|suspend)
"""

_LOADER: Final = r"""
dynamic loader
    {b}ld\.so\.(?:preload|conf|cache)
    {b}ld\.so\.conf\.d{e}
    {b}ld-linux[\w\-]*\.so
"""

_PACKAGE_TOOL: Final = r"""
pip configuration
    {b}\.?pip/pip\.(?:conf|ini)$
    ^/etc/pip\.conf$
    {b}pip\.conf$
    {b}pip/pip\.ini$
uv configuration
    {b}uv/uv\.toml$
    {b}\.config/uv{e}
git configuration
    {b}\.gitconfig$
    {b}\.config/git/config$
    {b}\.git/config$
    ^/etc/gitconfig$
git hook
    {b}\.git/hooks(?:/|$)
    {b}templates/hooks/
conda configuration
    {b}\.condarc$
    {b}\.mambarc$
Poetry configuration
    {b}pypoetry/(?:config|auth)\.toml$
npm configuration
    {b}\.npmrc$
    {b}\.yarnrc
distutils configuration
    {b}\.?pydistutils\.cfg$
    {b}distutils/distutils\.cfg$
pypirc
    {b}\.pypirc$
"""

_AGENT: Final = r"""
agent instructions
    {b}(?:claude(?:\.local)?|agents|gemini|skill)\.md$
    {b}\.(?:cursorrules|windsurfrules|clinerules|roorules|goosehints)(?:/|$)
    {b}\.cursor/rules
    {b}\.windsurf/rules
    {b}\.continue/
    {b}\.roo/
    {b}\.kiro/
    {b}\.github/(?:copilot-instructions\.md|instructions/|prompts/|chatmodes/)
    {b}\.aider[\w.]*
    {b}\.claude/(?:commands|agents|skills|rules)/
agent settings and hooks
    {b}\.claude/settings(?:\.local)?\.json$
    {b}\.claude/hooks
    {b}\.claude\.json$
    {b}\.codex/(?:config\.toml|hooks)
    {b}\.gemini/settings\.json$
    {b}\.cursor/(?:hooks\.json|environment\.json|cli\.json)
agent tool servers
    {b}\.?mcp(?:_config|_settings|-servers)?\.json$
    {b}claude_desktop_config\.json$
    {b}\.cursor/mcp\.json$
    {b}cline_mcp_settings\.json$
    {b}windsurf/mcp_config\.json$
editor tasks and settings
    {b}\.vscode/(?:tasks|settings|launch|extensions)\.json$
    {b}code(?: - insiders)?/user/settings\.json$
    {b}\.idea/(?:workspace|runconfigurations)
    {b}\.devcontainer(?:/|\.json)
    {b}\.zed/(?:tasks|settings)\.json$
    {b}\.vscode(?:-server)?/extensions(?:/|$)
"""

_TEMP: Final = r"""
temporary folder
    ^(?:/tmp|/var/tmp|/dev/shm|/run/shm|/private/tmp)(?:/|$|…)
    {b}appdata/local/temp(?:/|$|…)
    {b}windows/temp(?:/|$|…)
"""

_SOURCE: Final = r"""
source code
    \.(?:py|pyx|pyi|ipynb|js|ts|go|rs|java|c|cc|cpp|h|rb|php|kt|swift)$
    {b}\.git(?:/|$)
"""

_EXECUTABLE: Final = r"""
executable
    \.(?:exe|dll|scr|bat|cmd|ps1|vbs|vbe|jse|wsf|hta|msi|lnk|cpl|pif|sh|elf|so|dylib|appimage|jar|apk)$
"""


def _rows(table: str) -> Iterator[tuple[str, list[str]]]:
    """What a path is and the patterns for it, for each entry of a table."""
    what, patterns = "", list[str]()
    for line in table.strip().splitlines():
        if line.startswith("        "):
            patterns[-1] += line.strip()
        elif line.startswith("    "):
            patterns.append(line.strip())
        else:
            if what:
                yield what, patterns
            what, patterns = line, []
    yield what, patterns


def _pattern(text: str) -> str:
    return text.replace("{a}", _BEGIN + _APPS).replace("{b}", _BEGIN).replace("{e}", _END)


_TABLES: Final = (
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
TABLE: Final[tuple[tuple[PathKind, str, str], ...]] = tuple(
    (kind, what, _pattern("|".join(patterns))) for kind, table in _TABLES for what, patterns in _rows(table)
)
"""Kind, what it is in words, pattern; the first that matches of each kind counts."""

_EVERY: Final = [pattern for _, table in _TABLES for _, patterns in _rows(table) for pattern in patterns]
NECESSARY: Final = (
    _pattern("{b}(?:" + "|".join(each[3:] for each in _EVERY if each.startswith("{b}")) + ")"),
    _pattern("{a}(?:" + "|".join(each[3:] for each in _EVERY if each.startswith("{a}")) + ")"),
    _pattern("^(?:" + "|".join(each[1:] for each in _EVERY if each.startswith("^")) + ")"),
    _pattern("|".join(each for each in _EVERY if not each.startswith(("{b}", "{a}", "^")))),
)
"""The same patterns by how they begin: what none of these matches is of no kind. Much quicker than one by one."""

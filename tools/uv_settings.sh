# shellcheck shell=sh
# Sourced by the scripts that call uv, with $python set: makes uv ask the index that pip asks on this machine.

# pip's own setting $1, wherever it stands: environment, then its sections, then global. Empty where unset.
pip_setting() {
    "$python" -m pip config list 2>/dev/null | sed -n "s/^\([a-z:]*\)\.$1='\(.*\)'\$/\1 \2/p" |
        awk '$1 == ":env:" { env = $2 } $1 == "install" { inst = $2 } $1 == "global" { glob = $2 }
             END { print env ? env : inst ? inst : glob }'
}

unset VIRTUAL_ENV CONDA_PREFIX
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    index=$(pip_setting index-url)
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
fi
if [ -z "${SSL_CERT_FILE:-}" ]; then
    cert=$(pip_setting cert)
    if [ -n "$cert" ]; then export SSL_CERT_FILE="$cert"; fi
fi

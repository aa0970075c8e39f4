"""What the name of an environment variable, a parameter or a variable says of its value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

WALLET_SECRET: Final = "wallet key"  # noqa: S105 - the name of a kind
"""What :func:`secret_name` says of private keys, seed phrases and mnemonics: whoever holds them owns the funds."""

_VARIABLES: Final[tuple[tuple[str, str], ...]] = (
    (
        "cloud credential",
        (
            r"AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|WEB_IDENTITY_TOKEN_FILE"
            r"|CONTAINER_(?:CREDENTIALS|AUTHORIZATION)\w*|SHARED_CREDENTIALS_FILE)"
            r"|AZURE_(?:CLIENT_SECRET|CLIENT_CERTIFICATE\w*|PASSWORD|STORAGE_(?:KEY|CONNECTION_STRING|SAS_TOKEN)|\w*API_KEY"
            r"|DEVOPS_EXT_PAT|FEDERATED_TOKEN_FILE)|ARM_(?:CLIENT_SECRET|ACCESS_KEY|SAS_TOKEN)"
            r"|GOOGLE_(?:APPLICATION_CREDENTIALS|CREDENTIALS|OAUTH_ACCESS_TOKEN)|GCP_(?:SA_KEY|CREDENTIALS)|GCLOUD_SERVICE_KEY"
            r"|CLOUDSDK_AUTH_\w+|DIGITALOCEAN_(?:ACCESS_)?TOKEN|DO_API_TOKEN|CLOUDFLARE_API_(?:TOKEN|KEY)|CF_API_(?:TOKEN|KEY)"
            r"|LINODE_TOKEN|HEROKU_API_KEY|ALIBABA_CLOUD_ACCESS_KEY_\w+|ALICLOUD_\w*KEY|OCI_CLI_KEY_\w+|IBMCLOUD_API_KEY"
            r"|MINIO_(?:ROOT_PASSWORD|SECRET_KEY)|FLY_API_TOKEN|VERCEL_TOKEN|NETLIFY_AUTH_TOKEN|PULUMI_ACCESS_TOKEN"
            r"|TF_(?:TOKEN_\w+|VAR_\w*(?:SECRET|TOKEN|PASSWORD)\w*)|VAULT_TOKEN|CONSUL_HTTP_TOKEN|KUBECONFIG|KUBE_TOKEN"
        ),
    ),
    (
        "CI token",
        (
            r"ACTIONS_(?:RUNTIME_TOKEN|ID_TOKEN_REQUEST_(?:TOKEN|URL)|CACHE_URL)|CI_JOB_(?:TOKEN|JWT\w*)|CI_(?:REGISTRY|DEPLOY)_PASSWORD"
            r"|CIRCLE_TOKEN|CIRCLECI_\w*TOKEN|TRAVIS_\w*TOKEN|JENKINS_\w*TOKEN|BUILDKITE_\w*TOKEN|DRONE_TOKEN|CODECOV_TOKEN"
            r"|COVERALLS_REPO_TOKEN|SYSTEM_ACCESSTOKEN|SONAR_TOKEN|SNYK_TOKEN"
        ),
    ),
    (
        "source forge token",
        r"(?:GITHUB|GH|GITLAB|GITEA|BITBUCKET|FORGEJO)_(?:\w*_)?(?:TOKEN|PAT|PASSWORD|APP_PASSWORD)|GHP_\w+|GIT_ASKPASS|GIT_TOKEN",
    ),
    (
        "package index credential",
        (
            r"TWINE_(?:USERNAME|PASSWORD)|(?:TEST_?)?PYPI_(?:\w*_)?(?:TOKEN|PASSWORD|API_KEY|USERNAME)|UV_PUBLISH_\w+|FLIT_(?:USERNAME|PASSWORD)"
            r"|HATCH_INDEX_AUTH|POETRY_(?:PYPI_TOKEN|HTTP_BASIC)_\w+|PDM_PUBLISH_\w+|NPM_(?:AUTH_)?TOKEN|NODE_AUTH_TOKEN|YARN_\w*TOKEN"
            r"|CARGO_REGISTRY_TOKEN|GEM_HOST_API_KEY|NUGET_API_KEY|ANACONDA_(?:API_)?TOKEN|CONDA_TOKEN|ARTIFACTORY_\w*"
            r"(?:TOKEN|PASSWORD|KEY)|UV_INDEX_\w+_PASSWORD|DOCKER_(?:PASSWORD|AUTH_CONFIG|HUB_TOKEN)"
        ),
    ),
    (
        "model service key",
        (
            r"HF_(?:\w*_)?TOKEN|HUGGING_?FACE_(?:\w*_)?(?:TOKEN|API_KEY)|HUGGINGFACEHUB_API_TOKEN|OPENAI_(?:API_)?KEY|ANTHROPIC_API_KEY"
            r"|CLAUDE_\w*(?:KEY|TOKEN)|GEMINI_API_KEY|GOOGLE_API_KEY|COHERE_API_KEY|MISTRAL_API_KEY|GROQ_API_KEY|REPLICATE_API_TOKEN"
            r"|TOGETHER_API_KEY|DEEPSEEK_API_KEY|XAI_API_KEY|PERPLEXITY_API_KEY|WANDB_API_KEY|COMET_API_KEY|NEPTUNE_API_TOKEN"
            r"|KAGGLE_KEY|LANGCHAIN_API_KEY|LANGSMITH_API_KEY|NGC_API_KEY|NVIDIA_API_KEY|LIGHTNING_API_KEY|MLFLOW_TRACKING_(?:TOKEN|PASSWORD)"
        ),
    ),
    (
        "database credential",
        (
            r"(?:\w+_)?(?:DATABASE|DB|POSTGRES|POSTGRESQL|MYSQL|MARIADB|MONGO|MONGODB|REDIS|RABBITMQ|AMQP|CELERY_BROKER|JDBC)_?"
            r"(?:URL|URI|DSN|PASS|PASSWORD|PASSWD|PWD|CONNECTION_STRING)|PGPASSWORD|PGPASSFILE|MYSQL_PWD|(?:\w+_)?CONNECTION_STRING"
            r"|MONGO_INITDB_ROOT_PASSWORD|SNOWFLAKE_PASSWORD|DATABRICKS_TOKEN"
        ),
    ),
    (
        "chat token",
        r"SLACK_(?:\w*_)?(?:TOKEN|WEBHOOK\w*|SIGNING_SECRET)|DISCORD_(?:\w*_)?(?:TOKEN|WEBHOOK\w*)|TELEGRAM_(?:\w*_)?TOKEN|BOT_TOKEN|TWILIO_AUTH_TOKEN",
    ),
    (
        "payment key",
        r"STRIPE_(?:\w*_)?(?:KEY|SECRET)|PAYPAL_\w*SECRET|BRAINTREE_PRIVATE_KEY|COINBASE_\w*(?:KEY|SECRET)|BINANCE_\w*(?:KEY|SECRET)",
    ),
    (
        WALLET_SECRET,
        r"(?:\w+_)?(?:PRIVATE_KEY|MNEMONIC|SEED_PHRASE|WALLET_(?:KEY|SECRET|SEED|PASSWORD)|KEYPAIR|RECOVERY_PHRASE)",
    ),
    ("SSH or GPG key", r"GPG_(?:PASSPHRASE|PRIVATE_KEY)|SSH_(?:PRIVATE_)?KEY|SSH_KEY_PASSPHRASE"),
    (
        "secret",
        (
            r"(?:\w+_)?(?:SECRET|SECRETS|SECRET_KEY|SECRET_TOKEN|CLIENT_SECRET|PASSWORD|PASSWD|PASSPHRASE|API_KEY|APIKEY|API_TOKEN"
            r"|API_SECRET|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|ACCESS_TOKEN|AUTH_TOKEN|REFRESH_TOKEN|SESSION_TOKEN|BEARER_TOKEN"
            r"|CREDENTIALS?|ENCRYPTION_KEY|SIGNING_KEY|MASTER_KEY|SERVICE_ACCOUNT_KEY|TOKEN|PAT)"
        ),
    ),
)
_VARIABLE_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _VARIABLES)
_NOT_SECRET = re.compile(
    r"(?:\w+_)?(?:TOKENIZERS?_\w+|MAX_TOKENS?|NUM_TOKENS?|EOS_TOKEN|BOS_TOKEN|PAD_TOKEN|UNK_TOKEN|NO_TOKEN|CSRF_TOKEN)"
)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST: Final = 200


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WALLET_NAMES: Final = _words(
    """private_key priv_key privkey privatekey secret_phrase seed_phrase seedphrase recovery_phrase recovery_seed mnemonic
    mnemonics mnemonic_phrase mnemonic_words wallet_seed wallet_key wallet_password wallet_secret wif wif_key keypair
    key_pair secret_recovery_phrase xprv xpriv master_seed bip_seed private_keys priv_keys seed_words keystore_password
    sk_hex private_key_hex private_key_bytes hex_private_key prv_key"""
)
_SECRET_NAMES: Final[dict[str, str]] = {
    **dict.fromkeys(
        _words("password passwd pwd passphrase pass_word user_password db_password passcode pin_code"),
        "password",
    ),
    **dict.fromkeys(
        _words(
            "api_key apikey access_key access_key_id secret_key secret_access_key api_secret client_secret consumer_secret "
            "app_secret encryption_key signing_key service_account_key account_key"
        ),
        "API key",
    ),
    **dict.fromkeys(
        _words(
            "token access_token auth_token api_token bearer_token refresh_token session_token id_token oauth_token bot_token "
            "github_token hf_token jwt_token user_token jwt cookie session_cookie auth_cookie roblosecurity client_key"
        ),
        "token",
    ),
    **dict.fromkeys(
        _words(
            "secret secrets credential credentials creds auth_secret otp totp_secret two_factor_code mfa_code"
        ),
        "secret",
    ),
    **dict.fromkeys(_words("card_number credit_card cvv cvc card_cvv iban"), "payment card"),
}


@lru_cache(maxsize=4_096)
def variable(name: str) -> str | None:
    """The kind of secret that an environment variable holds by its name; None where it holds none.

    ``PATH``, ``HOME``, ``CI`` and other settings are no secrets. ``…`` stands for unknown parts.
    """
    upper = name[:_LONGEST].strip().upper().replace("…", "X")
    if _NOT_SECRET.fullmatch(upper):
        return None
    return next((kind for kind, pattern in _VARIABLE_PATTERNS if pattern.fullmatch(upper)), None)


_KEY_SCHEDULE: Final = re.compile(
    r"(?:\w+_)?(?:pre_?master|(?:resumption|exporter|extended)_master|early|handshake|traffic)_secret"
)
"""Names of what TLS derives for one connection (RFC 5246, RFC 8446): no credential that a user holds."""


@lru_cache(maxsize=4_096)
@lru_cache(maxsize=16_384)
def secret_name(identifier: str) -> str | None:
    """The kind of secret that a parameter, variable, field or key is named after; None where it is not.

    Understands ``snake_case``, ``camelCase`` and ``kebab-case``. :data:`WALLET_SECRET` is the strong one; of the
    others ``token`` is the weakest: in language processing it is a word. Plain ``key`` and ``seed`` are nothing.
    """
    words = [word.lower() for word in _WORDS.findall(identifier[:_LONGEST]) if not word.isdecimal()]
    if _KEY_SCHEDULE.fullmatch("_".join(words)):
        return None
    for start in range(max(len(words) - 3, 0), len(words)):
        name = "_".join(words[start:])
        if name in _WALLET_NAMES:
            return WALLET_SECRET
        if name in _SECRET_NAMES:
            return _SECRET_NAMES[name]
    return WALLET_SECRET if "_".join(words) in _WALLET_NAMES else None

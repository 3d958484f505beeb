"""Settings of sign-in: accounts, second factor, unified identity, lock-out, passwords; and of the log."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.project import environment as env

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
# each post begins where its day begins: the grid worker at the grid, a desk at its tasks
LOGIN_REDIRECT_URL = "/start/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "gongzhi.city.people.adapters.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_TOTP_ISSUER = env.text("GONGZHI_TITLE", "共治")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# the unified identity of a province: an OpenID Connect provider that vouches for accounts which exist here
OIDC_USERNAME_CLAIM = env.text("OIDC_USERNAME_CLAIM", "preferred_username")
SOCIALACCOUNT_ADAPTER = "gongzhi.city.people.adapters.KnownPeopleOnly"
SOCIALACCOUNT_ONLY = False
_OIDC_SERVER = env.address("OIDC_SERVER_URL", schemes=("https", "http"))
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "unified",
                "name": env.text("OIDC_TITLE", "统一身份认证"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _OIDC_SERVER},
            }
        ]
        if _OIDC_SERVER
        else [],
    }
}

# five wrong passwords lock one name from one address for a quarter of an hour; others still get in
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": ""}
AXES_FAILURE_LIMIT = env.number("GONGZHI_LOGIN_ATTEMPTS", 5, least=1, most=100)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("GONGZHI_LOCKOUT_MINUTES", 15, least=1, most=1440))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = 1 if env.switch("GONGZHI_PROXY", False) else 0
AXES_USERNAME_CALLABLE = "gongzhi.city.project.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "gongzhi.city.project.lockout.locked_out"

# tracking codes that exist nowhere, asked for from one address within ten minutes
GONGZHI_TRACKING_MISSES = env.number("GONGZHI_TRACKING_MISSES", 60, least=1, most=100_000)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gongzhi": {
            "level": env.one_of(
                "GONGZHI_LOG", "info", {word.lower(): word for word in ("DEBUG", "INFO", "WARNING", "ERROR")}
            )
        },
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}

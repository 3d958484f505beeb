"""Settings of the whole site. Every variable is explained in docs/reference/settings.md; wrong values are refused."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from gongzhi.city.project import environment as env
from gongzhi.city.project.accounts import *  # noqa: F403 - sign-in, passwords, lock-out, logging
from gongzhi.city.project.facts import *  # noqa: F403 - Parquet files, DuckDB or Spark
from gongzhi.city.project.parts import *  # noqa: F403 - apps, middleware, templates

# --- where things are
PACKAGE = Path(__file__).resolve().parent.parent
GONGZHI_HOME = env.folder("GONGZHI_HOME", "var")
DATABASE_URL = env.address("DATABASE_URL", schemes=("postgres", "postgresql", "sqlite"))
ON_SERVER = DATABASE_URL.startswith("postgres")

# --- secrets: made on first use on one machine, refused when absent on several
SECRET_KEY = env.secret("SECRET_KEY", None if ON_SERVER else GONGZHI_HOME / "secret_key", "text")
GONGZHI_FIELD_KEYS = env.secret(
    "GONGZHI_FIELD_KEYS", None if ON_SERVER else GONGZHI_HOME / "field_keys", "keys"
)

# --- doors
DEBUG = env.switch("GONGZHI_DEBUG", False)
ALLOWED_HOSTS = env.words("GONGZHI_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.switch("GONGZHI_HTTPS", False)
CSRF_TRUSTED_ORIGINS = (
    [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"] if HTTPS else []
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.switch("GONGZHI_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_PERMISSIONS = 0o640
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- video: two browsers meet directly unless these name who helps them; nobody does by default
GONGZHI_STUN = env.words("GONGZHI_STUN", [])
GONGZHI_TURN = env.words("GONGZHI_TURN", [])
GONGZHI_TURN_SECRET = env.text("GONGZHI_TURN_SECRET")

# --- messages to people on duty: a folder or a service that takes text messages along; empty: inside the site only
GONGZHI_MESSAGES = env.address("GONGZHI_MESSAGES", schemes=("file", "http", "https"))
GONGZHI_MESSAGES_SECRET = env.text("GONGZHI_MESSAGES_SECRET")
GONGZHI_MESSAGES_CHANNELS = env.words("GONGZHI_MESSAGES_CHANNELS", ["sms"])

# --- live walls: where browsers find the live process: ":8001" (this host, that port), an address, or a path
GONGZHI_LIVE = env.place("GONGZHI_LIVE")

# --- rows
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;"
    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;",
}
DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL or f"sqlite:///{GONGZHI_HOME / 'gongzhi.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=ON_SERVER,
    )
}
if ON_SERVER:
    # PostgreSQL plans a statement that comes back once per connection instead of every time: half of its work here
    DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=3)
else:
    DATABASES["default"]["OPTIONS"] = SQLITE
    # tests use a file too: SQLite in memory locks tables instead of waiting, unlike what they are to prove
    DATABASES["default"]["TEST"] = {"NAME": GONGZHI_HOME / "test.sqlite3"}

# --- jobs: the same tasks on our table or on a broker
CELERY_BROKER_URL = env.address("CELERY_BROKER_URL", schemes=("amqp", "amqps", "redis", "rediss", "memory"))
TASKS = {
    "default": {
        "BACKEND": env.one_of(
            "GONGZHI_TASKS",
            "celery" if CELERY_BROKER_URL else "database",
            {
                "database": "gongzhi.city.jobs.backends.LeasedBackend",
                "celery": "gongzhi.city.jobs.broker.CeleryBackend",
                "immediate": "gongzhi.city.jobs.backends.ImmediateBackend",
            },
        ),
        "QUEUES": ["default", "slow"],
    }
}
# seconds for which a job is held; a killed worker's job is taken again after that
GONGZHI_JOB_LEASE = env.number("GONGZHI_JOB_LEASE", 60, least=1, most=3600)

# --- words and time
GONGZHI_CITY_NAME = env.text("GONGZHI_CITY_NAME", "本市")
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- papers and seals
# folder of Chinese fonts; empty: those of the system
GONGZHI_FONTS = env.text("GONGZHI_FONTS")
# the address that residents reach the site by: it stands in the QR code of every sealed paper
_port = env.number("PORT", 8000, least=1, most=65535)
GONGZHI_SITE = env.address("GONGZHI_SITE", f"http://localhost:{_port}", schemes=("http", "https")).rstrip("/")
# offices without a certificate get one of the city's own demonstration authority
GONGZHI_LOCAL_CA = env.switch("GONGZHI_LOCAL_CA", True)
GONGZHI_SEAL_SCHEME = env.one_of("GONGZHI_SEAL_SCHEME", "rsa", {"rsa": "rsa", "ecdsa": "ecdsa", "sm2": "sm2"})
# an RFC 3161 time stamp authority; empty: the city's own
GONGZHI_TSA_URL = env.address("GONGZHI_TSA_URL", schemes=("http", "https"))
# files that one address may have verified in ten minutes
GONGZHI_VERIFY_FILES = env.number("GONGZHI_VERIFY_FILES", 60, least=1)

# --- files
STATIC_URL = "static/"
STATIC_ROOT = env.folder("GONGZHI_STATIC", str(GONGZHI_HOME / "static"))
MEDIA_ROOT = env.folder("GONGZHI_FILES", str(GONGZHI_HOME / "files"))
WHITENOISE_USE_FINDERS = not env.switch("GONGZHI_COLLECTED", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

"""Settings of the parts: apps, middleware, templates."""

from __future__ import annotations

from pathlib import Path

__all__ = ["INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES", "WSGI_APPLICATION"]


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "gongzhi.city.project",
    "gongzhi.city.territory",
    "gongzhi.city.people",
    "gongzhi.city.journal",
    "gongzhi.city.jobs",
    "gongzhi.city.messages",
    "gongzhi.city.cases",
    "gongzhi.city.records",
    "gongzhi.city.counters",
    "gongzhi.city.duty",
    "gongzhi.city.documents",
    "gongzhi.city.assemblies",
    "gongzhi.city.ledgers",
    "gongzhi.city.alerts",
    "gongzhi.city.mechanisms",
    "gongzhi.city.pilots",
    "gongzhi.city.simulations",
    "gongzhi.city.mining",
    "gongzhi.city.workshop",
    "gongzhi.city.exchange",
    "gongzhi.city.scorecards",
    "gongzhi.city.comparisons",
    "gongzhi.city.benefits",
    "gongzhi.city.analytics",
    "gongzhi.city.web",
    "gongzhi.city.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongzhi.city.web.devices.ClosedDevices",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "gongzhi.city.web.refusals.RefusalPages",
    "gongzhi.city.project.guessing.CountMisses",
]
ROOT_URLCONF = "gongzhi.city.project.urls"
WSGI_APPLICATION = "gongzhi.city.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # the web door's templates win over those of the packages (sign-in pages)
        "DIRS": [Path(__file__).resolve().parent.parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "gongzhi.city.web.context.page",
            ]
        },
    }
]

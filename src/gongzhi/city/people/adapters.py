"""Accounts are given out by the city: nobody signs up, and the unified identity only vouches for who is known here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gongzhi.city.people.models import User


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Links a first sign-in through the provider to the account of the same user name, or refuses."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        username = str(claims.get(settings.OIDC_USERNAME_CLAIM) or "")
        user = User.objects.filter(username=username, is_active=True).first() if username else None
        if user is None:
            messages.error(request, _("统一身份认证通过了,但本系统没有您的账号。请联系本单位管理员开通。"))
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        sociallogin.connect(request, user)

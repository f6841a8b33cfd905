"""How allauth behaves here: nobody registers himself, and single sign-on lets in only whom we know."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.queries import person_of_claims
from plumbline.office.accounts.roles import Role
from plumbline.office.accounts.services import own_password_set


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"plumbline second factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name; accounts are created by the administrator alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("该账号已停用，请联系管理员。"),
        "username_password_mismatch": _("用户名或密码不正确。"),
        "incorrect_password": _("密码不正确。"),
        "too_many_login_attempts": _("尝试次数过多，请稍后再试。"),
        "rate_limited": _("尝试次数过多，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failures of the password are counted by axes, in the database, with a page that says how long.

        allauth's own count stays in force for the codes of the second factor.
        """

    def set_password(self, user: User, password: str) -> None:
        """Called when a person changes his own password: it is no longer a one-time one."""
        super().set_password(user, password)
        own_password_set(user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the work, not back to the form."""
        return self.get_login_redirect_url(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Remind administrators who have no second factor, once at every sign-in."""
        response = super().post_login(request, user, **kwargs)
        if user.role == Role.ADMINISTRATOR and not is_mfa_enabled(user):
            link = format_html('<a href="{}">{}</a>', reverse("mfa_activate_totp"), _("现在启用"))
            messages.warning(request, format_html("{} {}", _("您是管理员，账号尚未启用两步验证。"), link))
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Ours are given by the pages; allauth's greet people at every sign-in."""


class MFAAdapter(DefaultMFAAdapter):
    """The second factor's messages in the office's words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确。请核对手机时间是否准确，或使用下一个验证码。"),
        "cannot_delete_authenticator": _("不能停用两步验证。"),
        "cannot_generate_recovery_codes": _("启用两步验证后才能生成恢复码。"),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of the second factor are not kept in the clear."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        """The user name: what distinguishes the entries in an authenticator app."""
        return user.username


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on matches an existing person by user name or e-mail, or refuses."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect the identity to the person it names."""
        if sociallogin.is_existing:
            return
        user = person_of_claims(sociallogin.account.extra_data)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown_person.html", status=403))
        sociallogin.connect(request, user)

"""allauth's forms in the office's words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _name(form: BaseForm, **labels: str | Promise) -> None:
    """Give the fields our labels; a placeholder that repeats the label is noise."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    for field, label in labels.items():
        form.fields[field].label = label


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, login=_("用户名"), password=_("密码"))
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autofocus"] = True


class OwnPasswordForm(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, oldpassword=_("当前密码"), password1=_("新密码"), password2=_("再输一次新密码"))
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = _(
            "至少 10 个字符，不能全是数字，不能与用户名、姓名相近，不能是常见密码。"
        )


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, password=_("密码"))
        self.fields["password"].widget.attrs["autofocus"] = True


class SecondFactorForm(AuthenticateForm):
    """The code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, code=_("验证码"))
        self.fields["code"].widget.attrs.update(autofocus=True, inputmode="numeric")


class SecondFactorAgainForm(CodeForm):
    """The code once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, code=_("验证码"))
        self.fields["code"].widget.attrs.update(autofocus=True, inputmode="numeric")


class NewFactorForm(ActivateTOTPForm):
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, code=_("验证码"))
        self.fields["code"].widget.attrs.update(inputmode="numeric")

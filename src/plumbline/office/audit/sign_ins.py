"""Sign-ins and the second factor, written into the chain.

Django, allauth and axes announce these by signals and offer no other seam; everything else in the office
calls `services.record` itself.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record


def connect() -> None:
    """Listen; called once when the room starts."""
    user_logged_in.connect(signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="audit.signed_out")
    user_locked_out.connect(locked, dispatch_uid="audit.locked")
    password_changed.connect(password_was_changed, dispatch_uid="audit.password_changed")
    authenticator_added.connect(factor_added, dispatch_uid="audit.factor_added")
    authenticator_removed.connect(factor_removed, dispatch_uid="audit.factor_removed")
    authenticator_reset.connect(codes_renewed, dispatch_uid="audit.codes_renewed")


def signed_in(*, request: HttpRequest | None, user: User, **_signal: Any) -> None:
    """Somebody came in."""
    _record("accounts.sign_in", actor=user, target=user, detail=_origin(request))


def signed_out(*, request: HttpRequest | None, user: User | None, **_signal: Any) -> None:
    """Somebody left; an anonymous session that ends is nobody's act."""
    if user is not None:
        _record("accounts.sign_out", actor=user, target=user, detail=_origin(request))


def locked(*, request: HttpRequest | None, username: str, **_signal: Any) -> None:
    """Too many failures; the name is what was typed, so it need not be anybody's.

    Recorded when the lock falls, not at every further try: nobody shall fill the chain from outside.
    """
    if getattr(request, "axes_failures_since_start", 0) > settings.AXES_FAILURE_LIMIT:
        return
    detail = {"用户名": (username or "")[:64], **_origin(request)}
    _record("accounts.locked", actor=None, target=None, detail=detail)


def password_was_changed(*, user: User, **_signal: Any) -> None:
    """A person chose another password."""
    _record("accounts.password_change", actor=user, target=user, detail={})


def factor_added(*, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """A second factor came into force."""
    _record("accounts.factor_add", actor=user, target=user, detail={"方式": authenticator.get_type_display()})


def factor_removed(*, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """A person gave up a second factor."""
    _record(
        "accounts.factor_remove", actor=user, target=user, detail={"方式": authenticator.get_type_display()}
    )


def codes_renewed(*, user: User, **_signal: Any) -> None:
    """New recovery codes replaced the old."""
    _record("accounts.codes_renew", actor=user, target=user, detail={})


def _origin(request: HttpRequest | None) -> dict[str, str]:
    return {"来源地址": request.META.get("REMOTE_ADDR", "")} if request else {}


def _record(action: str, *, actor: User | None, target: User | None, detail: dict[str, str]) -> None:
    with transaction.atomic():
        record(actor=actor, action=action, target=target, detail=detail)

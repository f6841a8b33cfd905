"""Who may enter a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from plumbline.kernel.errors import RegistryError
from plumbline.office.accounts.roles import CAPABILITIES

View = Callable[..., HttpResponseBase]


def capability_required(capability: str) -> Callable[[View], View]:
    """Let in only people whose role holds the capability.

    The anonymous are sent to the sign-in; others get the 403 page with a sentence. The view carries the
    capability's name in its attribute `capability`, by which a test walks all addresses.

    Raises:
        RegistryError: at import, when no such capability exists.
    """
    if capability not in CAPABILITIES:
        raise RegistryError(f"没有名为“{capability}”的权限")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(capability):
                raise PermissionDenied(
                    _("您的角色是“%(role)s”，不能使用这一功能。如工作需要，请联系管理员调整角色。")
                    % {"role": request.user.get_role_display()}
                )
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate

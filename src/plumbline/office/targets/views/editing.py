"""What the pages share on which a draft is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.errors import Conflict


def attempt(form: forms.Form, act: Callable[[], Any]) -> Conflict | None:
    """Do it; what stands in the way is put on the form, which keeps everything that was typed.

    Returns:
        The conflict, when somebody else changed the plan meanwhile; the form can then be saved again.
    """
    try:
        act()
    except Conflict as conflict:
        form.renew(conflict.revision)  # type: ignore[attr-defined]
        form.add_error(None, conflict.what)
        return conflict
    except PlumblineError as error:
        form.add_error(None, error.sentence)
    return None


def to_plan(version: PlanVersion, anchor: str = "") -> HttpResponse:
    """Back to the plan's page, at the thing that was changed."""
    response = redirect("targets:plan", plan_id=version.plan_id)
    response["Location"] += f"?v={version.number}" + (f"#{anchor}" if anchor else "")
    return response


def saved(request: HttpRequest, version: PlanVersion, anchor: str = "", *, said: str = "") -> HttpResponse:
    """Tell that it was saved, and go back to the plan's page."""
    messages.success(request, said or _("已保存，并重新校核。"))
    return to_plan(version, anchor)


def draft_page(
    request: HttpRequest, version: PlanVersion, template: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    """A page on which a draft is changed, inside the plan's frame."""
    frame = plan_frame(version.plan, tab="plan", version=version)
    return render(request, template, frame | context, status=422 if wrong else 200)


def must_be_draft(version: PlanVersion) -> None:
    """A page that changes a version is only there for drafts.

    Raises:
        PermissionDenied: it is frozen.
    """
    if not version.editable:
        raise PermissionDenied(
            _("第 %(number)d 版%(state)s，不能再修改。需要变动时，请在“版本”页建立调整稿。")
            % {"number": version.number, "state": version.get_state_display()}
        )

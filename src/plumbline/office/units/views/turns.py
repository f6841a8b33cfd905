"""Pages on which a unit takes a turn: renamed, moved, merged, closed, reopened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from plumbline.office.accounts.access import capability_required
from plumbline.office.units import services
from plumbline.office.units.access import visible_unit
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.forms.turns import MergeForm, MoveForm, RenameForm, TurnForm
from plumbline.office.units.models import UnitChange


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page of a turn says. `does` is the service; `is_grave` where it ends something."""

    form: type[TurnForm]
    does: Callable[..., UnitChange]
    title: str | Promise
    lead: str | Promise
    done: str | Promise
    is_grave: bool = False


RENAME = Turn(
    RenameForm,
    services.rename_unit,
    _("单位更名"),
    _("原名称保留在沿革中，查找时仍能找到；已归档的文件不改。"),
    _("已更名。"),
)
MOVE = Turn(
    MoveForm,
    services.move_unit,
    _("变更上级单位"),
    _("下级单位随同移动。"),
    _("已变更上级单位。"),
)
MERGE = Turn(
    MergeForm,
    services.merge_units,
    _("并入其他单位"),
    _(
        "成员、信息系统、资产和下级单位转到并入的单位；对方空缺的责任人员也随同转移。"
        "问题、检查和绩效目标留在本单位名下，并入的单位可以查阅。"
    ),
    _("已并入。误操作时可在沿革中恢复，转移的内容会退回。"),
    is_grave=True,
)
CLOSE = Turn(
    TurnForm,
    services.close_unit,
    _("撤销单位"),
    _(
        "撤销后不再出现在各处的选择中，资料和记录全部保留；可以恢复。没有承接单位时使用，有承接单位时请用“并入其他单位”。"
    ),
    _("已撤销。"),
    is_grave=True,
)
REOPEN = Turn(
    TurnForm,
    services.reopen_unit,
    _("恢复单位"),
    _("恢复为在用。如曾并入其他单位，转移过去且仍在对方名下的成员、系统、资产和下级单位会退回。"),
    _("已恢复。"),
)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name."""
    return _turned(request, pk, RENAME)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another parent."""
    return _turned(request, pk, MOVE)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Into another unit."""
    return _turned(request, pk, MERGE)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The end."""
    return _turned(request, pk, CLOSE)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back again."""
    return _turned(request, pk, REOPEN)


def _turned(request: HttpRequest, pk: int, turn: Turn) -> HttpResponse:
    unit = visible_unit(request.user, pk)
    form = turn.form(request.POST or None, unit=unit, user=request.user)
    if request.method == "POST" and form.is_valid() and (done := _done(form, turn, request, pk)):
        return done
    context = {"form": form, "unit": unit, "tab": "history", "turn": turn}
    return render(request, "units/turn.html", context, status=422 if form.errors else 200)


def _done(form: forms.Form, turn: Turn, request: HttpRequest, pk: int) -> HttpResponse | None:
    try:
        turn.does(visible_unit(request.user, pk), actor=request.user, **form.values())
    except RegisterError as problem:
        form.add_error(None, problem.what + problem.advice)
        return None
    messages.success(request, turn.done)
    return redirect("units:history", pk=pk)

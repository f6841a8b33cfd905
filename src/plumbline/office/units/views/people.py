"""Pages on which the administrator keeps people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.tables import Sorting
from plumbline.office.units import people
from plumbline.office.units.forms import PersonForm
from plumbline.office.units.queries import PEOPLE_COLUMNS, people_with_units


@require_GET
@capability_required("users.manage")
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in, or could."""
    sorting = Sorting.asked(request.GET, columns=PEOPLE_COLUMNS, default="username")
    found = people_with_units(
        search=request.GET.get("q", "").strip(),
        role=request.GET.get("role", ""),
        state=request.GET.get("state", ""),
    )
    context = {
        "page": page_of(sorting.apply(found, PEOPLE_COLUMNS), request),
        "sorting": sorting,
        "roles": Role,
        "states": User.State,
    }
    return render(request, "people/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@capability_required("users.manage")
def person_create(request: HttpRequest) -> HttpResponse:
    """A new person; the answer shows the one-time password, once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, password = people.create_person(
            actor=request.user, username=form.cleaned_data["username"], **form.values()
        )
        return _show_password(request, person, password)
    return render(request, "people/create.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@capability_required("users.manage")
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, role and units of a person, and the acts on his account."""
    person = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_person(person, actor=request.user, revision=form.opened_on, **form.values())
        except Outdated as problem:
            person = get_object_or_404(User, pk=pk)
            form.beside(PersonForm(instance=person), problem)
            return render(request, "people/edit.html", {"form": form, "person": person}, status=409)
        messages.success(request, _("已保存“%(name)s”。") % {"name": form.cleaned_data["full_name"]})
        return redirect("units:people")
    context = {"form": form, "person": User.objects.get(pk=pk)}
    return render(request, "people/edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@capability_required("users.manage")
def password_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown once."""
    person = get_object_or_404(User, pk=pk)
    return _show_password(request, person, people.reset_password(person, actor=request.user))


@require_POST
@capability_required("users.manage")
def factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second factor of somebody who lost it."""
    person = get_object_or_404(User, pk=pk)
    people.reset_second_factor(person, actor=request.user, reason=_reason(request))
    messages.success(request, _("已重置“%(name)s”的两步验证，其所有登录已退出。") % {"name": person})
    return redirect("units:person", pk=pk)


@require_POST
@capability_required("users.manage")
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a person out."""
    person = get_object_or_404(User, pk=pk)
    people.deactivate(person, actor=request.user, reason=_reason(request))
    messages.success(request, _("已停用“%(name)s”的账号，其所有登录已退出。") % {"name": person})
    return redirect("units:person", pk=pk)


@require_POST
@capability_required("users.manage")
def person_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    person = get_object_or_404(User, pk=pk)
    people.activate(person, actor=request.user)
    messages.success(request, _("已恢复“%(name)s”的账号。") % {"name": person})
    return redirect("units:person", pk=pk)


def _reason(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise people.PersonError(_("没有写明原因。"), advice=_("请返回填写原因后重试。"))
    return reason[:500]


def _show_password(request: HttpRequest, person: User, password: OneTimePassword) -> HttpResponse:
    return render(request, "people/password.html", {"person": person, "one_time": password})

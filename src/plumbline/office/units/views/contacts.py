"""Pages of the people whom a unit names."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.revisions import Outdated
from plumbline.office.units.access import visible_unit
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.forms.contacts import ContactForm, LeaveForm
from plumbline.office.units.models import Contact
from plumbline.office.units.queries.contacts import correctable_contact, posts, seen, visible_contact
from plumbline.office.units.services.contacts import appoint, correct_contact, dismiss, reveal


@require_GET
@capability_required("units.view")
def contact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for a unit, and who did."""
    unit = visible_unit(request.user, pk)
    context = {"unit": unit, "tab": "contacts", "posts": posts(request.user, unit)}
    return render(request, "units/contacts.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def contact_appoint(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """A person for a role; whoever is in it leaves it."""
    unit = visible_unit(request.user, pk)
    if role not in Contact.Role.values:
        raise Http404
    current = unit.contacts.filter(role=role, state=Contact.State.CURRENT).first()
    form = ContactForm(request.POST or None, instance=Contact(unit=unit, role=role))
    if request.method == "POST" and form.is_valid():
        try:
            appoint(
                unit,
                role=role,
                particulars=form.particulars(),
                on=form.cleaned_data["started_on"],
                actor=request.user,
                now=timezone.localdate(),
            )
        except RegisterError as problem:
            form.add_error(None, problem.what + problem.advice)
        else:
            messages.success(request, _("已登记%(role)s。") % {"role": Contact.Role(role).label})
            return redirect("units:contacts", pk=pk)
    context = {
        "unit": unit, "tab": "contacts", "form": form, "current": current, "role": Contact.Role(role).label,
    }  # fmt: skip
    return render(request, "units/contact_edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def contact_edit(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Put right what is said about a person; opening the form shows the numbers, which is recorded."""
    contact = correctable_contact(request.user, contact_id)
    form = ContactForm(request.POST or None, instance=contact)
    status = 200
    if request.method == "GET":
        reveal(contact, actor=request.user)
    else:
        status = 422
        if form.is_valid():
            try:
                correct_contact(
                    correctable_contact(request.user, contact_id),
                    particulars=form.particulars(),
                    on=form.cleaned_data["started_on"],
                    actor=request.user,
                    revision=form.opened_on,
                )
            except Outdated as problem:
                form.beside(ContactForm(instance=correctable_contact(request.user, contact_id)), problem)
                status = 409
            except RegisterError as problem:
                form.add_error(None, problem.what + problem.advice)
            else:
                messages.success(request, _("已更正。"))
                return redirect("units:contacts", pk=contact.unit_id)
    context = {
        "unit": contact.unit, "tab": "contacts", "form": form, "contact": contact,
        "role": contact.get_role_display(),
    }  # fmt: skip
    return render(request, "units/contact_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def contact_leave(request: HttpRequest, contact_id: int) -> HttpResponse:
    """A person leaves a role, and nobody follows yet."""
    contact = visible_contact(request.user, contact_id)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dismiss(contact, actor=request.user, **form.cleaned_data)
        except RegisterError as problem:
            form.add_error(None, problem.what + problem.advice)
        else:
            messages.success(request, _("已登记%(name)s离任。") % {"name": contact.name})
            return redirect("units:contacts", pk=contact.unit_id)
    context = {"unit": contact.unit, "tab": "contacts", "form": form, "contact": contact}
    return render(request, "units/contact_leave.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@capability_required("contacts.see")
def contact_reveal(request: HttpRequest, contact_id: int) -> HttpResponse:
    """A person's numbers, in place of the masked ones."""
    contact = reveal(visible_contact(request.user, contact_id), actor=request.user)
    person = seen(contact, user=request.user, in_full=True)
    context = {"unit": contact.unit, "tab": "contacts", "person": person}
    if request.headers.get("HX-Request"):
        return render(request, "units/_numbers.html", context)
    return render(request, "units/contact_revealed.html", context)

"""The few pages of sign-in that allauth does not bring."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


@login_required
def no_password_here(request: HttpRequest) -> HttpResponse:
    """For people who come in through single sign-on alone: there is no password to change here."""
    return render(request, "account/no_password.html")


@login_required
def to_security(request: HttpRequest) -> HttpResponse:
    """allauth's page of connected identities: here the administrator's business, not the person's."""
    return redirect("mfa_index")

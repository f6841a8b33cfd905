"""Single sign-on lets in whom the office knows."""

from __future__ import annotations

import pytest

from plumbline.office.accounts.queries import person_of_claims

pytestmark = pytest.mark.django_db


def test_the_user_name_finds_the_person(staff):
    assert person_of_claims({"preferred_username": "LiQiang"}) == staff


def test_claims_within_the_answer_are_read_too(staff):
    assert person_of_claims({"userinfo": {"preferred_username": "liqiang"}}) == staff


def test_a_verified_email_finds_the_person(staff):
    staff.email = "li@example.org"
    staff.save()
    assert person_of_claims({"email": "LI@example.org", "email_verified": True}) == staff


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_email_that_is_not_verified_finds_nobody(staff, verified):
    staff.email = "li@example.org"
    staff.save()
    assert person_of_claims({"email": "li@example.org", "email_verified": verified}) is None


def test_an_email_that_two_people_have_finds_nobody(staff, leader):
    for person in (staff, leader):
        person.email = "office@example.org"
        person.save()
    assert person_of_claims({"email": "office@example.org", "email_verified": True}) is None


def test_strangers_and_deactivated_people_are_not_found(staff):
    staff.state = staff.State.DEACTIVATED
    staff.save()
    assert person_of_claims({"preferred_username": "liqiang"}) is None
    assert person_of_claims({"preferred_username": "stranger"}) is None
    assert person_of_claims({}) is None


def login_of(claims):
    from allauth.socialaccount.models import SocialAccount, SocialLogin

    from plumbline.office.accounts.models import User

    account = SocialAccount(provider="oidc", uid="42", extra_data=claims)
    return SocialLogin(user=User(), account=account)


def asked(rf):
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    request = rf.get("/account/oidc/oidc/login/callback/")
    request.user, request.session = AnonymousUser(), SessionStore()
    return request


def test_a_known_person_is_connected_at_the_first_sign_on(rf, staff, settings):
    from allauth.socialaccount.models import SocialAccount

    from plumbline.office.accounts.adapters import SocialAccountAdapter

    app = {"provider_id": "oidc", "name": "统一身份认证", "client_id": "x", "secret": "x"}
    app["settings"] = {"server_url": "http://127.0.0.1:9"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    request = asked(rf)
    SocialAccountAdapter(request).pre_social_login(request, login_of({"preferred_username": "liqiang"}))
    assert SocialAccount.objects.get(uid="42").user == staff


def test_an_unknown_person_is_refused_with_a_sentence_and_no_account(rf, cast):
    from allauth.core.exceptions import ImmediateHttpResponse

    from plumbline.office.accounts.adapters import SocialAccountAdapter
    from plumbline.office.accounts.models import User

    request = asked(rf)
    before = User.objects.count()
    with pytest.raises(ImmediateHttpResponse) as refusal:
        SocialAccountAdapter(request).pre_social_login(request, login_of({"preferred_username": "stranger"}))
    assert refusal.value.response.status_code == 403
    assert "没有与之对应的账号" in refusal.value.response.content.decode()
    assert User.objects.count() == before
    assert not SocialAccountAdapter(request).is_open_for_signup(request, login_of({}))


def test_whoever_came_by_single_sign_on_need_not_know_a_password(staff, signed_in):
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY

    staff.password_state = staff.PasswordState.ONE_TIME
    staff.save()
    for method, status in (("password", 302), ("socialaccount", 200)):
        client = signed_in(staff)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": 0}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(staff.pk)
        session.save()
        assert client.get("/units/").status_code == status

"""Coming in: password, throttling, first administrator, second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plumbline.office.accounts.models import SharedCount, User
from plumbline.office.accounts.services import ensure_first_administrator
from plumbline.office.audit.models import Record
from plumbline.office.units import people
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
NEW = "Another-good-one-77"


@pytest.fixture(autouse=True)
def _no_counts_left_over():
    cache.clear()


def sign_in(username: str, password: str = PASSWORD, **extra: str):
    client = Client(**extra)
    return client, client.post(LOGIN, {"login": username, "password": password})


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def test_the_right_password_lets_in_and_is_recorded(staff):
    client, answer = sign_in("LiQiang")
    assert answer.status_code == 302
    entry = Record.objects.get(action="accounts.sign_in")
    assert (entry.actor, entry.detail) == (staff, {"来源地址": "127.0.0.1"})
    client.post(reverse("account_logout"))
    assert Record.objects.latest("sequence").action == "accounts.sign_out"


def test_wrong_name_and_wrong_password_get_the_same_answer(staff):
    wrong_password = sign_in("liqiang", "no")[1].content.decode()
    wrong_name = sign_in("nobody", "no")[1].content.decode()
    assert "用户名或密码不正确" in wrong_password
    assert "用户名或密码不正确" in wrong_name


def test_a_deactivated_person_stays_out(administrator, staff):
    people.deactivate(staff, actor=administrator, reason="调离")
    client, _answer = sign_in("liqiang")
    assert client.get(reverse("mfa_index")).status_code == 302


def test_deactivating_ends_what_is_open(administrator, staff):
    client, _answer = sign_in("liqiang")
    assert client.get(reverse("mfa_index")).status_code == 200
    people.deactivate(staff, actor=administrator, reason="调离")
    assert client.get(reverse("mfa_index")).status_code == 302


def test_after_five_failures_it_says_how_long_to_wait(staff):
    for _attempt in range(4):
        assert sign_in("liqiang", "wrong")[1].status_code == 200
    answer = sign_in("liqiang", "wrong")[1]
    assert answer.status_code == 429
    assert "15 分钟后再试" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    client, answer = sign_in("liqiang")
    assert answer.status_code == 429
    assert client.get(reverse("mfa_index")).status_code == 302
    assert Record.objects.filter(action="accounts.locked", detail__用户名="liqiang").exists()


def test_writing_the_name_otherwise_gives_no_further_tries(staff):
    for name in ("liqiang", "LIQIANG", "LiQiang", " liqiang", "liqianG"):
        sign_in(name, "wrong")
    assert sign_in("liqiang")[1].status_code == 429


def test_further_tries_do_not_fill_the_chain(staff):
    for _attempt in range(12):
        sign_in("liqiang", "wrong")
    assert Record.objects.filter(action="accounts.locked").count() == 1


def test_a_stranger_elsewhere_does_not_lock_a_colleague_out(staff):
    for _attempt in range(6):
        sign_in("liqiang", "wrong", REMOTE_ADDR="10.9.9.9")
    assert sign_in("liqiang")[1].status_code == 302


def test_the_first_run_makes_one_administrator_with_a_password_to_be_changed(db):
    first = ensure_first_administrator()
    assert first is not None
    assert ensure_first_administrator() is None
    client, _answer = sign_in(first.username, first.password)
    change = reverse("account_change_password")
    for address in (reverse("units:people"), reverse("audit:list"), reverse("mfa_index")):
        assert client.get(address)["Location"] == change
    page = client.get(change).content.decode()
    assert "请先设定自己的密码" in page
    answer = client.post(change, {"oldpassword": first.password, "password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert client.get(reverse("units:people")).status_code == 200
    assert not User.objects.get().must_change_password
    assert Record.objects.filter(action="accounts.password_change").count() == 1


def test_a_weak_password_is_refused_beside_its_field(staff, signed_in):
    client = signed_in(staff)
    change = reverse("account_change_password")
    page = client.post(
        change, {"oldpassword": PASSWORD, "password1": "1234567890", "password2": "1234567890"}
    )
    assert "field-error" in page.content.decode()
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_nobody_registers_himself(client):
    for address in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert client.get(address).status_code == 404


def enrol(user: User) -> tuple[Client, str]:
    """Switch on the second factor in the browser; gives the client and the secret."""
    client, _answer = sign_in(user.username)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client.post(answer["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return client, secret


def test_wrong_codes_are_counted_for_all_processes_together(staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _client, secret = enrol(staff)
    cache.clear()
    answers = []
    for _attempt in range(6):
        client, _answer = sign_in("liqiang")
        answers.append(client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode())
    assert "验证码不正确" in answers[0]
    assert "尝试次数过多" in answers[-1]
    late = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert "尝试次数过多" in late.content.decode()
    assert SharedCount.objects.exists()  # not in the memory of one process


def test_the_second_factor_from_enrolment_to_sign_in(staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client, secret = enrol(staff)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    assert Record.objects.filter(action="accounts.factor_add", actor=staff).exists()
    cache.clear()  # a code is good once; the next sign-in is later

    client, answer = sign_in("liqiang")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_index")).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200

    for expected in (302, 200):  # a recovery code works once
        client, _answer = sign_in("liqiang")
        assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


def test_guessing_codes_is_throttled(staff):
    _client, secret = enrol(staff)
    cache.clear()
    client, _answer = sign_in("liqiang")
    for _attempt in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert answer.status_code == 200
    assert "尝试次数过多" in answer.content.decode()


def test_the_secret_is_not_kept_in_the_clear(staff):
    _client, secret = enrol(staff)
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_administrators_are_urged_to_set_a_second_factor(administrator, staff):
    client, _answer = sign_in("wangmin")
    assert "尚未启用两步验证" in client.get(reverse("units:people")).content.decode()
    client, _answer = sign_in("liqiang")
    assert "尚未启用两步验证" not in client.get(reverse("units:list")).content.decode()


def test_the_administrator_resets_a_lost_second_factor(administrator, staff):
    enrol(staff)
    people.reset_second_factor(staff, actor=administrator, reason="手机丢失，本人当面提出")
    _client, answer = sign_in("liqiang")
    assert answer["Location"] != reverse("mfa_authenticate")
    assert Record.objects.latest("sequence").action == "accounts.sign_in"
    assert Record.objects.get(action="people.factor_reset").detail["原因"] == "手机丢失，本人当面提出"


def test_other_sessions_are_ended_on_request(staff):
    here, _answer = sign_in("liqiang", HTTP_USER_AGENT="here")
    there, _answer = sign_in("liqiang", HTTP_USER_AGENT="there")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "there" in page
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("usersessions_list")).status_code == 200
    assert there.get(reverse("usersessions_list")).status_code == 302


def test_the_language_is_chosen_not_guessed(client):
    page = client.get(LOGIN, HTTP_ACCEPT_LANGUAGE="en-US,en").content.decode()
    assert "用户名" in page
    client.post(reverse("set_language"), {"language": "en", "next": LOGIN})
    page = client.get(LOGIN).content.decode()
    assert "User name" in page
    assert "用户名" not in page

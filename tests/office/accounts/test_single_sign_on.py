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

"""Every address, for everybody: who is sent to the sign-in, who is refused, who gets in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from plumbline.kernel.errors import RegistryError
from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.roles import CAPABILITIES, Role, may

OPEN = {
    "health", "set_language", "account_login", "account_logout", "account_inactive", "mfa_authenticate",
    "account_reauthenticate", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "socialaccount_login_error",
}  # fmt: skip
"""What the anonymous may ask for: all of it belongs to coming in."""


def patterns(resolver=None, prefix=""):
    """(pattern, name with namespace, address with 1 for every argument) of the whole office."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            namespace = f"{entry.namespace}:" if entry.namespace else ""
            yield from ((p, f"{namespace}{n}", v) for p, n, v in patterns(entry))
        elif isinstance(entry, URLPattern):
            yield entry, entry.name or "", entry.callback


def address(name: str) -> str | None:
    """An address of the name; arguments are 1, or what the pattern allows."""
    from django.urls import NoReverseMatch, reverse

    for args in ([], [1], ["xlsx"], [1, 1], [1, "xlsx"], [1, "docx"], [1, 1, 1], ["a"], ["new/"]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return None


NAMES = sorted({name for _pattern, name, _view in patterns() if name})
VIEWS = {name: view for _pattern, name, view in patterns() if name}
GUARDED = sorted(name for name in NAMES if getattr(VIEWS[name], "capability", ""))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_the_anonymous_are_sent_to_the_sign_in(name):
    if name in OPEN:
        pytest.skip("belongs to coming in")
    url = address(name)
    assert url, f"the test cannot build an address of {name}"
    client = Client()
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 302, (name, answer.status_code)
        assert answer["Location"].startswith("/account/login/")


def allowed(name: str) -> frozenset[Role]:
    return CAPABILITIES[VIEWS[name].capability]


@pytest.mark.parametrize("name", GUARDED)
def test_a_role_without_the_capability_is_refused(name, cast, signed_in):
    url = address(name)
    for person in cast.people:
        if person.role in allowed(name):
            continue
        client = signed_in(person)
        for answer in (client.get(url), client.post(url)):
            if answer.status_code == 405:
                continue
            assert answer.status_code in (403, 404), (name, person, answer.status_code)
            if answer.status_code == 403:
                assert "您的角色是" in answer.content.decode()


@pytest.mark.parametrize("name", ["units:list", "units:people", "audit:list", "units:create"])
def test_a_role_with_the_capability_gets_in(name, cast, signed_in):
    for person in cast.people:
        answer = signed_in(person).get(address(name))
        assert (answer.status_code == 200) == (person.role in allowed(name)), (name, person)


def test_every_page_of_the_rooms_names_its_capability():
    unguarded = [
        name
        for name in NAMES
        if name.startswith(("units:", "audit:", "targets:", "reports:"))
        and not getattr(VIEWS[name], "capability", "")
    ]
    assert unguarded == []


def test_a_misspelt_capability_is_found_when_the_module_is_read():
    with pytest.raises(RegistryError):
        capability_required("plans.veiw")
    with pytest.raises(RegistryError):
        may(Role.STAFF, "plans.veiw")


def test_a_deactivated_person_may_nothing(staff):
    assert staff.may("plans.edit")
    staff.state = staff.State.DEACTIVATED
    assert not staff.may("plans.edit")


def test_only_administrators_keep_people():
    assert CAPABILITIES["users.manage"] == {Role.ADMINISTRATOR}
    edits = [
        key for key in CAPABILITIES if key.endswith((".edit", ".approve", ".manage")) and may("liaison", key)
    ]
    assert edits == ["register.edit"]  # of his own unit; the walk of the liaison holds it to that

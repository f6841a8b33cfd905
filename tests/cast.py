"""The one fixed cast: who plays in the tests, and where they belong. All of it is invented.

    def test_a_liaison_sees_only_his_own_unit(cast): cast.liaison …

`cast` gives everybody; each person and unit is a fixture of its own too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from plumbline.office.accounts.models import User
    from plumbline.office.units.models import Unit

PASSWORD = "Right-plumb-line-42"


@dataclass(frozen=True)
class Cast:
    """Everybody.

    Attributes:
        administrator: 王敏. staff: 李强. leader: 赵建国. expert: 陈思远.
        liaison: 刘芳 of the school. other_liaison: 周凯 of the town.
        office: 县委网信办. school: 示例县第一中学. town: 示例县城关镇.
    """

    administrator: User
    staff: User
    leader: User
    expert: User
    liaison: User
    other_liaison: User
    office: Unit
    school: Unit
    town: Unit

    @property
    def people(self) -> tuple[User, ...]:
        return (self.administrator, self.staff, self.leader, self.expert, self.liaison, self.other_liaison)


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast, saved."""
    from plumbline.office.accounts.models import User
    from plumbline.office.accounts.roles import Role
    from plumbline.office.units.models import Membership, Unit

    def unit(name: str, short_name: str, code: str, kind: str) -> Unit:
        return Unit.objects.create(name=name, short_name=short_name, code=code, kind=kind)

    def person(username: str, full_name: str, role: str, unit: Unit | None) -> User:
        user = User.objects.create_user(
            username, PASSWORD, full_name=full_name, role=role, password_state=User.PasswordState.OWN
        )
        if unit:
            Membership.objects.create(user=user, unit=unit)
        return user

    office = unit("中共示例县委网络安全和信息化委员会办公室", "县委网信办", "119001", Unit.Kind.PARTY)
    school = unit("示例县第一中学", "县一中", "205014", Unit.Kind.SCHOOL)
    town = unit("示例县城关镇人民政府", "城关镇", "301002", Unit.Kind.TOWNSHIP)
    return Cast(
        administrator=person("wangmin", "王敏", Role.ADMINISTRATOR, office),
        staff=person("liqiang", "李强", Role.STAFF, office),
        leader=person("zhaojianguo", "赵建国", Role.LEADER, office),
        expert=person("chensiyuan", "陈思远", Role.EXPERT, None),
        liaison=person("liufang", "刘芳", Role.LIAISON, school),
        other_liaison=person("zhoukai", "周凯", Role.LIAISON, town),
        office=office,
        school=school,
        town=town,
    )


@pytest.fixture
def administrator(cast: Cast) -> User:
    return cast.administrator


@pytest.fixture
def staff(cast: Cast) -> User:
    return cast.staff


@pytest.fixture
def leader(cast: Cast) -> User:
    return cast.leader


@pytest.fixture
def expert(cast: Cast) -> User:
    return cast.expert


@pytest.fixture
def liaison(cast: Cast) -> User:
    return cast.liaison


@pytest.fixture
def other_liaison(cast: Cast) -> User:
    return cast.other_liaison


@pytest.fixture
def office_unit(cast: Cast) -> Unit:
    return cast.office


@pytest.fixture
def school(cast: Cast) -> Unit:
    return cast.school


@pytest.fixture
def town(cast: Cast) -> Unit:
    return cast.town


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """`signed_in(user)`: a test client with that person's session."""
    from django.test import Client

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of

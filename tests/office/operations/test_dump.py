"""PostgreSQL out to files and back: every value, every sequence, the triggers and the chain."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from plumbline.office.accounts.models import User
from plumbline.office.audit.models import Record
from plumbline.office.audit.services import record, verify
from plumbline.office.operations.archive import BackupError
from plumbline.office.operations.dump import applied, dump, load_postgresql
from plumbline.office.targets.models import PlanVersion, Project
from tests.office.targets.factories import make_plan

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite is copied as a file"),
]


@pytest.fixture
def dumped(tmp_path: Path) -> Path:
    user = User.objects.create_user("wang", "一\t二\\三\n", full_name="王\\敏\t\N{SNOWMAN}")
    with transaction.atomic():
        record(actor=user, action="system.backup", detail={"x": "\\N", "y": None})
    dump(tmp_path)
    return tmp_path


def test_everything_comes_back_to_the_microsecond(dumped: Path) -> None:
    user, act = User.objects.values().get(), Record.objects.values().get()
    User.objects.create_user("li", full_name="李强")
    load_postgresql(dumped, migrations=applied())
    call_command("migrate", verbosity=0)
    assert User.objects.values().get() == user
    assert Record.objects.values().get() == act
    assert verify().is_sound


def test_numbers_go_on_after_the_last_one(dumped: Path) -> None:
    last = User.objects.get().pk
    load_postgresql(dumped, migrations=applied())
    assert User.objects.create_user("li", full_name="李强").pk > last


def test_the_chain_is_append_only_again(dumped: Path) -> None:
    load_postgresql(dumped, migrations=applied())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_record")


def test_a_dump_of_a_newer_version_changes_nothing(dumped: Path) -> None:
    with pytest.raises(BackupError, match="更新的版本"):
        load_postgresql(dumped, migrations=[*applied(), ["targets", "9999_later"]])
    assert User.objects.get().username == "wang"


def test_a_dump_that_breaks_off_changes_nothing(dumped: Path) -> None:
    table = dumped / "accounts_user.copy"
    table.write_bytes(table.read_bytes()[:20])
    with pytest.raises(BackupError, match="备份中的"):
        load_postgresql(dumped, migrations=applied())
    assert User.objects.get().username == "wang"


def test_an_approved_plan_comes_back_frozen(tmp_path: Path) -> None:
    built = make_plan()
    PlanVersion.objects.filter(pk=built.version.pk).update(frozen_digest="a" * 64)
    dump(tmp_path)
    load_postgresql(tmp_path, migrations=applied())
    assert Project.objects.count() == len(built.projects)
    with pytest.raises(DatabaseError), transaction.atomic():
        Project.objects.update(name="另一个项目")

"""The chain of records: what it refuses, and what it finds."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from plumbline.kernel.errors import PlumblineError, RegistryError
from plumbline.office.audit import triggers
from plumbline.office.audit.models import GENESIS, AppendOnly, Head, Record
from plumbline.office.audit.services import changes, record, snapshot, verify
from plumbline.office.audit.verification import Damage

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(cast):
    """Twenty records, the sign-ins of the cast."""
    for _turn in range(4):
        for person in cast.people[:5]:
            record(actor=person, action="accounts.sign_in", target=person, detail={"来源地址": "10.0.0.1"})
    return list(Record.objects.order_by("sequence"))


@contextmanager
def tampering():
    """What an intruder with the database's password can do: he lifts the triggers first."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        yield cursor
    triggers.install(connection)


def damages():
    return [(problem.damage, problem.sequence, problem.last) for problem in verify().problems]


def test_a_record_follows_the_one_before(chain):
    assert chain[0].previous == GENESIS
    assert [entry.previous for entry in chain[1:]] == [entry.digest for entry in chain[:-1]]
    assert [entry.sequence for entry in chain] == list(range(1, 21))
    head = Head.objects.get()
    assert (head.sequence, head.digest) == (20, chain[-1].digest)


def test_a_sound_chain_is_found_sound(chain):
    report = verify()
    assert report.is_sound
    assert (report.count, report.digest) == (20, chain[-1].digest)


def test_an_empty_chain_is_sound(db):
    assert verify() == verify()
    assert verify().is_sound
    assert verify().count == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "accounts.sign_out"),
        ("actor_name", "别人"),
        ("actor_id", None),
        ("object_label", "别的"),
        ("detail", '{"来源地址": "10.0.0.2"}'),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("digest", "0" * 64),
    ],
)
def test_it_finds_an_altered_record(chain, column, value):
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_record SET {column} = %s WHERE sequence = 7", [value])  # noqa: S608
    found = damages()
    assert found[0] == (Damage.ALTERED, 7, 7)


def test_it_finds_an_altered_record_whose_hash_was_made_anew(chain):
    from plumbline.office.audit.chain import digest

    entry = chain[6]
    entry.actor_name = "别人"
    with tampering() as cursor:
        cursor.execute(
            "UPDATE audit_record SET actor_name = %s, digest = %s WHERE sequence = 7",
            [entry.actor_name, digest(entry)],
        )
    assert damages() == [(Damage.UNLINKED, 8, 8)]


def test_it_finds_missing_records(chain):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_record WHERE sequence IN (5, 6, 12)")
    assert damages() == [(Damage.MISSING, 5, 6), (Damage.MISSING, 12, 12)]


def test_it_finds_a_missing_beginning(chain):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_record WHERE sequence <= 3")
    assert damages() == [(Damage.MISSING, 1, 3)]


def test_it_finds_a_cut_off_end(chain):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_record WHERE sequence > 17")
    assert damages() == [(Damage.TRUNCATED, 18, 20)]


def test_it_finds_that_everything_is_gone(chain):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_record")
    assert damages() == [(Damage.TRUNCATED, 1, 20)]


def test_it_finds_two_records_in_each_others_place(chain):
    with tampering() as cursor:
        for number, place in ((900, 9), (9, 10), (10, 900)):
            cursor.execute("UPDATE audit_record SET sequence = %s WHERE sequence = %s", [number, place])
    assert damages()[:2] == [(Damage.REORDERED, 9, 9), (Damage.REORDERED, 10, 10)]


def test_it_finds_a_record_that_was_slipped_in(chain):
    with tampering() as cursor:
        cursor.execute("UPDATE audit_record SET sequence = 21 WHERE sequence = 20")
        cursor.execute(
            "INSERT INTO audit_record SELECT 20, at, actor_name, action, object_type, object_id,"
            " object_label, detail, previous, digest, actor_id FROM audit_record WHERE sequence = 19"
        )
    assert (Damage.REORDERED, 20, 20) in damages()


def test_it_finds_a_head_that_was_set_back_with_the_tail(chain):
    with tampering() as cursor:
        cursor.execute("UPDATE audit_head SET sequence = 17")
    assert damages() == [(Damage.HEAD, 20, 20)]


def test_it_finds_a_lost_head_and_work_goes_on(chain, staff):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_head")
    assert damages() == [(Damage.HEAD, 20, 20)]
    entry = record(actor=staff, action="accounts.sign_in", target=staff)
    assert entry.sequence == 22
    assert Record.objects.get(sequence=21).action == "audit.head_rebuilt"
    assert verify().is_sound


def test_a_record_is_never_saved_again(chain):
    entry = chain[0]
    entry.actor_name = "别人"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        Record.objects.filter(pk=1).update(action="x")
    with pytest.raises(AppendOnly):
        Record.objects.all().delete()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_record SET actor_name = 'x' WHERE sequence = 1",
        "DELETE FROM audit_record WHERE sequence = 20",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET sequence = 3",
    ],
)
def test_the_database_itself_refuses(chain, sql):
    with pytest.raises(DatabaseError, match="append"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().is_sound


def test_the_migrations_installed_the_triggers(db):
    sql = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'audit%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = {row[0] for row in cursor.fetchall()}
    assert {"audit_record_no_update", "audit_head_no_delete", "audit_head_forward"} <= names


def test_an_act_that_nobody_registered_is_refused(staff):
    with pytest.raises(RegistryError):
        record(actor=staff, action="accounts.nonsense")
    assert not Record.objects.exists()


def test_what_is_rolled_back_leaves_no_record(staff):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(actor=staff, action="accounts.sign_in", target=staff)
        raise ZeroDivisionError
    assert not Record.objects.exists()
    assert Head.objects.get().sequence == 0


def test_every_kind_of_detail_survives_the_database(staff):
    detail = {
        "amount": Decimal("730500.00"),
        "day": date(2026, 3, 31),
        "ratio": 1.0,
        "big": 2**53,
        "text": "a\x00b\ud800“<script>”🙂",
        "list": [Decimal("1.10"), None, True, {"inner": {"z": 1, "a": 2}}],
    }
    record(actor=staff, action="accounts.sign_in", detail=detail)
    assert verify().is_sound
    assert Record.objects.get().detail["amount"] == "730500.00"


def test_changes_name_only_what_differs(school, town):
    before = snapshot(school, "name", "kind", "parent")
    school.parent = town
    school.kind = "other"
    assert changes(before, snapshot(school, "name", "kind", "parent")) == {
        "kind": {"old": "学校", "new": "其他单位"},
        "parent": {"old": None, "new": "城关镇"},
    }


def test_the_record_is_in_chinese_whatever_the_person_reads(school):
    with translation.override("en"):
        assert snapshot(school, "kind") == {"kind": "学校"}


@pytest.mark.django_db(transaction=True)
def test_it_is_refused_outside_a_transaction(staff):
    with pytest.raises(PlumblineError):
        record(actor=staff, action="accounts.sign_in")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain(staff):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def write(_number):
        try:
            with transaction.atomic():
                record(actor=staff, action="accounts.sign_in", target=staff)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    report = verify()
    assert report.is_sound
    assert report.count == 40

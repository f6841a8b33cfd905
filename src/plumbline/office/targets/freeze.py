"""The database itself refuses to change an approved version, whoever asks.

A version is frozen once it carries the digest that an approval writes. What is agreed on later (the
reading of a vague target) stays open. On SQLite a migration that rebuilds one of these tables drops its
triggers, so such a migration must install them again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from plumbline.office.targets import freeze_evaluations

MESSAGE = "an approved plan version is frozen"
VERSION = "targets_planversion"
BY_VERSION = ("categorytotal", "goal", "sourceline", "planarchive", "project")
BY_PROJECT = ("statement", "fund", "spendpoint", "indicator")
#: columns of a frozen indicator that may still change
READING = frozenset(
    {
        "reading_raw",
        "reading_reason",
        "reading_proposed_by_id",
        "reading_proposed_at",
        "reading_approved_by_id",
        "reading_approved_at",
    }
)
SAID = ("plan_id", "number", "organisation_name", "organisation_code", "form", "layout", "frozen_digest")

_ALTERED = (
    "OLD.frozen_digest <> '' AND (NEW.state NOT IN ('approved', 'superseded') OR "
    + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in SAID)
    + ")"
)
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION targets_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an approved plan version is frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION targets_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN mine := NEW.version_id; ELSE mine := OLD.version_id; END IF;
  IF EXISTS (SELECT 1 FROM targets_planversion v WHERE v.id = mine AND v.frozen_digest <> '') THEN
    RAISE EXCEPTION 'an approved plan version is frozen' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION targets_frozen_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN mine := NEW.project_id; ELSE mine := OLD.project_id; END IF;
  IF EXISTS (SELECT 1 FROM targets_project p JOIN targets_planversion v ON v.id = p.version_id
             WHERE p.id = mine AND v.frozen_digest <> '') THEN
    RAISE EXCEPTION 'an approved plan version is frozen' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; those that are there already are replaced."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTIONS)
            cursor.execute(freeze_evaluations.FUNCTIONS)
            statements = [*_postgresql(cursor, connection), *freeze_evaluations.postgresql()]
        else:
            statements = [*_sqlite(cursor, connection), *freeze_evaluations.sqlite()]
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the tests, which empty their database, and for a restore into an empty one."""
    tables = (
        VERSION,
        *(f"targets_{name}" for name in (*BY_VERSION, *BY_PROJECT)),
        *freeze_evaluations.TABLES,
    )
    with connection.cursor() as cursor:
        for table in tables:
            for verb in ("insert", "update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{verb}{on}")


def _verbs(table: str, columns: list[str]) -> Iterator[tuple[str, str]]:
    """(name, event) of the triggers of a table; an update is told by the columns it sets."""
    kept = [column for column in columns if column not in READING and column != "id"]
    yield f"{table}_frozen_insert", "BEFORE INSERT"
    yield f"{table}_frozen_update", "BEFORE UPDATE OF " + ", ".join(f'"{name}"' for name in kept)
    yield f"{table}_frozen_delete", "BEFORE DELETE"


def _columns(cursor: CursorWrapper, connection: BaseDatabaseWrapper, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _sqlite(cursor: CursorWrapper, connection: BaseDatabaseWrapper) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    yield f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION} WHEN {_ALTERED} {refuse}"
    deleted = f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION}"
    yield f"{deleted} WHEN OLD.frozen_digest <> '' {refuse}"
    for name in BY_VERSION + BY_PROJECT:
        table = f"targets_{name}"
        for trigger, event in _verbs(table, _columns(cursor, connection, table)):
            row = "NEW" if "INSERT" in event else "OLD"
            where = f"{VERSION} v WHERE v.id = {row}.version_id"
            if name in BY_PROJECT:
                owner = f"targets_project p JOIN {VERSION} v ON v.id = p.version_id"
                where = f"{owner} WHERE p.id = {row}.project_id"
            frozen = f"EXISTS (SELECT 1 FROM {where} AND v.frozen_digest <> '')"  # noqa: S608 - names only
            yield f"CREATE TRIGGER {trigger} {event} ON {table} WHEN {frozen} {refuse}"


def _postgresql(cursor: CursorWrapper, connection: BaseDatabaseWrapper) -> Iterator[str]:
    refuse = "EXECUTE FUNCTION targets_refuse()"
    altered = f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION}"
    yield f"{altered} FOR EACH ROW WHEN ({_ALTERED}) {refuse}"
    deleted = f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION}"
    yield f"{deleted} FOR EACH ROW WHEN (OLD.frozen_digest <> '') {refuse}"
    for name in BY_VERSION + BY_PROJECT:
        table = f"targets_{name}"
        function = "targets_frozen_version" if name in BY_VERSION else "targets_frozen_project"
        for trigger, event in _verbs(table, _columns(cursor, connection, table)):
            yield f"CREATE TRIGGER {trigger} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"

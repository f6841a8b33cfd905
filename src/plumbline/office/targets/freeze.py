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
#: everything that an approved version says of itself; how it came out of force is not part of it
SAID = (
    *("plan_id", "number", "reason", "source_id", "source_format", "layout", "form", "based_on_id"),
    *("organisation_name", "organisation_aliases", "organisation_code", "mended"),
    *("created_by_id", "approved_by_id", "approved_at", "frozen_digest"),
)


def _altered(differs: str) -> str:
    """When an update is refused; `differs` is the database's operator for "differs, also from NULL"."""
    return (
        "OLD.frozen_digest <> '' AND (NEW.state NOT IN ('approved', 'superseded') OR "
        "(OLD.state = 'superseded' AND NEW.state <> 'superseded') OR "
        + " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in SAID)
        + ")"
    )


_FUNCTIONS = """
CREATE OR REPLACE FUNCTION targets_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an approved plan version is frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION targets_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN mine := mine || OLD.version_id; END IF;
  IF TG_OP <> 'DELETE' THEN mine := mine || NEW.version_id; END IF;
  IF EXISTS (SELECT 1 FROM targets_planversion v WHERE v.id = ANY(mine) AND v.frozen_digest <> '') THEN
    RAISE EXCEPTION 'an approved plan version is frozen' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION targets_frozen_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN mine := mine || OLD.project_id; END IF;
  IF TG_OP <> 'DELETE' THEN mine := mine || NEW.project_id; END IF;
  IF EXISTS (SELECT 1 FROM targets_project p JOIN targets_planversion v ON v.id = p.version_id
             WHERE p.id = ANY(mine) AND v.frozen_digest <> '') THEN
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


def _owners(event: str, column: str) -> str:
    """The row's owner; of an update also the one that the row would move to."""
    rows = ("NEW",) if "INSERT" in event else ("OLD",) if "DELETE" in event else ("OLD", "NEW")
    return ", ".join(f"{row}.{column}" for row in rows)


def _columns(cursor: CursorWrapper, connection: BaseDatabaseWrapper, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _sqlite(cursor: CursorWrapper, connection: BaseDatabaseWrapper) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    when = _altered("IS NOT")
    yield f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION} WHEN {when} {refuse}"
    deleted = f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION}"
    yield f"{deleted} WHEN OLD.frozen_digest <> '' {refuse}"
    for name in BY_VERSION + BY_PROJECT:
        table = f"targets_{name}"
        for trigger, event in _verbs(table, _columns(cursor, connection, table)):
            where = f"{VERSION} v WHERE v.id IN ({_owners(event, 'version_id')})"
            if name in BY_PROJECT:
                owner = f"targets_project p JOIN {VERSION} v ON v.id = p.version_id"
                where = f"{owner} WHERE p.id IN ({_owners(event, 'project_id')})"
            frozen = f"EXISTS (SELECT 1 FROM {where} AND v.frozen_digest <> '')"  # noqa: S608 - names only
            yield f"CREATE TRIGGER {trigger} {event} ON {table} WHEN {frozen} {refuse}"


def _postgresql(cursor: CursorWrapper, connection: BaseDatabaseWrapper) -> Iterator[str]:
    refuse = "EXECUTE FUNCTION targets_refuse()"
    altered = f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION}"
    yield f"{altered} FOR EACH ROW WHEN ({_altered('IS DISTINCT FROM')}) {refuse}"
    deleted = f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION}"
    yield f"{deleted} FOR EACH ROW WHEN (OLD.frozen_digest <> '') {refuse}"
    for name in BY_VERSION + BY_PROJECT:
        table = f"targets_{name}"
        function = "targets_frozen_version" if name in BY_VERSION else "targets_frozen_project"
        for trigger, event in _verbs(table, _columns(cursor, connection, table)):
            yield f"CREATE TRIGGER {trigger} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"

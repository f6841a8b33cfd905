"""The database itself refuses to change a checklist that was published, whoever asks.

Items of a version that is no draft can be neither added, changed nor removed; of the version itself only the
state may change, and never back to a draft. On SQLite a migration that rebuilds one of these tables drops
its triggers, so such a migration must install them again afterwards.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "a published checklist is frozen"
VERSION, ITEM = "inspections_checklistversion", "inspections_checklistitem"
#: everything that a published version says of itself; where its file is and who brought it is not part of it
_SAID = ("checklist_id", "number", "edition", "digest", "licence")

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION inspections_refuse_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published checklist is frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION inspections_frozen_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN mine := mine || OLD.version_id; END IF;
  IF TG_OP <> 'DELETE' THEN mine := mine || NEW.version_id; END IF;
  IF EXISTS (SELECT 1 FROM inspections_checklistversion v WHERE v.id = ANY(mine) AND v.state <> 'draft') THEN
    RAISE EXCEPTION 'a published checklist is frozen' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""


def _altered(differs: str) -> str:
    """When an update is refused; `differs` is the database's operator for "differs, also from NULL"."""
    said = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in _SAID)
    return f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {said})"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; those that are there already are replaced."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the tests, which empty their database, and for a restore into an empty one."""
    with connection.cursor() as cursor:
        for table in (VERSION, ITEM):
            for verb in ("insert", "update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{verb}{on}")


def _postgresql() -> list[str]:
    refuse = "EXECUTE FUNCTION inspections_refuse_version()"
    return [
        _FUNCTIONS,
        f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION} FOR EACH ROW "
        f"WHEN ({_altered('IS DISTINCT FROM')}) {refuse}",
        f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION} FOR EACH ROW "
        f"WHEN (OLD.state <> 'draft') {refuse}",
        *(
            f"CREATE TRIGGER {ITEM}_frozen_{verb} BEFORE {verb.upper()} ON {ITEM} FOR EACH ROW "
            "EXECUTE FUNCTION inspections_frozen_item()"
            for verb in ("insert", "update", "delete")
        ),
    ]


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    owners = {
        "insert": "NEW.version_id",
        "update": "OLD.version_id, NEW.version_id",
        "delete": "OLD.version_id",
    }
    return [
        f"CREATE TRIGGER {VERSION}_frozen_update BEFORE UPDATE ON {VERSION} "
        f"WHEN {_altered('IS NOT')} {refuse}",
        f"CREATE TRIGGER {VERSION}_frozen_delete BEFORE DELETE ON {VERSION} "
        f"WHEN OLD.state <> 'draft' {refuse}",
        *(
            f"CREATE TRIGGER {ITEM}_frozen_{verb} BEFORE {verb.upper()} ON {ITEM} "
            f"WHEN {_frozen(owner)} {refuse}"
            for verb, owner in owners.items()
        ),
    ]


def _frozen(owner: str) -> str:
    return f"EXISTS (SELECT 1 FROM {VERSION} WHERE id IN ({owner}) AND state <> 'draft')"  # noqa: S608

"""The database itself refuses to change a frozen evaluation; only its state may become "superseded".

An evaluation is frozen once it carries the digest of its snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator

MESSAGE = "a frozen evaluation never changes"
TABLE = "targets_evaluation"
ROWS = "targets_evaluationrow"
TABLES = (TABLE, ROWS)
#: everything that a frozen evaluation says
SAID = (
    *("project_line_id", "version_id", "checkpoint_id", "number", "snapshot", "snapshot_digest", "result"),
    *("total", "grade", "goal_result", "ruleset_key", "ruleset_version", "ruleset_digest"),
    *("frozen_by_id", "frozen_at"),
)


def _altered(differs: str) -> str:
    """When an update is refused; `differs` is the database's operator for "differs, also from NULL"."""
    return (
        "OLD.snapshot_digest <> '' AND (NEW.state NOT IN ('frozen', 'superseded') OR "
        "(OLD.state = 'superseded' AND NEW.state <> 'superseded') OR "
        + " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in SAID)
        + ")"
    )


# The statements are made of this module's constants alone.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION targets_refuse_evaluation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION targets_frozen_evaluation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN mine := mine || OLD.evaluation_id; END IF;
  IF TG_OP <> 'DELETE' THEN mine := mine || NEW.evaluation_id; END IF;
  IF EXISTS (SELECT 1 FROM {TABLE} e WHERE e.id = ANY(mine) AND e.snapshot_digest <> '') THEN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""  # noqa: S608


def sqlite() -> Iterator[str]:
    """The triggers' statements; their names end in _frozen_insert, _frozen_update, _frozen_delete."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    when = _altered("IS NOT")
    yield f"CREATE TRIGGER {TABLE}_frozen_update BEFORE UPDATE ON {TABLE} WHEN {when} {refuse}"
    when = "OLD.snapshot_digest <> ''"
    yield f"CREATE TRIGGER {TABLE}_frozen_delete BEFORE DELETE ON {TABLE} WHEN {when} {refuse}"
    old, new = "OLD.evaluation_id", "NEW.evaluation_id"
    for verb, owners in (("insert", new), ("update", f"{old}, {new}"), ("delete", old)):
        yield (
            f"CREATE TRIGGER {ROWS}_frozen_{verb} BEFORE {verb.upper()} ON {ROWS} WHEN EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {TABLE} e WHERE e.id IN ({owners}) AND e.snapshot_digest <> '') {refuse}"
        )


def postgresql() -> Iterator[str]:
    """As `sqlite`, after `FUNCTIONS`."""
    refuse = "EXECUTE FUNCTION targets_refuse_evaluation()"
    when = f"FOR EACH ROW WHEN ({_altered('IS DISTINCT FROM')})"
    yield f"CREATE TRIGGER {TABLE}_frozen_update BEFORE UPDATE ON {TABLE} {when} {refuse}"
    yield (
        f"CREATE TRIGGER {TABLE}_frozen_delete BEFORE DELETE ON {TABLE} FOR EACH ROW "
        f"WHEN (OLD.snapshot_digest <> '') {refuse}"
    )
    for verb in ("insert", "update", "delete"):
        yield (
            f"CREATE TRIGGER {ROWS}_frozen_{verb} BEFORE {verb.upper()} ON {ROWS} FOR EACH ROW "
            "EXECUTE FUNCTION targets_frozen_evaluation()"
        )

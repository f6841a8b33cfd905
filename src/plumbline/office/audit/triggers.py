"""The database itself refuses to alter or delete a record, whoever asks.

Both databases get the same rules. On SQLite a migration that rebuilds the table drops its triggers, so
such a migration must install them again afterwards.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "audit records can only be appended"

_SQLITE = {
    "audit_record_no_update": "BEFORE UPDATE ON audit_record",
    "audit_record_no_delete": "BEFORE DELETE ON audit_record",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_forward": "BEFORE UPDATE ON audit_head WHEN NEW.sequence <= OLD.sequence",
}

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$
"""
_POSTGRESQL = {
    "audit_record_no_update": "BEFORE UPDATE OR DELETE ON audit_record FOR EACH ROW",
    "audit_record_no_truncate": "BEFORE TRUNCATE ON audit_record FOR EACH STATEMENT",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_no_truncate": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
    "audit_head_forward": "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence)",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; those that are there already are replaced."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for name, when in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()")
        else:
            for name, when in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the tests, which empty their database, and for a restore into an empty one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, when in _POSTGRESQL.items():
                table = "audit_head" if "audit_head" in when else "audit_record"
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")

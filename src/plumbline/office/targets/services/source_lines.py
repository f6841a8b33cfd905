"""The lines of a document as rows: tens of thousands at once, so they go to the database directly."""

from __future__ import annotations

from django.db import connection

from plumbline.kernel.plans.source import Source
from plumbline.office.targets.models import PlanVersion, SourceLine

_TABLE = SourceLine._meta.db_table
_COLUMNS = 'number, text, "where"'


def write_lines(*, version: PlanVersion, source: Source) -> None:
    """Write the lines of a version's document, in the caller's transaction."""
    rows = [(version.pk, line.number, line.text.replace("\0", ""), line.where[:80]) for line in source.lines]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_TABLE} (version_id, {_COLUMNS}) VALUES (%s, %s, %s, %s)",  # noqa: S608 - names only
            rows,
        )


def copy_lines(*, of: PlanVersion, to: PlanVersion) -> None:
    """Give a version the lines of another, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} (version_id, {_COLUMNS})"  # noqa: S608 - names only
            f" SELECT %s, {_COLUMNS} FROM {_TABLE} WHERE version_id = %s ORDER BY number",
            [to.pk, of.pk],
        )

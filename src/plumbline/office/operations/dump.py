"""A consistent copy of the database in a folder, and the way back.

SQLite: the online backup of SQLite itself, one file. PostgreSQL: every table through COPY inside one
repeatable-read transaction, one file a table; no tool but the driver is needed, and every value comes
back to the last microsecond.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from plumbline.office.operations.archive import BackupError

SQLITE_FILE = "plumbline.sqlite3"
COLUMNS_FILE = "columns.json"
COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""


def applied() -> list[list[str]]:
    """(app, name) of every migration that the database has."""
    return sorted(list(key) for key in MigrationRecorder(connection).applied_migrations())


def dump(folder: Path) -> list[Path]:
    """Copy the database into files of a folder; returns them."""
    return _dump_postgresql(folder) if connection.vendor == "postgresql" else [_dump_sqlite(folder)]


def _dump_sqlite(folder: Path) -> Path:
    target = folder / SQLITE_FILE
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        # in one go: readers and writers go on (WAL), and a busy office cannot make it start over
        connection.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def check_sqlite(path: Path) -> None:
    """Refuse a database file that SQLite finds damaged.

    Raises:
        BackupError: it is.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise BackupError(f"备份中的数据库已损坏（{verdict}）", advice="请换用另一份备份。")


def _dump_postgresql(folder: Path) -> list[Path]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = sorted(connection.introspection.table_names(cursor))
        columns = {table: _columns(cursor, table) for table in tables}
        for table, names in columns.items():
            with (
                (folder / f"{table}.copy").open("wb") as file,
                cursor.copy(_copy(table, names, "TO STDOUT")) as rows,
            ):
                for block in rows:
                    file.write(block)
    (folder / COLUMNS_FILE).write_text(json.dumps(columns, indent=1), encoding="utf-8")
    return [folder / COLUMNS_FILE, *(folder / f"{table}.copy" for table in tables)]


def load_postgresql(
    folder: Path, *, migrations: Iterable[Iterable[str]], finish: Callable[[], None] | None = None
) -> None:
    """Replace everything in the database by a dump, in one transaction.

    The tables are made as they were then (`migrations`).

    Args:
        finish: what else must succeed, or the database stays as it was: migrating forward, say.

    Raises:
        BackupError: the dump has migrations that this version of the product does not know, or its rows
            do not fit the tables.
    """
    columns: dict[str, list[str]] = json.loads((folder / COLUMNS_FILE).read_text(encoding="utf-8"))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                _drop_everything(cursor)
            _build_tables({(app, name) for app, name in migrations})
            with connection.cursor() as cursor:
                _fill_all(cursor, columns, folder)
            if finish:
                finish()
    except DatabaseError as error:
        raise BackupError(
            f"备份中的数据装不进数据库（{error}）", advice="数据库没有改动；请换用另一份备份。"
        ) from error


def _fill_all(cursor, columns: dict[str, list[str]], folder: Path) -> None:
    """Put the rows in; the triggers that guard records and approved plans rest meanwhile."""
    quoted = list(map(connection.ops.quote_name, columns))
    for table in quoted:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {', '.join(quoted)} CASCADE")
    # tables come in the order of their names, and migrations leave some constraints immediate
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for table, names in columns.items():
        _fill(cursor, table, names, folder / f"{table}.copy")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose keys wait for a check cannot be altered
    for table in quoted:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _drop_everything(cursor) -> None:
    tables = connection.introspection.table_names(cursor)
    if tables:
        cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, tables))} CASCADE")


def _build_tables(recorded: set[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    unknown = sorted(recorded - graph.nodes.keys())
    if unknown:
        raise BackupError(
            f"这份备份由更新的版本写成（含本版没有的 {'.'.join(unknown[0])}）", advice="请先升级软件再恢复。"
        )
    inner = {
        parent.key for key in recorded for parent in graph.node_map[key].parents if parent.key[0] == key[0]
    }
    executor.migrate(sorted(recorded - inner))


def _fill(cursor, table: str, names: list[str], path: Path) -> None:
    try:
        with path.open("rb") as file, cursor.copy(_copy(table, names, "FROM STDIN")) as rows:
            while block := file.read(1024 * 1024):
                rows.write(block)
    except psycopg.Error as error:
        raise BackupError(
            f"备份中的表 {table} 读不进来", advice="没有恢复任何内容；请换用另一份备份。"
        ) from error
    for sequence in connection.introspection.get_sequences(cursor, table):
        place, column = connection.ops.quote_name(table), connection.ops.quote_name(sequence["column"])
        cursor.execute(
            f"SELECT setval(%s, COALESCE(MAX({column}), 1), MAX({column}) IS NOT NULL) FROM {place}",  # noqa: S608
            [sequence["name"]],
        )


def _columns(cursor, table: str) -> list[str]:
    cursor.execute(COLUMNS, [table])
    return [name for (name,) in cursor.fetchall()]


def _copy(table: str, names: list[str], direction: str) -> str:
    quote = connection.ops.quote_name
    return f"COPY {quote(table)} ({', '.join(map(quote, names))}) {direction}"

"""Django, for commands that need the database."""

from __future__ import annotations

import os


def start_django() -> None:
    """Load the settings and the rooms; a second call does nothing.

    Raises:
        ConfigError: a setting of the installation is not usable.
    """
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.office.settings")
    if not apps.ready:
        django.setup()


def require_database() -> None:
    """Refuse to go on with a database that lacks tables.

    Raises:
        PlumblineError: it cannot be reached, or was not set up.
    """
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    from plumbline.kernel.errors import PlumblineError

    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise PlumblineError(
            f"连不上数据库（{error}）", advice="请检查 DATABASE_URL 和数据库服务。"
        ) from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PlumblineError("数据库还没有建好或版本较旧", advice="请先运行 plumbline migrate。")

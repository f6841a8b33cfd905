"""What must be done before the first page can be shown."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from django.utils import timezone

from plumbline.kernel.errors import PlumblineError
from plumbline.office.inspections.services.checklists_shipped import load_shipped
from plumbline.office.lib.assets import missing
from plumbline.office.operations.backup import backup

Say = Callable[[str], None]


def free_or_refuse(host: str, port: int) -> None:
    """Refuse an address that somebody listens on already.

    Raises:
        PlumblineError: it is taken, or not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PlumblineError(
                f"不能使用 {host}:{port}（{error.strerror}）",
                advice="可能已有程序占用该端口；请停止它，或用 --port 换一个端口。",
            ) from error


def migrate(say: Say) -> None:
    """Bring the tables up to this version; what is there is backed up before it is changed.

    Raises:
        PlumblineError: the database cannot be reached.
    """
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise PlumblineError(
            f"连不上数据库（{error}）", advice="请检查 DATABASE_URL 和数据库服务。"
        ) from error
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    if ("audit", "0001_initial") in executor.loader.applied_migrations:
        say(f"升级前已备份：{_backup_before_upgrade()}")
    say("建立数据库" if len(plan) > 20 else "升级数据库")
    call_command("migrate", verbosity=0, interactive=False)


def bring_in(say: Say) -> None:
    """Put in what comes with the product as data and is not there yet."""
    for version in load_shipped(now=timezone.now()):
        say(f"装入检查表：{version}")


def _backup_before_upgrade() -> Path:
    folder = settings.CONFIG.data / "backups"
    folder.mkdir(exist_ok=True)
    path = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.tar.gz"
    return backup(path).path


def collect_static(say: Say) -> None:
    """Put scripts and styles where the web server serves them from, compressed and with hashed names.

    Raises:
        PlumblineError: the set-up did not fetch them.
    """
    absent = missing()
    if absent:
        raise PlumblineError(
            f"缺少界面组件（{absent[0].name} 等 {len(absent)} 个文件）", advice="请先联网运行 make setup。"
        )
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", _state_of_static()
    if stamp.is_file() and stamp.read_text() == now:
        return
    say("整理界面文件")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def _state_of_static() -> str:
    """Names, sizes and times of the product's own static files."""
    folder = Path(settings.STATICFILES_DIRS[0])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(
        f"{file.relative_to(folder)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files
    )

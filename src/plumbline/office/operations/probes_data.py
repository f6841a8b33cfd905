"""Probes of the office's own things: program, data, keys, database, clock, backup, chores."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta

from plumbline import __version__
from plumbline.office.config import Config
from plumbline.office.operations.diagnosis import Diagnosis, Mark, probe

DISK_LOW = 2 * 1024**3
BACKUP_OLD = timedelta(days=30)
CLOCK_SLACK = timedelta(minutes=5)
CHORES_OLD = timedelta(days=1)


@probe
def product(_config: Config) -> Diagnosis:
    version = "{}.{}.{}".format(*sys.version_info)
    found = f"准绳 {__version__}，Python {version}，SQLite {sqlite3.sqlite_version}，{os.cpu_count()} 核"
    return Diagnosis("程序", Mark.FINE, found)


@probe
def data_folder(config: Config) -> Diagnosis:
    if not os.access(config.data, os.R_OK | os.W_OK | os.X_OK):
        return Diagnosis(
            "数据目录",
            Mark.FAULT,
            f"{config.data} 不可写",
            cost="不能保存任何数据。",
            mend=f"请让运行准绳的用户拥有 {config.data}。",
        )
    return Diagnosis("数据目录", Mark.FINE, str(config.data))


@probe
def disk(config: Config) -> Diagnosis:
    free = shutil.disk_usage(config.data).free
    found = f"剩余 {free / 1024**3:.1f} GB"
    if free < DISK_LOW:
        return Diagnosis(
            "磁盘", Mark.FAULT, found, cost="上传和备份可能失败。", mend="请清理磁盘，或换用更大的磁盘。"
        )
    return Diagnosis("磁盘", Mark.FINE, found)


@probe
def secret_key(config: Config) -> Diagnosis:
    path = config.data / "secret.key"
    if os.name == "nt" or not path.exists():
        return Diagnosis("密钥", Mark.FINE, "由环境变量或操作系统保管")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return Diagnosis(
            "密钥",
            Mark.FAULT,
            f"{path.name} 的权限是 {mode:o}",
            cost="本机其他用户可以伪造登录。",
            mend=f"chmod 600 {path}",
        )
    return Diagnosis("密钥", Mark.FINE, f"{path.name} 只有本用户可读")


@probe
def sealing_key(config: Config) -> Diagnosis:
    path = config.data / "sealing.key"
    mode = path.stat().st_mode & 0o777 if os.name != "nt" else 0o600
    if mode & 0o077:
        return Diagnosis(
            "联系方式密钥",
            Mark.FAULT,
            f"{path.name} 的权限是 {mode:o}",
            cost="本机其他用户可以解开登记的联系方式。",
            mend=f"chmod 600 {path}",
        )
    opened = _opened_contacts(config)
    if opened is None:
        return Diagnosis("联系方式密钥", Mark.FINE, f"{path.name} 只有本用户可读，还没有用它加密的内容")
    if not opened:
        return Diagnosis(
            "联系方式密钥",
            Mark.FAULT,
            f"{path.name} 解不开已登记的联系方式",
            cost="责任人员的电话、邮箱看不到，相关页面打不开。",
            mend=f"请从备份恢复 {path}；没有备份时只能重新登记联系方式。",
        )
    return Diagnosis("联系方式密钥", Mark.FINE, f"{path.name} 只有本用户可读，能解开已登记的联系方式")


@probe
def database(config: Config) -> Diagnosis:
    from plumbline.kernel.errors import PlumblineError
    from plumbline.office.operations.boot import require_database

    kind = "PostgreSQL" if config.database_url.startswith("postgres") else "SQLite"
    try:
        require_database()
    except PlumblineError as error:
        return Diagnosis(
            "数据库", Mark.FAULT, f"{kind}：{error.what}", cost="网页打不开。", mend=error.advice
        )
    return Diagnosis("数据库", Mark.FINE, f"{kind}，结构为最新")


@probe
def clock(config: Config) -> Diagnosis:
    now, newest = datetime.now(UTC), _last_recorded("")
    if newest and newest > now + CLOCK_SLACK:
        return Diagnosis(
            "时钟",
            Mark.FAULT,
            f"本机时间早于最后一条操作记录（{newest:%Y-%m-%d %H:%M} UTC）",
            cost="期限提醒、操作记录和两步验证都会出错。",
            mend="请校准本机时间。",
        )
    return Diagnosis("时钟", Mark.FINE, f"{now.astimezone():%Y-%m-%d %H:%M %Z}")


@probe
def last_backup(config: Config) -> Diagnosis:
    newest = _last_recorded("system.backup")
    mend = "plumbline backup 文件名.tar.gz，并把文件存到另一台设备上。"
    if newest is None:
        return Diagnosis("备份", Mark.LACK, "还没有备份过", cost="本机损坏时数据找不回来。", mend=mend)
    found = f"最近一次：{newest.astimezone():%Y-%m-%d %H:%M}"
    if datetime.now(UTC) - newest > BACKUP_OLD:
        return Diagnosis("备份", Mark.LACK, found, cost="之后的数据在本机损坏时找不回来。", mend=mend)
    return Diagnosis("备份", Mark.FINE, found)


@probe
def chores(_config: Config) -> Diagnosis:
    from django.db.utils import DatabaseError

    from plumbline.office.lib.chores import CHORES
    from plumbline.office.lib.models import ChoreRun

    try:
        rows = ChoreRun.objects.in_bulk()
    except DatabaseError:
        rows = {}  # the probe of the database says why
    cost = "到期提醒、催办和按日冻结不会自动进行。"
    failed = [
        f"{one.title}（{rows[one.key].problem}）"
        for one in CHORES
        if one.key in rows and rows[one.key].problem
    ]
    if failed:
        found = f"最近一次失败：{'；'.join(failed)}"
        return Diagnosis(
            "定时事项",
            Mark.FAULT,
            found,
            cost=cost,
            mend="plumbline chores run 可立即重试；仍失败请联系维护人员。",
        )
    runs = [row.last_run_at for row in rows.values() if row.last_run_at]
    mend = "请用 plumbline up 运行准绳，或让 cron 每十分钟执行 plumbline chores run。"
    if not runs:
        return Diagnosis("定时事项", Mark.NOTE, "还没有运行过", cost=cost, mend=mend)
    found = f"最近一次：{max(runs).astimezone():%Y-%m-%d %H:%M}"
    if datetime.now(UTC) - max(runs) > CHORES_OLD:
        return Diagnosis("定时事项", Mark.LACK, found, cost=cost, mend=mend)
    return Diagnosis("定时事项", Mark.FINE, found)


def _opened_contacts(config: Config) -> bool | None:
    """Whether the key opens the oldest and the newest sealed number; None where there is none."""
    from django.db import connection
    from django.db.utils import DatabaseError

    from plumbline.office.lib.sealing import SealBroken, unseal

    # read raw: the model's own field would open the number, with the key that is to be tried
    asked = "SELECT mobile FROM units_contact WHERE mobile <> '' ORDER BY id {} LIMIT 1"
    try:
        with connection.cursor() as cursor:
            sealed = []
            for order in ("ASC", "DESC"):
                cursor.execute(asked.format(order))
                sealed += [text for (text,) in cursor.fetchall()]
    except DatabaseError:
        return None  # the probe of the database says why
    try:
        return all(unseal(text, key=config.sealing_key) for text in sealed) if sealed else None
    except SealBroken:
        return False


def _last_recorded(action: str) -> datetime | None:
    """When something was last recorded in the audit chain; None where there is no chain yet."""
    from django.db.utils import DatabaseError

    from plumbline.office.audit.models import Record

    records = Record.objects.filter(action=action) if action else Record.objects.all()
    try:
        return records.order_by("-sequence").values_list("at", flat=True).first()
    except DatabaseError:
        return None  # the probe of the database says why

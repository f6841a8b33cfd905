"""Backup and restore as an office does them, and what the audit chain says afterwards."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

from plumbline.office.lib.sealing import seal
from tests.cli.conftest import Run, plumbline


def names(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "plumbline.sqlite3")) as database:
        return [name for (name,) in database.execute("SELECT username FROM accounts_user ORDER BY username")]


def snapshot(data: Path) -> dict[str, bytes]:
    """Name and content of everything that matters in a data folder."""
    files = (path for path in data.rglob("*") if path.is_file() and path.name != ".running")
    return {str(path.relative_to(data)): path.read_bytes() for path in files if "logs" not in path.parts}


def test_a_backup_brings_everything_back_on_another_machine(data: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    made = run("backup", file)
    assert made.returncode == 0, made.stderr
    assert "清单摘要" in made.stdout
    fresh = tmp_path / "fresh"
    back = plumbline(fresh, "restore", file)
    assert back.returncode == 0, back.stderr
    assert names(fresh) == names(data) == ["wang"]
    assert (fresh / "files/ab/cd/abcd").read_bytes() == (data / "files/ab/cd/abcd").read_bytes()
    assert (fresh / "secret.key").read_text() == (data / "secret.key").read_text()
    assert (fresh / "sealing.key").read_text() == (data / "sealing.key").read_text()
    for key in ("secret.key", "sealing.key"):
        assert (fresh / key).stat().st_mode & 0o077 == 0
    sound = plumbline(fresh, "audit", "verify")
    assert sound.returncode == 0, sound.stdout
    assert "完好" in sound.stdout
    assert not [path for path in fresh.iterdir() if path.name.startswith((".restore", "before-restore"))]


def test_a_backup_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    file.write_bytes(b"other")
    done = run("backup", file)
    assert done.returncode == 2
    assert "没有覆盖" in done.stderr
    assert file.read_bytes() == b"other"


def test_data_that_is_there_is_replaced_only_by_force_and_kept_aside(
    data: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "b.tar.gz"
    assert run("backup", file).returncode == 0
    assert run("user", "create", "li", "--name", "李强").returncode == 0
    refused = run("restore", file)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert names(data) == ["li", "wang"]
    forced = run("restore", file, "--force")
    assert forced.returncode == 0, forced.stderr
    assert names(data) == ["wang"]
    (kept,) = data.glob("before-restore-*")
    assert str(kept) in forced.stdout
    assert names(kept) == ["li", "wang"]
    assert run("audit", "verify").returncode == 0


def test_a_damaged_backup_changes_nothing(data: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    assert run("backup", file).returncode == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    before = snapshot(data)
    done = run("restore", file, "--force")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert snapshot(data) == before
    assert names(data) == ["wang"]


def test_a_backup_of_the_other_database_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    assert run("backup", file).returncode == 0
    done = plumbline(
        tmp_path / "other", "restore", file, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"
    )
    assert done.returncode == 2
    assert "sqlite" in done.stderr


def test_a_restore_waits_for_the_office_to_stop(data: Path, run: Run, tmp_path: Path) -> None:
    import fcntl

    file = tmp_path / "b.tar.gz"
    assert run("backup", file).returncode == 0
    with (data / ".running").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run("restore", file, "--force")
    assert done.returncode == 2
    assert "停止" in done.stderr


def test_a_backup_holds_no_logs_no_static_files_and_no_older_backups(
    data: Path, run: Run, tmp_path: Path
) -> None:
    for folder in ("logs", "static", "backups", "files/incoming"):
        (data / folder).mkdir(parents=True, exist_ok=True)
        (data / folder / "x").write_text("x")
    assert run("backup", tmp_path / "b.tar.gz").returncode == 0
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        tops = {name.split("/")[0] for name in archive.getnames()}
        assert "files/incoming/x" not in archive.getnames()
    assert tops == {"database", "files", "secret.key", "sealing.key", "manifest.json"}


def test_a_tampered_audit_record_is_found(data: Path, run: Run) -> None:
    assert run("user", "reset-password", "wang").returncode == 0
    with closing(sqlite3.connect(data / "plumbline.sqlite3")) as database:
        database.execute("DROP TRIGGER audit_record_no_update")
        database.execute("UPDATE audit_record SET actor_name = '别人' WHERE sequence = 1")
        database.commit()
    done = run("audit", "verify")
    assert done.returncode == 1
    assert "第 1 条：内容被改动" in done.stdout


def test_a_password_reset_of_nobody_is_one_sentence(run: Run) -> None:
    done = run("user", "reset-password", "nobody")
    assert done.returncode == 2
    assert "nobody" in done.stderr


def test_a_person_needs_a_known_role_and_a_free_name(run: Run) -> None:
    assert run("user", "create", "x", "--name", "某人", "--role", "king").returncode == 2
    taken = run("user", "create", "WANG", "--name", "王敏二")
    assert taken.returncode == 2
    assert "已被使用" in taken.stderr


def test_doctor_says_what_a_lack_costs(data: Path, run: Run) -> None:
    (data / "secret.key").chmod(0o644)
    done = run("doctor", PATH="/nonexistent")
    assert done.returncode == 1
    assert "[缺少] LibreOffice" in done.stdout
    assert ".wps" in done.stdout
    assert "chmod 600" in done.stdout
    assert "[缺少] 备份" in done.stdout


def test_doctor_tries_whether_the_key_opens_the_numbers(data: Path, run: Run) -> None:
    key = bytes.fromhex((data / "sealing.key").read_text())
    with closing(sqlite3.connect(data / "plumbline.sqlite3")) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(
            "INSERT INTO units_contact (unit_id, role, state, name, position, mobile, phone, email,"
            " ended_why, revision) VALUES (1, 'head', 'current', '某人', '', ?, '', '', '', 1)",
            [seal("13812345678", key=key)],
        )
        database.commit()
    assert "sealing.key 只有本用户可读，能解开" in run("doctor").stdout
    (data / "sealing.key").write_text("0" * 32)
    done = run("doctor")
    assert done.returncode == 1
    assert "[故障] 联系方式密钥：sealing.key 解不开" in done.stdout
    assert "请从备份恢复" in done.stdout
    (data / "sealing.key").chmod(0o644)
    assert "sealing.key 的权限是 644" in run("doctor").stdout


def test_doctor_notices_a_database_that_was_not_set_up(tmp_path: Path) -> None:
    done = plumbline(tmp_path / "new", "doctor")
    assert done.returncode == 1
    assert "plumbline migrate" in done.stdout
    assert "Traceback" not in done.stderr


def test_commands_refuse_a_database_that_was_not_set_up(tmp_path: Path) -> None:
    for words in (["audit", "verify"], ["backup", tmp_path / "b.tar.gz"], ["user", "list"]):
        done = plumbline(tmp_path / "new", *words)
        assert done.returncode == 2, words
        assert "plumbline migrate" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_second_migrate_has_nothing_to_do(data: Path, run: Run) -> None:
    assert run("migrate").returncode == 0
    assert not (data / "backups").exists()


def test_a_liaison_needs_a_unit(run: Run) -> None:
    done = run("user", "create", "liu", "--name", "刘芳", "--role", "liaison")
    assert done.returncode == 2
    assert "单位" in done.stderr


def test_the_sample_county_fills_an_empty_office_once(run: Run, data: Path) -> None:
    done = run("sample", "load")
    assert done.returncode == 0, done.stderr
    assert "liufang" in done.stdout
    with closing(sqlite3.connect(data / "plumbline.sqlite3")) as database:
        (plans,) = database.execute("SELECT count(*) FROM targets_plan").fetchone()
        (approved,) = database.execute(
            "SELECT count(*) FROM targets_planversion WHERE state = 'approved'"
        ).fetchone()
        (findings,) = database.execute("SELECT count(*) FROM targets_planfinding").fetchone()
    assert (plans, approved) == (3, 2)
    assert findings > 0
    again = run("sample", "load")
    assert again.returncode == 0
    assert "没有装入" in again.stdout
    assert run("audit", "verify").returncode == 0

"""Run a command against a throw-away PostgreSQL: `tools/postgres.py COMMAND…` sets DATABASE_URL for it.

The cluster lives in a temporary folder, listens on loopback alone and is removed when the command
ends. PostgreSQL refuses to run as root, so for root it runs as `postgres` or `nobody`.

Exit code: that of the command; 77 when this machine has no PostgreSQL server (nothing was run).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ABSENT = 77
START_SECONDS = 60
#: A test database need not survive a power cut.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=512MB")


def main(command: list[str]) -> int:
    programs = find_programs()
    if programs is None:
        print("PostgreSQL: no server on this machine (apt-get install postgresql)", file=sys.stderr)
        return ABSENT
    account = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return serve(programs, folder, account, command)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path | None:
    """The folder with initdb and postgres: on PATH, or where Debian, Fedora and Homebrew keep it."""
    places = [Path(path).parent for path in [shutil.which("initdb")] if path]
    for root, pattern in (
        ("/usr/lib/postgresql", "*/bin"),
        ("/usr", "pgsql-*/bin"),
        ("/opt/homebrew/opt", "postgresql*/bin"),
    ):
        places += sorted(Path(root).glob(pattern), reverse=True)
    return next((place for place in places if (place / "postgres").exists()), None)


def unprivileged() -> pwd.struct_passwd | None:
    """For root, the account that the server runs as; None for anybody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def serve(programs: Path, folder: Path, account: pwd.struct_passwd | None, command: list[str]) -> int:
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    data, log = folder / "data", folder / "log"
    options = {"cwd": folder, "env": environment, **identity}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "plumbline", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        **options,
    )
    port = free_port()
    settings = [word for setting in SPEED for word in ("-c", setting)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *settings],
            stdout=output,
            stderr=output,
            **options,
        )
    try:
        wait_for(server, port, log)
        url = f"postgresql://plumbline@127.0.0.1:{port}/postgres"
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

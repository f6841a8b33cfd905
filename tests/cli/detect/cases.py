"""Rules and events that the tests of `plumbline detect` share."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.cli.conftest import plumbline

#: Python 3.11 knows filters of archives from 3.11.4 on
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
RULES = [
    {
        "title": "=可疑的下载",
        "id": "11111111-1111-4111-8111-111111111111",
        "level": "high",
        "tags": ["attack.command-and-control", "attack.t1105"],
        "description": "用系统工具下载文件 <b>",
        "logsource": {"category": "process_creation", "product": "windows"},
        "detection": {"s": {"CommandLine|contains": "urlcache"}, "condition": "s"},
        "falsepositives": ["管理员下载文件"],
    },
    {
        "title": "登录失败",
        "id": "22222222-2222-4222-8222-222222222222",
        "level": "low",
        "logsource": {"product": "windows", "service": "security"},
        "detection": {"s": {"EventID": 4625}, "condition": "s"},
    },
    {
        "title": "多次登录失败",
        "id": "33333333-3333-4333-8333-333333333333",
        "level": "medium",
        "correlation": {
            "type": "event_count",
            "rules": ["22222222-2222-4222-8222-222222222222"],
            "group-by": ["TargetUserName"],
            "timespan": "10m",
            "condition": {"gte": 3},
            "generate": True,
        },
    },
    {
        "title": "缺值",
        "id": "44444444-4444-4444-8444-444444444444",
        "logsource": {"category": "process_creation", "product": "windows"},
        "detection": {"s": {"User|expand": "%Admins%"}, "condition": "s"},
    },
]


def download(number: int) -> dict[str, Any]:
    return {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "UtcTime": f"2026-08-05 06:{number // 60 % 60:02}:{number % 60:02}.000",
        "CommandLine": f"certutil -urlcache -f http://x/{number}<script>",
        "User": "DOMAIN\\wang",
    }


def failure(number: int, user: str) -> dict[str, Any]:
    return {
        "Channel": "Security",
        "EventID": 4625,
        "TargetUserName": user,
        "@timestamp": f"2026-08-05T06:{number:02}:00Z",
    }


def ndjson(events: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events)


def run(tmp_path: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return plumbline(tmp_path / "data", "detect", *words)


def found(output: str) -> list[tuple[str, int, str]]:
    lines = [json.loads(line) for line in output.splitlines()]
    return [(Path(one["file"]).name, one["event"], one["title"]) for one in lines]

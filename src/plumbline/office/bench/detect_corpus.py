"""Reproducible corpora of Windows events for `plumbline bench detect`.

All events are invented. Benign ones draw their values from pools in which few are frequent and many rare, as
on a real network; attacks are made from rules: what a rule asks for is put into the fields that it asks for.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from plumbline.kernel.detection.expressions import Pattern
from plumbline.kernel.detection.pack import Expression, Pack
from plumbline.kernel.detection.rules import RuleFile

Event = dict[str, Any]
SYSMON: Final = "Microsoft-Windows-Sysmon/Operational"
_PROVIDERS: Final = {SYSMON: "Microsoft-Windows-Sysmon", "Security": "Microsoft-Windows-Security-Auditing"}
_FOLDERS: Final = (
    "C:\\Windows\\System32",
    "C:\\Program Files\\Common Files\\Office",
    "C:\\Program Files (x86)\\Kingsoft\\WPS Office\\12.1.0",
    "C:\\Program Files\\示例政务\\Client",
    "D:\\业务系统\\bin",
)
_NAMES: Final = (
    "svchost",
    "explorer",
    "wps",
    "et",
    "chrome",
    "msedge",
    "sqlservr",
    "w3wp",
    "lsass",
    "services",
)
#: share of the events of each kind: channel, event id, weight
_KINDS: Final = (
    (SYSMON, 1, 22), (SYSMON, 3, 14), (SYSMON, 7, 14), (SYSMON, 10, 6), (SYSMON, 11, 12),
    (SYSMON, 13, 12), (SYSMON, 22, 8), ("Security", 4624, 8), ("Security", 4688, 4),
)  # fmt: skip


class Corpus:
    """Draws events; the same seed draws the same.

    Args:
        attacks: events that match something, of all; `fresh`: whether every text is new.
        pack: the rules from which attacks are made.
    """

    def __init__(self, pack: Pack, *, seed: int, attacks: float, fresh: bool = False) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a corpus, not a secret
        self._attacks = attacks
        self._fresh = fresh
        self._number = 0
        self._examples = examples(pack) if attacks else []
        images = [f"{folder}\\{name}{n}.exe" for folder in _FOLDERS for name in _NAMES for n in range(8)]
        self._random.shuffle(images)
        self._images = images
        self._commands = [
            f'"{self._pick(images)}" {switch} {n}'
            for n in range(2_000)
            for switch in ("-k netsvcs -p", "/service")
        ]
        self._files = [f"C:\\Users\\user{n % 60}\\Documents\\报表{n}.xlsx" for n in range(4_000)]
        self._keys = [f"HKLM\\SOFTWARE\\Vendor\\App{n}\\Setting{n % 17}" for n in range(2_000)]
        self._hosts = [f"host{n}.example.gov.cn" for n in range(3_000)]
        self._users = [f"SHILI\\user{n}" for n in range(60)]
        self._hashes = [f"SHA256={n:064X},IMPHASH={n * 7919:032X}" for n in range(1_500)]

    def lines(self, count: int) -> list[bytes]:
        """The next `count` events, of about a kilobyte each."""
        return [orjson.dumps(self._event()) for _ in range(count)]

    def _pick(self, pool: Sequence[str]) -> str:
        """One of a pool: the first ones often, the last ones seldom."""
        text = pool[int(len(pool) * self._random.random() ** 3)]
        return f"{text[:-4]}_{self._random.getrandbits(48):x}{text[-4:]}" if self._fresh else text

    def _event(self) -> Event:
        self._number += 1
        if self._examples and self._random.random() < self._attacks:
            channel, number, wanted = self._random.choice(self._examples)
        else:
            kind = self._random.choices(_KINDS, [weight for *_rest, weight in _KINDS])[0]
            channel, number, wanted = kind[0], kind[1], {}
        data = self._data(channel, number)
        names = {name.lower(): name for name in data}
        data.update({names.get(name, name): text for name, text in wanted.items()})
        return {
            "Event": {
                "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
                "System": {
                    "Provider": {
                        "#attributes": {"Name": _PROVIDERS.get(channel, channel), "Guid": _guid(number)}
                    },
                    "EventID": number, "Version": 5, "Level": 4, "Task": number, "Opcode": 0,
                    "Keywords": "0x8000000000000000",
                    "TimeCreated": {"#attributes": {"SystemTime": _time(self._number)}},
                    "EventRecordID": self._number, "Correlation": None,
                    "Execution": {"#attributes": {"ProcessID": 3064, "ThreadID": 4272}},
                    "Channel": channel, "Computer": f"PC{self._number % 300:03d}.shili.example",
                    "Security": {"#attributes": {"UserID": "S-1-5-18"}},
                },
                "EventData": data,
            }
        }  # fmt: skip

    def _data(self, channel: str, number: int) -> dict[str, Any]:
        draw = self._random
        common: dict[str, Any] = {
            "RuleName": "-",
            "UtcTime": _time(self._number),
            "ProcessGuid": _guid(draw.getrandbits(60)),
            "ProcessId": draw.randrange(4, 40_000),
            "Image": self._pick(self._images),
            "User": self._pick(self._users),
        }
        make = _MAKERS.get((channel, number))
        return {**common, **make(self, draw)} if make else common

    def _process(self, draw: random.Random) -> dict[str, Any]:
        return {
            "FileVersion": "10.0.19041.1", "Description": "示例程序", "Product": "Sample Product",
            "Company": "示例软件有限公司", "OriginalFileName": f"app{draw.randrange(400)}.exe",
            "CommandLine": self._pick(self._commands), "CurrentDirectory": "C:\\Windows\\system32\\",
            "LogonGuid": _guid(draw.getrandbits(60)), "LogonId": f"0x{3 + draw.randrange(40) * 7919:x}",
            "TerminalSessionId": 1, "IntegrityLevel": "Medium", "Hashes": self._pick(self._hashes),
            "ParentProcessGuid": _guid(draw.getrandbits(60)), "ParentProcessId": draw.randrange(4, 40_000),
            "ParentImage": self._pick(self._images), "ParentCommandLine": self._pick(self._commands),
            "ParentUser": self._pick(self._users),
        }  # fmt: skip

    def _connection(self, draw: random.Random) -> dict[str, Any]:
        return {
            "Protocol": "tcp", "Initiated": draw.random() < 0.7, "SourceIsIpv6": False,
            "SourceIp": f"10.20.{draw.randrange(4)}.{draw.randrange(254)}", "SourceHostname": "-",
            "SourcePort": draw.randrange(1024, 65_535), "SourcePortName": "-", "DestinationIsIpv6": False,
            "DestinationIp": f"10.20.{draw.randrange(4)}.{draw.randrange(60)}",
            "DestinationHostname": self._pick(self._hosts),
            "DestinationPort": draw.choice((80, 443, 445, 3306)),
            "DestinationPortName": "https",
        }  # fmt: skip

    def _image(self, draw: random.Random) -> dict[str, Any]:
        return {
            "ImageLoaded": self._pick(self._images).replace(".exe", ".dll"), "FileVersion": "1.0",
            "Description": "示例组件", "Product": "Sample Product", "Company": "示例软件有限公司",
            "OriginalFileName": f"lib{draw.randrange(400)}.dll", "Hashes": self._pick(self._hashes),
            "Signed": "true", "Signature": "示例软件有限公司", "SignatureStatus": "Valid",
        }  # fmt: skip

    def _access(self, draw: random.Random) -> dict[str, Any]:
        return {
            "SourceProcessGUID": _guid(draw.getrandbits(60)), "SourceProcessId": draw.randrange(4, 40_000),
            "SourceThreadId": draw.randrange(4, 40_000), "SourceImage": self._pick(self._images),
            "TargetProcessGUID": _guid(draw.getrandbits(60)), "TargetProcessId": draw.randrange(4, 40_000),
            "TargetImage": self._pick(self._images), "GrantedAccess": draw.choice(("0x1000", "0x1400")),
            "CallTrace": "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2bcbe",
        }  # fmt: skip

    def _file(self, draw: random.Random) -> dict[str, Any]:
        return {"TargetFilename": self._pick(self._files), "CreationUtcTime": _time(self._number)}

    def _registry(self, draw: random.Random) -> dict[str, Any]:
        details = f"DWORD (0x{draw.randrange(64):08x})"
        return {"EventType": "SetValue", "TargetObject": self._pick(self._keys), "Details": details}

    def _query(self, draw: random.Random) -> dict[str, Any]:
        return {"QueryName": self._pick(self._hosts), "QueryStatus": "0", "QueryResults": "::ffff:10.20.0.8;"}

    def _logon(self, draw: random.Random) -> dict[str, Any]:
        return {
            "SubjectUserSid": "S-1-5-18", "SubjectUserName": "PC001$", "SubjectDomainName": "SHILI",
            "SubjectLogonId": "0x3e7", "TargetUserSid": f"S-1-5-21-{draw.randrange(60)}",
            "TargetUserName": self._pick(self._users), "TargetDomainName": "SHILI",
            "LogonType": draw.choice((3, 5)),
            "LogonProcessName": "Kerberos", "AuthenticationPackageName": "Kerberos",
            "WorkstationName": self._pick(self._hosts), "IpAddress": f"10.20.0.{draw.randrange(254)}",
            "IpPort": draw.randrange(1024, 65_535), "ElevatedToken": "%%1842",
        }  # fmt: skip


_MAKERS: Final[dict[tuple[str, int], Callable[[Corpus, random.Random], dict[str, Any]]]] = {
    (SYSMON, 1): Corpus._process, (SYSMON, 3): Corpus._connection, (SYSMON, 7): Corpus._image,
    (SYSMON, 10): Corpus._access, (SYSMON, 11): Corpus._file, (SYSMON, 13): Corpus._registry,
    (SYSMON, 22): Corpus._query, ("Security", 4624): Corpus._logon, ("Security", 4688): Corpus._process,
}  # fmt: skip


def examples(pack: Pack) -> list[tuple[str, int, dict[str, str]]]:
    """(channel, event id, fields) that should match, for every rule of which that is easily told."""
    found = []
    heads = {
        (source.source.category, source.source.service): (channel, number)
        for source in pack.sources
        for channel, number in _heads(pack, source.when)
    }
    for logsource, expression in zip(pack.logsources, pack.rules, strict=True):
        head = heads.get((logsource.category, logsource.service)) or next(
            (
                head
                for (category, _service), head in heads.items()
                if category and category == logsource.category
            ),
            None,
        )
        if head is None:
            continue
        wanted: dict[str, str] = {}
        if _satisfy(pack, expression, wanted) and wanted:
            found.append((*head, wanted))
    return found


def _heads(pack: Pack, when: Expression) -> Iterator[tuple[str, int]]:
    wanted: dict[str, str] = {}
    if _satisfy(pack, when, wanted) and wanted.get("eventid", "").isdigit() and "channel" in wanted:
        yield wanted["channel"], int(wanted["eventid"])


def _satisfy(pack: Pack, expression: Expression, wanted: dict[str, str]) -> bool:
    """Put texts into `wanted` (by field) that make the expression hold, if that is simple."""
    if isinstance(expression, int):
        number, atoms = pack.predicates[expression]
        return number > 0 and _satisfy_atoms(pack, number, atoms, wanted)
    word, *parts = expression
    if word == "not":
        return True  # the texts are few; most filters do not meet them
    if word == "and":
        return all(_satisfy(pack, part, wanted) for part in parts)
    return any(_satisfy(pack, part, wanted) for part in parts)


def _satisfy_atoms(pack: Pack, number: int, atoms: Expression, wanted: dict[str, str]) -> bool:
    if isinstance(atoms, int):
        test = pack.atoms[atoms][1]
        if not isinstance(test, Pattern):
            return False
        text = "".join(part if isinstance(part, str) else "x" for part in test.parts)
        name = pack.fields[number]
        wanted[name] = wanted.get(name, "") + text
        return True
    word, *parts = atoms
    return (all if word == "and" else any)(_satisfy_atoms(pack, number, part, wanted) for part in parts)


def _guid(number: int) -> str:
    return f"{number:032X}"[:8] + "-5A2B-6928-A50B-" + f"{number:012X}"[-12:]


def _time(number: int) -> str:
    moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(milliseconds=number)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def made_rules(count: int) -> Iterator[RuleFile]:
    """So many rules of the usual forms, for a machine that has none."""
    draw = random.Random(11)  # noqa: S311 - a corpus, not a secret
    fields = {
        "process_creation": ("Image", "CommandLine"),
        "file_event": ("Image", "TargetFilename"),
        "registry_set": ("TargetObject", "Details"),
        "image_load": ("Image", "ImageLoaded"),
        "network_connection": ("Image", "DestinationHostname"),
        "dns_query": ("Image", "QueryName"),
    }
    for number in range(count):
        category = draw.choices(tuple(fields), (60, 12, 12, 6, 5, 5))[0]
        first, last = fields[category]
        programs = ", ".join(f"'\\tool{draw.randrange(5_000)}.exe'" for _ in range(draw.randrange(1, 5)))
        words = ", ".join(f"' -option{draw.randrange(9_000)} '" for _ in range(draw.randrange(1, 12)))
        text = (
            f"title: made {number}\nid: {uuid.UUID(int=number)}\nlevel: medium\n"
            f"logsource: {{product: windows, category: {category}}}\ndetection:\n"
            f"    selection:\n        {first}|endswith: [{programs}]\n        {last}|contains: [{words}]\n"
            f"    filter:\n        {first}|startswith: 'C:\\Program Files\\'\n"
            "    condition: selection and not filter\n"
        )
        yield RuleFile(f"made-{number}.yml", text.encode())

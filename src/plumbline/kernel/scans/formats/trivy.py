"""Aqua Trivy: --format json of images, folders, configurations and clusters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from plumbline.kernel.scans.formats.json_values import listed, table, tables, words
from plumbline.kernel.scans.json_stream import Cursor, text_of
from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import ScanResult, Severity, by_word, clean, line, several

TOOL = "trivy"
_MARKS = re.compile(r'"(?:SchemaVersion|ArtifactName|ClusterName|Results|Target)"\s*:')
#: the release or digest of an image: the next release is the same thing
_RELEASE = re.compile(r"(?:@sha256:[0-9a-f]+|:[^:/]+)$")


def read(request: Request) -> Iterator[ScanResult]:
    """Every vulnerability, misconfiguration, secret and licence problem."""
    request.scope.tool = "Trivy"
    # what was looked at may be told after the results
    name = _subject(request)
    if name:
        request.scope.add_host(name, request.limits)
    text = text_of(request.stream)
    try:
        cursor = Cursor(text.read, request.limits)
        start = cursor.peek()
        if start == "[":
            for _ in cursor.elements():
                yield from _target(cursor.value(), name, "", request)
        elif start == "{":
            for key in cursor.members():
                if key in ("Results", "Resources", "Vulnerabilities", "Misconfigurations") and (
                    cursor.peek() == "["
                ):
                    for _ in cursor.elements():
                        yield from _entry(cursor.value(), name, request)
                else:
                    cursor.skip()
        else:
            cursor.value()
        cursor.finish()
    finally:
        text.detach()


def _subject(request: Request) -> str:
    """The image, folder or cluster that the report is about; "" where it has no name of its own."""
    text = text_of(request.stream)
    name = kind = ""
    try:
        cursor = Cursor(text.read, request.limits)
        if cursor.peek() == "{":
            for key in cursor.members():
                if key in ("ArtifactName", "ClusterName", "ArtifactType", "CreatedAt"):
                    value = words(cursor.value())
                    if key == "ArtifactType":
                        kind = value
                    elif key == "CreatedAt":
                        request.scope.add_moment(_moment(value))
                    else:
                        name = name or value
                else:
                    cursor.skip()
    finally:
        text.detach()
    if name.strip("./\\") == "":
        return ""
    return line(_RELEASE.sub("", name) if kind in ("container_image", "") else name, 255)


def _entry(value: object, name: str, request: Request) -> Iterator[ScanResult]:
    """A result of a report, or a resource of a cluster, which holds results of its own."""
    row = table(value)
    if "Results" not in row:
        yield from _target(row, name, "", request)
        return
    resource = "/".join(part for part in (words(row.get(k)) for k in ("Namespace", "Kind", "Name")) if part)
    for result in tables(row.get("Results")):
        yield from _target(result, name, resource, request)


def _target(value: object, name: str, resource: str, request: Request) -> Iterator[ScanResult]:
    row = table(value)
    target = words(row.get("Target"))
    # an image's own entry repeats its name with the release, which would be another place next time
    target = target if not name or not target.startswith(name) else ""
    base = " ".join(part for part in (resource, target) if part)
    for item in tables(row.get("Vulnerabilities")):
        if cve := words(item.get("VulnerabilityID")):
            yield _vulnerability(item, cve, name, base, request)
    for item in tables(row.get("Misconfigurations")):
        if words(item.get("Status")) in ("PASS", "EXCEPTION"):
            continue
        yield _misconfiguration(item, name, base, request)
    for item in tables(row.get("Secrets")):
        yield _secret(item, name, base, request)


def _vulnerability(item: dict[str, Any], cve: str, name: str, base: str, request: Request) -> ScanResult:
    limits = request.limits
    package, version, fixed = (
        words(item.get(key)) for key in ("PkgName", "InstalledVersion", "FixedVersion")
    )
    place = " ".join(part for part in (base, words(item.get("PkgPath")), package) if part)
    title = words(item.get("Title")) or cve
    return ScanResult(
        host=name,
        tool=TOOL,
        rule_id=line(cve, 120),
        title=line(title if cve in title else f"{cve} {title}", limits.title),
        severity=_level(item, request),
        detail=clean(f"{package} {version}\n\n{words(item.get('Description'))}", limits.text),
        advice=clean(f"请升级 {package} 到 {fixed} 或以上版本。" if fixed else "", limits.text),
        cve=(line(cve, 40),) if cve.startswith("CVE-") else (),
        references=several([words(item.get("PrimaryURL")), *listed(item.get("References"))], limits),
        place=line(place, 300),
    )


def _misconfiguration(item: dict[str, Any], name: str, base: str, request: Request) -> ScanResult:
    limits = request.limits
    cause = table(item.get("CauseMetadata"))
    rule = words(item.get("AVDID")) or words(item.get("ID"))
    return ScanResult(
        host=name,
        tool=TOOL,
        rule_id=line(rule or words(item.get("Title")), 120),
        title=line(words(item.get("Title")) or rule, limits.title),
        severity=_level(item, request),
        detail=clean(f"{words(item.get('Description'))}\n\n{words(item.get('Message'))}", limits.text),
        advice=clean(words(item.get("Resolution")), limits.text),
        references=several([words(item.get("PrimaryURL")), *listed(item.get("References"))], limits),
        place=line(f"{base} {words(cause.get('Resource'))}", 300),
    )


def _secret(item: dict[str, Any], name: str, base: str, request: Request) -> ScanResult:
    """The matched text is left out: it is the secret."""
    rule = words(item.get("RuleID"))
    start = words(item.get("StartLine"))
    return ScanResult(
        host=name,
        tool=TOOL,
        rule_id=line(rule or "secret", 120),
        title=line(f"文件中有明文密钥或口令：{words(item.get('Title')) or rule}", request.limits.title),
        severity=_level(item, request),
        detail=clean(f"第 {start} 行。为避免再次泄露，不记录内容。" if start else "", 200),
        advice="请立即作废并更换该密钥或口令，从文件及版本历史中删除。",
        place=line(base, 300),
    )


def _level(item: dict[str, Any], request: Request) -> Severity:
    level = by_word(item.get("Severity"))
    if level is None:
        request.scope.unrated += 1
    return level or "low"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _recognise(head: str) -> bool:
    return head == "null" or (head.startswith(("{", "[")) and bool(_MARKS.search(head)))


FORMATS.add(TOOL, Format(TOOL, "Trivy（JSON）", _recognise, read, order=30))

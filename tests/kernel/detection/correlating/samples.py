"""Correlations and detections, made short."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.correlating import Detection, Limits, Linked, link
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Document, Info, RuleFile


def key_of(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def info(name: str) -> Info:
    """A detection rule that runs, known by its name; its key is the name too."""
    return Info(
        key=name, title=name, level="low", status="", tags=(), logsource=LogSource(), description="",
        author="", falsepositives=(), references=(), date="", modified="", name=name,
        file=f"{name}.yml", digest=name,
    )  # fmt: skip


def documents_of(described: list[dict[str, Any]]) -> list[Document]:
    """Documents as files give them."""
    content = yaml.safe_dump_all(
        [{"id": key_of(one.get("name", one["title"])), **one} for one in described], allow_unicode=True
    )
    reading = read([RuleFile("correlations.yml", content.encode())])
    assert not reading.problems
    return reading.documents


def linked(
    described: list[dict[str, Any]],
    rules: list[str],
    *,
    choice: Choice | None = None,
    limits: Limits | None = None,
) -> Linked:
    return link(documents_of(described), [info(name) for name in rules], choice=choice, limits=limits)


def detection(time: float, rule: str, number: int = 0, **fields: str) -> Detection:
    return Detection(
        time, rule, "file", number or int(time * 1000), {k.lower(): v for k, v in fields.items()}
    )

"""What the room keeps."""

from plumbline.office.findings.models.findings import (
    OPEN,
    Escalation,
    Extension,
    Finding,
    FindingEvent,
    FindingFile,
    RiskAcceptance,
)
from plumbline.office.findings.models.notices import (
    Counter,
    Letterhead,
    Notice,
    NoticeEvent,
    NoticeItem,
    NoticePreview,
    NoticeTemplate,
    NumberSeries,
)

__all__ = [
    "OPEN",
    "Counter",
    "Escalation",
    "Extension",
    "Finding",
    "FindingEvent",
    "FindingFile",
    "Letterhead",
    "Notice",
    "NoticeEvent",
    "NoticeItem",
    "NoticePreview",
    "NoticeTemplate",
    "NumberSeries",
    "RiskAcceptance",
]

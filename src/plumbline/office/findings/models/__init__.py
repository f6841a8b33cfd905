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
    Notice,
    NoticeItem,
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
    "Notice",
    "NoticeItem",
    "NoticeTemplate",
    "NumberSeries",
    "RiskAcceptance",
]

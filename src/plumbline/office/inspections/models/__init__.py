"""What the room keeps."""

from plumbline.office.inspections.models.answers import Answer, AnswerFile
from plumbline.office.inspections.models.checklists import (
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    ItemMapping,
)
from plumbline.office.inspections.models.inspections import (
    Draw,
    DrawEntry,
    Inspection,
    InspectionPlan,
    Inspector,
    Interest,
    Photo,
)
from plumbline.office.inspections.models.scans import ScanImport, ScanMapping, UnmatchedHost

__all__ = [
    "Answer",
    "AnswerFile",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "Draw",
    "DrawEntry",
    "Inspection",
    "InspectionPlan",
    "Inspector",
    "Interest",
    "ItemMapping",
    "Photo",
    "ScanImport",
    "ScanMapping",
    "UnmatchedHost",
]

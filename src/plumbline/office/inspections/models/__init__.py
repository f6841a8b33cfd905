"""What the room keeps."""

from plumbline.office.inspections.models.answers import Answer, AnswerFile, AnswerSheet, Delivery
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
    InspectionEvent,
    InspectionPlan,
    Inspector,
    Interest,
    Photo,
    PlanChange,
)
from plumbline.office.inspections.models.reports import InspectionReport
from plumbline.office.inspections.models.scans import ScanHit, ScanImport, ScanMapping, UnmatchedHost

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerSheet",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "Delivery",
    "Draw",
    "DrawEntry",
    "Inspection",
    "InspectionEvent",
    "InspectionPlan",
    "InspectionReport",
    "Inspector",
    "Interest",
    "ItemMapping",
    "Photo",
    "PlanChange",
    "ScanHit",
    "ScanImport",
    "ScanMapping",
    "UnmatchedHost",
]

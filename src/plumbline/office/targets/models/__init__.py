"""The rows of a plan and of its year."""

from plumbline.office.targets.models.bindings import Binding, EvidenceRun, EvidenceSet
from plumbline.office.targets.models.evaluation import Evaluation, EvaluationRow
from plumbline.office.targets.models.findings import Correction, PlanFinding
from plumbline.office.targets.models.imports import ImportJob
from plumbline.office.targets.models.ledger import Payment, PaymentImport
from plumbline.office.targets.models.plans import (
    CategoryTotal,
    Checkpoint,
    Goal,
    Plan,
    PlanArchive,
    PlanVersion,
    SourceLine,
)
from plumbline.office.targets.models.projects import (
    Fund,
    Indicator,
    IndicatorLine,
    Project,
    ProjectLine,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.models.values import IndicatorValue, MonitoringNote, ValueEvidence

__all__ = [
    "Binding",
    "CategoryTotal",
    "Checkpoint",
    "Correction",
    "Evaluation",
    "EvaluationRow",
    "EvidenceRun",
    "EvidenceSet",
    "Fund",
    "Goal",
    "ImportJob",
    "Indicator",
    "IndicatorLine",
    "IndicatorValue",
    "MonitoringNote",
    "Payment",
    "PaymentImport",
    "Plan",
    "PlanArchive",
    "PlanFinding",
    "PlanVersion",
    "Project",
    "ProjectLine",
    "SourceLine",
    "SpendPoint",
    "Statement",
    "ValueEvidence",
]

"""What the arguments of the addresses are.

`OBJECTS`: of the unit that they belong to; a stranger must be told that there is nothing.
`SHARED`: everybody's (a ruleset, a checklist, a category); a stranger may see it or not, as his role has it.
`WORDS`: no object at all, a format or a kind.

A name is matched with shell patterns; of several that match the longest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

#: (pattern of the address's name, argument): label of the model whose key it is
OBJECTS: dict[tuple[str, str], str] = {
    # 单位名录
    ("units:*", "pk"): "units.Unit",
    ("units:*", "system_id"): "units.System",
    ("units:*", "asset_id"): "units.Asset",
    ("units:*", "contact_id"): "units.Contact",
    ("units:sheet*", "job_id"): "units.SheetImport",
    ("units:person*", "pk"): "accounts.User",
    # 绩效
    ("targets:*", "plan_id"): "targets.Plan",
    ("targets:*", "project_id"): "targets.Project",
    ("targets:*", "payment_id"): "targets.Payment",
    ("targets:*", "checkpoint_id"): "targets.Checkpoint",
    ("targets:*", "evidence_id"): "targets.ValueEvidence",
    ("targets:*", "value_id"): "targets.IndicatorValue",
    ("targets:*", "row_id"): "targets.EvaluationRow",
    ("targets:*", "job_id"): "targets.ImportJob",
    ("targets:*", "line_id"): "targets.ProjectLine",
    ("targets:values*", "line_id"): "targets.IndicatorLine",
    ("targets:*indicator*", "line_id"): "targets.IndicatorLine",
    ("targets:binding*", "line_id"): "targets.IndicatorLine",
    ("targets:binding*", "binding_id"): "targets.Binding",
    ("targets:evidence*", "set_id"): "targets.EvidenceSet",
    ("targets:evidence*", "run_id"): "targets.EvidenceRun",
    ("targets:evaluation*", "pk"): "targets.Evaluation",
    ("targets:finding*", "pk"): "targets.PlanFinding",
    ("targets:correction*", "pk"): "targets.Correction",
    ("targets:*project*", "pk"): "targets.Project",
    ("targets:add_indicator", "pk"): "targets.Project",
    ("targets:*indicator", "pk"): "targets.Indicator",
    ("targets:reading*", "pk"): "targets.Indicator",
    ("targets:mend_total", "pk"): "targets.CategoryTotal",
    # 报表
    ("reports:*", "plan_id"): "targets.Plan",
    ("reports:*", "export_id"): "reports.Export",
    ("reports:*", "return_id"): "reports.FormReturn",
    # 问题与通报
    ("findings:*", "pk"): "findings.Finding",
    ("findings:notice*", "pk"): "findings.Notice",
    ("findings:my_notice*", "pk"): "findings.Notice",
    ("findings:my_receive", "pk"): "findings.Notice",
    ("findings:*", "preview_id"): "findings.NoticePreview",
    ("findings:file", "pk"): "findings.FindingFile",
    ("findings:extension*", "pk"): "findings.Extension",
    ("findings:acceptance*", "pk"): "findings.RiskAcceptance",
    ("findings:escalation*", "pk"): "findings.Escalation",
    ("findings:of_unit", "pk"): "units.Unit",
    # 检查
    ("inspections:*", "pk"): "inspections.Inspection",
    ("inspections:of_unit", "pk"): "units.Unit",
    ("inspections:*", "plan_id"): "inspections.InspectionPlan",
    ("inspections:draw*", "pk"): "inspections.Draw",
    ("inspections:interest*", "pk"): "inspections.Interest",
    ("inspections:scan*", "pk"): "inspections.ScanImport",
    ("inspections:sheet*", "pk"): "inspections.AnswerSheet",
    ("inspections:sheet_export", "pk"): "inspections.Inspection",
    ("inspections:*", "photo"): "inspections.Photo",
    ("inspections:evidence*", "file"): "inspections.AnswerFile",
    ("inspections:inspector*", "row"): "inspections.Inspector",
    ("inspections:report*", "pk"): "inspections.InspectionReport",
}
SHARED: dict[tuple[str, str], str] = {
    ("units:categor*", "category_id"): "units.Category",
    ("inspections:checklist*", "pk"): "inspections.ChecklistVersion",
    ("inspections:checklist*", "item_id"): "inspections.ChecklistItem",
    ("inspections:checklist*", "mapping_id"): "inspections.ItemMapping",
    ("inspections:checklist*", "file_id"): "files.StoredFile",
    ("inspections:scan_mapping*", "pk"): "inspections.ScanMapping",
}
WORDS: dict[tuple[str, str], object] = {
    ("units:contact_appoint", "role"): "technical",
    ("units:sheet*", "kind"): "units",
    ("units:moved_unit", "rest"): "new/",
    ("audit:export", "kind"): "csv",
    ("targets:*", "number"): 1,
    ("targets:plan_lines", "first"): 1,
    ("targets:metric", "key"): "register_completeness",
    ("targets:ruleset", "key"): "national-2020",
    ("targets:ruleset", "version"): 1,
    ("findings:notice_file", "which"): "document",
    ("findings:template*", "kind"): "rectify",
    ("findings:template*", "which"): "shipped",
    ("findings:series", "key"): "rectify",
    ("inspections:act", "act"): "start",
    ("inspections:checklist_reading*", "task_id"): "5b0f4a52-8f0e-4a53-9a64-3a3b8c0d7f11",
}
TABLES: dict[str, Mapping[tuple[str, str], object]] = {"object": OBJECTS, "shared": SHARED, "word": WORDS}


def meaning(name: str, argument: str) -> tuple[str, object] | None:
    """("object" | "shared" | "word", what) of an argument of an address; None where nobody said."""
    fitting = [
        (len(pattern), sort, what)
        for sort, table in TABLES.items()
        for (pattern, key), what in table.items()
        if key == argument and fnmatchcase(name, pattern)
    ]
    return max(fitting, key=lambda found: found[0])[1:] if fitting else None


def used_patterns(names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which lines of the tables fit at least one (name, argument)."""
    names = list(names)
    return {
        (pattern, key)
        for table in TABLES.values()
        for pattern, key in table
        if any(key == argument and fnmatchcase(name, pattern) for name, argument in names)
    }

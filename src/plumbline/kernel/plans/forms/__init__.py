"""The official forms: 绩效目标表, 绩效运行监控表, 绩效自评表.

One description of a form (`grid.Form`) is drawn by three writers: .docx, .xlsx and .pdf.
"""

from __future__ import annotations

from plumbline.kernel.plans.forms.evaluation_form import evaluation_form
from plumbline.kernel.plans.forms.grid import Cell, Form
from plumbline.kernel.plans.forms.monitoring_form import monitoring_form
from plumbline.kernel.plans.forms.target_form import target_form

__all__ = ["Cell", "Form", "evaluation_form", "monitoring_form", "target_form"]

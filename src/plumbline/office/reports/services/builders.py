"""Which builder of the kernel draws which form."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.kernel.plans.forms import Form, evaluation_form, monitoring_form, target_form
from plumbline.kernel.plans.forms.data import ProjectForm
from plumbline.office.reports.models import FormKind

BUILDERS: dict[str, Callable[[ProjectForm], Form]] = {
    FormKind.DOCUMENT: target_form,
    FormKind.TARGET: target_form,
    FormKind.MONITORING: monitoring_form,
    FormKind.EVALUATION: evaluation_form,
}
#: forms that look at a checkpoint
DATED = frozenset({FormKind.MONITORING, FormKind.EVALUATION})

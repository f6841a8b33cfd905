"""What may stand in the way of a change to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError

if TYPE_CHECKING:
    from plumbline.office.targets.models import Correction


class PlanError(PlumblineError):
    """A change of a plan is not possible as asked."""


class Frozen(PlanError):
    """The version is approved, superseded or discarded; nobody edits it any more."""


class Undecided(PlanError):
    """An import cannot go on until a person decides something.

    Attributes:
        question: "unit", "year", "replace" (a draft exists) or "reason" (an approved version exists).
        draft: with "replace", which draft it is about (`imports.mark`).
    """

    def __init__(
        self, what: str, *, question: str, where: str = "", advice: str = "", draft: str = ""
    ) -> None:
        super().__init__(what, where=where, advice=advice)
        self.question, self.draft = question, draft


class Conflict(PlanError):
    """Somebody else changed the plan since the form was opened.

    Attributes:
        revision: the plan's revision now.
        changes: what was changed since, newest first.
    """

    def __init__(self, *, revision: int, changes: Sequence[Correction]) -> None:
        people = "、".join(dict.fromkeys(str(change.made_by) for change in changes)) or _("其他人")
        super().__init__(
            _("您打开此页后，%(people)s已修改了本绩效目标，您填写的内容尚未保存") % {"people": people},
            advice=_("请对照下列改动，确认后再次保存。"),
        )
        self.revision = revision
        self.changes = changes

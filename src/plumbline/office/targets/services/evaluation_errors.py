"""What may stand in the way of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel.errors import ScoringError


class EvaluationError(ScoringError):
    """An evaluation cannot be changed or frozen as asked."""


class NotReady(EvaluationError):
    """It cannot be frozen yet.

    Attributes:
        reasons: all of them, one sentence each.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(
            ngettext("还不能定稿，有 %(count)d 项未处理", "还不能定稿，有 %(count)d 项未处理", len(reasons))
            % {"count": len(reasons)},
            advice=_("请逐项处理后再定稿。"),
        )
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed since the form was opened.

    Attributes:
        name: of the form's field.
        label: for people ("检查次数 · 分值").
        opened, now, typed: what stood there, what stands there, what was typed.
    """

    name: str
    label: str
    opened: str
    now: str
    typed: str

    @property
    def collides(self) -> bool:
        """Both changed it, differently."""
        return self.typed != self.opened and self.typed != self.now


class EvaluationConflict(EvaluationError):
    """Somebody else saved the evaluation since the form was opened; nothing was saved now.

    Attributes:
        revision: the evaluation's revision now.
        by: who saved last.
    """

    def __init__(self, *, revision: int, by: str) -> None:
        super().__init__(
            _("您打开此页后，%(who)s已修改了这份自评，您填写的内容尚未保存") % {"who": by},
            advice=_("请对照下列差异，确认后再次保存。"),
        )
        self.revision = revision
        self.by = by

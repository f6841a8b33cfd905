"""What may be done to a finding, declared once: the page, the services and the tests read this table."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.models import OPEN, Finding, FindingFile

_S = Finding.State
_ROLE = FindingFile.Role

#: the unit knows of it, and it is its turn
WITH_UNIT = (_S.NOTIFIED, _S.RETURNED)
#: the unit knows of it, and it is not put right
KNOWN = (_S.NOTIFIED, _S.REPLIED, _S.RETURNED)
EVERY = tuple(_S)


@dataclass(frozen=True, slots=True)
class Transition:
    """One act.

    Attributes:
        key: name of the act, kept in `FindingEvent.act`; "findings.<key>" in the audit.
        title: what the timeline and the audit call it.
        sources: states that it starts from.
        targets: states that it may lead to; () where the state stays. With more than one, the service
            that calls `move` says which.
        capability: what a person must hold; not asked of the system itself.
        needs_note: it is refused without a reason.
        is_automatic: the system does it too, and a room that finds the thing again.
        role: what the files that come with it are.
        must_be: why it is refused from other states.
    """

    key: str
    title: str | Promise
    sources: tuple[Finding.State, ...]
    targets: tuple[Finding.State, ...] = ()
    capability: str = "findings.handle"
    needs_note: bool = False
    is_automatic: bool = False
    role: FindingFile.Role = field(default=_ROLE.EVIDENCE)
    must_be: str | Promise = ""


_ALL: tuple[Transition, ...] = (
    Transition("confirm", _("确认问题"), (_S.NEW,), (_S.CONFIRMED,), must_be=_("只有待确认的问题可以确认。")),
    Transition(
        "dismiss", _("认定不成立"), OPEN, (_S.DISMISSED,), needs_note=True,
        must_be=_("问题已办结或已作其他处理，不能再认定不成立。"),
    ),
    Transition(
        "notify", _("通报单位"), (_S.CONFIRMED,), (_S.NOTIFIED,),
        must_be=_("只有已确认、待通报的问题可以通报。"),
    ),
    Transition(
        "assign", _("直接交办"), (_S.CONFIRMED,), (_S.NOTIFIED,),
        must_be=_("只有已确认、待通报的问题可以交办。"),
    ),
    Transition(
        "renotify", _("再次通报"), WITH_UNIT, (_S.NOTIFIED,),
        must_be=_("只有单位正在整改的问题可以再次通报。"),
    ),
    Transition(
        "recall", _("撤回通报"), (_S.NOTIFIED,), (_S.CONFIRMED,), needs_note=True,
        must_be=_("单位已回复或问题已办结，不能撤回通报。"),
    ),
    Transition(
        "reply", _("报送整改情况"), WITH_UNIT, (_S.REPLIED,), capability="findings.reply", needs_note=True,
        role=_ROLE.REPLY, must_be=_("只有正在整改的问题可以报送整改情况。"),
    ),
    Transition(
        "retract", _("撤回整改情况"), (_S.REPLIED,), WITH_UNIT, capability="findings.reply",
        must_be=_("复查已有结论，或还没有报送，不能撤回。"),
    ),
    Transition(
        "pass", _("复查通过"), KNOWN, (_S.CLOSED,), needs_note=True, role=_ROLE.RECHECK,
        must_be=_("只有已通报单位、尚未办结的问题可以复查。"),
    ),
    Transition(
        "return", _("复查未通过，退回整改"), (_S.REPLIED,), (_S.RETURNED,), needs_note=True,
        role=_ROLE.RECHECK, must_be=_("单位报送整改情况后才能退回。"),
    ),
    Transition(
        "redate", _("调整整改期限"), WITH_UNIT, needs_note=True,
        must_be=_("只有单位正在整改的问题可以调整期限。"),
    ),
    Transition(
        "ask_extension", _("申请延期"), WITH_UNIT, capability="findings.reply", needs_note=True,
        role=_ROLE.REPLY, must_be=_("只有正在整改的问题可以申请延期。"),
    ),
    Transition("extend", _("同意延期"), WITH_UNIT, must_be=_("问题已不在整改中，不能再延期。")),
    Transition("refuse_extension", _("不同意延期"), WITH_UNIT, needs_note=True),
    Transition("withdraw_extension", _("撤回延期申请"), WITH_UNIT, capability="findings.reply"),
    Transition(
        "ask_acceptance", _("申请暂不整改"), (_S.CONFIRMED, *WITH_UNIT), capability="findings.reply",
        needs_note=True, must_be=_("只有已确认、尚未报送整改情况的问题可以申请暂不整改。"),
    ),
    Transition(
        "accept", _("批准暂不整改"), (_S.CONFIRMED, *WITH_UNIT), (_S.ACCEPTED,),
        capability="findings.approve", must_be=_("问题的状态已变，不能再批准暂不整改。"),
    ),
    Transition(
        "refuse_acceptance", _("不批准暂不整改"), (_S.CONFIRMED, *WITH_UNIT), capability="findings.approve",
        needs_note=True,
    ),
    Transition(
        "revoke", _("撤销暂不整改"), (_S.ACCEPTED,), (_S.CONFIRMED, _S.NOTIFIED),
        capability="findings.approve", needs_note=True, must_be=_("这个问题没有生效的风险接受。"),
    ),
    Transition(
        "expire", _("暂不整改到期，恢复整改"), (_S.ACCEPTED,), (_S.CONFIRMED, _S.NOTIFIED), is_automatic=True
    ),
    Transition("gone", _("重新扫描已不存在，自动办结"), OPEN, (_S.CLOSED,), is_automatic=True),
    Transition(
        "reopen", _("再次发现，重新打开"), (_S.CLOSED,), (_S.NEW, _S.CONFIRMED), is_automatic=True,
        must_be=_("只有已整改的问题可以重新打开。"),
    ),
    Transition(
        "undo", _("更正上一步"), (_S.CONFIRMED, _S.DISMISSED, _S.CLOSED, _S.RETURNED), OPEN, needs_note=True,
        must_be=_("当前状态没有可以更正的上一步。"),
    ),
    Transition("amend", _("修改问题内容"), (*OPEN, _S.ACCEPTED), must_be=_("已办结的问题不能修改。")),
    Transition("comment", _("补充说明"), EVERY, capability="findings.reply", needs_note=True),
    Transition("escalate", _("办理催办"), EVERY),
)  # fmt: skip

TRANSITIONS: dict[str, Transition] = {one.key: one for one in _ALL}
#: decisions that `undo` takes back, where it was the last
UNDOABLE = frozenset({"confirm", "dismiss", "pass", "return", "gone"})

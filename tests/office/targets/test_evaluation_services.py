"""The life of a self-evaluation: started, filled in, frozen for ever, done again with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.plans.rulesets import ruleset
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import (
    Evaluation,
    EvaluationRow,
    Indicator,
    IndicatorValue,
    PlanVersion,
    Project,
)
from plumbline.office.targets.queries.evaluation import (
    evaluation_for,
    evaluations_for,
    overview_of,
    sheets,
    with_sheets,
)
from plumbline.office.targets.services import evaluation as service
from plumbline.office.targets.services.evaluation_entries import RowEntry
from plumbline.office.targets.services.evaluation_errors import EvaluationConflict, EvaluationError, NotReady
from plumbline.office.targets.services.evaluation_freezing import freeze, inputs_digest, obstacles, replay
from plumbline.office.targets.services.evaluation_overrides import (
    decide_override,
    propose_override,
    withdraw_override,
)

from .factories import Built, add_version, make_payment, make_plan, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 1, 8, 3, 0, tzinfo=UTC)
NATIONAL = ruleset("national-2020", 1)


@pytest.fixture
def staff() -> User:
    return make_user(Role.STAFF)


@pytest.fixture
def leader() -> User:
    return make_user(Role.LEADER)


@pytest.fixture
def built(staff: User) -> Built:
    return make_plan(user=staff)


def begin(built: Built, actor: User, project: int = 0) -> Evaluation:
    return service.start(
        actor=actor,
        project_line=built.lines[project],
        checkpoint=built.checkpoints[3],
        rules=NATIONAL,
        now=NOW,
    )


def measure(built: Built, index: int, value: str | None, *, project: int = 0, **more: Any) -> IndicatorValue:
    indicator = built.indicators(project)[index]
    fields = {"unit": indicator.target_unit, "computed_at": NOW, **more}
    return IndicatorValue.objects.create(
        indicator_line=indicator.line,
        checkpoint=built.checkpoints[3],
        value=None if value is None else Decimal(value),
        **fields,
    )


def entries(evaluation: Evaluation, **changes: Any) -> dict[int, RowEntry]:
    """Every row as it is stored, with explanations, so that only what a test is about is open."""
    found = {}
    for row in evaluation.rows.all():
        found[row.pk] = RowEntry(
            weight=row.weight,
            tier="reached" if row.ordinal == 3 else "",
            tier_share=Decimal(95) if row.ordinal == 3 else None,
            tier_reason="见年度总结" if row.ordinal == 3 else "",
            deduction_reason="已说明",
        )
        found[row.pk] = replace(found[row.pk], **changes.get(f"row{row.ordinal}", {}))
    return found


def fill(evaluation: Evaluation, actor: User, **changes: Any) -> Evaluation:
    return service.save(
        evaluation=evaluation,
        rows=entries(evaluation, **changes),
        goal_result="全部完成",
        revision=evaluation.revision,
        actor=actor,
        now=NOW,
    )


def ready(built: Built, staff: User) -> Evaluation:
    """A draft that only waits to be frozen: 189,000 of 210,000 paid, 12 of 12, 97% of 98%, tier at 95%."""
    make_payment(built.lines[0], "189000", day=date(2023, 11, 1))
    measure(built, 0, "12")
    measure(built, 1, "97")
    measure(built, 2, None, text="明显提升")
    return fill(begin(built, staff), staff)


def frozen(built: Built, staff: User, leader: User) -> Evaluation:
    draft = ready(built, staff)
    sheet = sheets([draft])[draft.pk]
    return freeze(evaluation=draft, revision=draft.revision, seen=inputs_digest(sheet), actor=leader, now=NOW)


def test_points_are_proposed_from_the_ruleset_and_sum_to_100(built: Built, staff: User) -> None:
    evaluation = begin(built, staff)
    assert list(evaluation.rows.values_list("ordinal", "weight")) == [
        (0, Decimal(10)),
        (1, Decimal(25)),
        (2, Decimal(25)),
        (3, Decimal(40)),
    ]
    assert Record.objects.filter(action="evaluation.start").count() == 1


def test_the_documents_points_are_honoured(built: Built, staff: User) -> None:
    with transaction.atomic():
        for indicator, weight in zip(built.indicators(), ("60", "20", "10"), strict=True):
            Indicator.objects.filter(pk=indicator.pk).update(weight=Decimal(weight))
    weights = list(begin(built, staff).rows.order_by("ordinal").values_list("weight", flat=True))
    assert weights == [Decimal(10), Decimal(60), Decimal(20), Decimal(10)]


def test_a_second_evaluation_beside_the_first_is_refused(built: Built, staff: User) -> None:
    begin(built, staff)
    with pytest.raises(EvaluationError, match="已经有自评"):
        begin(built, staff)


def test_a_plan_that_nobody_approved_is_not_evaluated(staff: User) -> None:
    draft = make_plan(user=staff, year=2022, state=PlanVersion.State.DRAFT)
    with pytest.raises(EvaluationError, match="不在已批准的绩效目标中"):
        begin(draft, staff)


def test_a_checkpoint_of_another_plan_is_refused(built: Built, staff: User) -> None:
    other = make_plan(user=staff, year=2022)
    with pytest.raises(EvaluationError, match="不属于本绩效目标"):
        service.start(
            actor=staff, project_line=built.lines[0], checkpoint=other.checkpoints[3], rules=NATIONAL, now=NOW
        )


def test_the_score_follows_the_ledger_and_the_measured_values(built: Built, staff: User) -> None:
    draft = ready(built, staff)
    make_payment(built.lines[0], "500", day=date(2024, 1, 2))  # after the checkpoint
    make_payment(built.lines[0], "700", day=date(2023, 2, 2), state="void")
    sheet = evaluation_for(built.lines[0])
    assert sheet is not None
    assert [row.score for row in sheet.rows] == [Decimal("25.00"), Decimal("24.74"), Decimal("38.00")]
    assert sheet.execution[0].executed == Decimal("189000.00")
    assert sheet.execution[0].rate == Decimal(90)
    assert sheet.execution[0].score == Decimal("9.00")
    assert (sheet.total, sheet.grade) == (Decimal("96.74"), "优")
    assert [row.name for row in sheet.execution] == ["年度资金总额", "财政资金", "其他资金"]
    assert obstacles(sheets([draft])[draft.pk]) == []


def test_points_that_are_not_100_are_refused_and_nothing_is_saved(built: Built, staff: User) -> None:
    evaluation = begin(built, staff)
    with pytest.raises(EvaluationError, match=r"分值合计 99\.00，比 100 少 1\.00 分"):
        fill(evaluation, staff, row1={"weight": Decimal(24)})
    evaluation.refresh_from_db()
    assert evaluation.goal_result == ""
    assert evaluation.revision == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tier": "reached", "tier_share": Decimal(79), "tier_reason": "好"}, "应在 100% 到 80% 之间"),
        ({"tier": "reached", "tier_share": None, "tier_reason": "好"}, "应在 100% 到 80% 之间"),
        ({"tier": "partly", "tier_share": Decimal(70), "tier_reason": ""}, "须写明评定理由"),
        ({"tier": "wonderful", "tier_share": Decimal(70), "tier_reason": "好"}, "不在评分规则中"),
        ({"decision": "zero", "decision_reason": ""}, "须写明理由"),
        ({"weight": Decimal(-1)}, "不能为负"),
    ],
)
def test_an_entry_that_cannot_be_scored_is_refused(
    built: Built, staff: User, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvaluationError, match=message):
        fill(begin(built, staff), staff, row3=change)


def test_the_second_saver_is_told_who_was_first(built: Built, staff: User) -> None:
    evaluation = begin(built, staff)
    colleague = make_user(Role.STAFF, name="李强")
    stale = evaluation.revision
    fill(evaluation, colleague)
    with pytest.raises(EvaluationConflict, match="李强已修改") as raised:
        service.save(
            evaluation=evaluation, rows={}, goal_result="另一说法", revision=stale, actor=staff, now=NOW
        )
    assert raised.value.revision == stale + 1
    evaluation.refresh_from_db()
    assert evaluation.goal_result == "全部完成"


def test_unmeasured_rows_block_freezing_until_they_are_decided(
    built: Built, staff: User, leader: User
) -> None:
    make_payment(built.lines[0], "210000")
    measure(built, 0, "12")
    measure(built, 1, None, unmeasured="系统停用")
    measure(built, 2, None, text="明显提升")
    draft = fill(begin(built, staff), staff)
    sheet = sheets([draft])[draft.pk]
    assert (sheet.total, sheet.missing[0].level3) == (None, "整改完成率")
    with pytest.raises(NotReady) as raised:
        freeze(evaluation=draft, revision=draft.revision, seen=inputs_digest(sheet), actor=leader, now=NOW)
    assert raised.value.reasons == ("整改完成率：没有实际完成值，须补填或决定按 0 分计。",)
    decided = fill(draft, staff, row2={"decision": "zero", "decision_reason": "全年未开展整改"})
    after = sheets([decided])[decided.pk]
    assert after.rows[1].score == Decimal("0.00")
    assert after.total == Decimal("73.00")


def test_a_vague_target_blocks_freezing_until_a_reading_is_approved(
    built: Built, staff: User, leader: User
) -> None:
    indicator = built.indicators()[0]
    Indicator.objects.filter(pk=indicator.pk).update(target_raw="达到上级要求", target_kind="vague")
    draft = ready(built, staff)
    assert obstacles(sheets([draft])[draft.pk]) == ["检查次数：指标值无法衡量，须先批准可衡量的解释。"]
    Indicator.objects.filter(pk=indicator.pk).update(reading_raw="≥10次", reading_reason="依上级通知")
    assert len(obstacles(sheets([draft])[draft.pk])) == 1
    Indicator.objects.filter(pk=indicator.pk).update(reading_approved_at=NOW, reading_approved_by=leader)
    row = sheets([draft])[draft.pk].rows[0]
    assert (row.score, row.target_raw, row.reading) == (Decimal("25.00"), "达到上级要求", "≥10次")


def test_missing_explanations_block_freezing(built: Built, staff: User) -> None:
    draft = ready(built, staff)
    bare = fill(draft, staff, row2={"deduction_reason": ""})
    assert obstacles(sheets([bare])[bare.pk]) == ["整改完成率：有扣分，须写明偏差原因。"]


def test_an_override_counts_only_after_another_person_approved_it(
    built: Built, staff: User, leader: User
) -> None:
    draft = ready(built, staff)
    row = draft.rows.get(ordinal=2)
    propose_override(row=row, points=Decimal("25"), reason="平台停运两天，属不可抗力", actor=leader, now=NOW)
    assert sheets([draft])[draft.pk].total == Decimal("96.74")
    assert "整改完成率：调整得分尚待审定。" in obstacles(sheets([draft])[draft.pk])
    with pytest.raises(EvaluationError, match="不能自己审定"):
        decide_override(row=row, approve=True, answer="", actor=leader, now=NOW)
    with pytest.raises(EvaluationError, match="无权审定"):
        decide_override(row=row, approve=True, answer="", actor=staff, now=NOW)
    second = make_user(Role.ADMINISTRATOR)
    decide_override(row=row, approve=True, answer="情况属实", actor=second, now=NOW)
    sheet = sheets([draft])[draft.pk]
    assert sheet.total == Decimal("97.00")
    assert sheet.rows[1].result is not None and "不可抗力" in sheet.rows[1].result.formula
    withdraw_override(row=row, actor=staff, now=NOW)
    assert sheets([draft])[draft.pk].total == Decimal("96.74")


def test_an_override_that_was_changed_meanwhile_is_not_approved(
    built: Built, staff: User, leader: User
) -> None:
    draft = ready(built, staff)
    row = draft.rows.get(ordinal=2)
    propose_override(row=row, points=Decimal("24.80"), reason="数据口径", actor=staff, now=NOW)
    propose_override(row=row, points=Decimal("25"), reason="数据口径", actor=staff, now=NOW)
    with pytest.raises(EvaluationError, match="已改为 25"):
        decide_override(row=row, approve=True, answer="", actor=leader, now=NOW, seen="24.80")
    row.refresh_from_db()
    assert row.override == "proposed"


def test_a_rejected_override_needs_an_answer_and_does_not_count(
    built: Built, staff: User, leader: User
) -> None:
    draft = ready(built, staff)
    row = draft.rows.get(ordinal=2)
    propose_override(row=row, points=Decimal("25"), reason="请求加分", actor=staff, now=NOW)
    with pytest.raises(EvaluationError, match="须写明意见"):
        decide_override(row=row, approve=False, answer=" ", actor=leader, now=NOW)
    decide_override(row=row, approve=False, answer="没有依据", actor=leader, now=NOW)
    assert sheets([draft])[draft.pk].total == Decimal("96.74")


@pytest.mark.parametrize("points", ["25.01", "-1", "1.005"])
def test_an_override_out_of_bounds_is_refused(built: Built, staff: User, points: str) -> None:
    draft = begin(built, staff)
    with pytest.raises(EvaluationError):
        propose_override(
            row=draft.rows.get(ordinal=2), points=Decimal(points), reason="理由", actor=staff, now=NOW
        )


def test_only_an_approver_freezes(built: Built, staff: User) -> None:
    draft = ready(built, staff)
    seen = inputs_digest(sheets([draft])[draft.pk])
    with pytest.raises(EvaluationError, match="无权将自评定稿"):
        freeze(evaluation=draft, revision=draft.revision, seen=seen, actor=staff, now=NOW)


def test_a_payment_between_looking_and_freezing_is_noticed(built: Built, staff: User, leader: User) -> None:
    draft = ready(built, staff)
    seen = inputs_digest(sheets([draft])[draft.pk])
    make_payment(built.lines[0], "1000", day=date(2023, 12, 1))
    with pytest.raises(EvaluationError, match=r"现在的总分为 96\.79"):
        freeze(evaluation=draft, revision=draft.revision, seen=seen, actor=leader, now=NOW)


def test_a_frozen_score_stays_whatever_the_records_say_later(built: Built, staff: User, leader: User) -> None:
    done = frozen(built, staff, leader)
    assert (done.total, done.grade, done.state) == (Decimal("96.74"), "优", "frozen")
    make_payment(built.lines[0], "21000", day=date(2023, 12, 1))
    IndicatorValue.objects.all().update(value=Decimal(1))
    sheet = evaluation_for(built.lines[0])
    assert sheet is not None and sheet.evaluation.state == Evaluation.State.FROZEN
    assert sheet.total == Decimal("96.74")
    assert sheet.rows[1].actual == "97%"
    assert [str(row.score) for row in sheet.rows] == ["25.00", "24.74", "38.00"]
    assert sheet.rows[1].reason == "已说明"
    assert sheet.execution[0].executed == Decimal("189000.00")
    found = replay(done)
    assert (found.same, found.differences) == (True, ())


def test_a_replay_notices_a_tampered_snapshot(built: Built, staff: User, leader: User) -> None:
    done = frozen(built, staff, leader)
    kept = json.loads(done.snapshot)
    kept["inputs"]["execution"]["executed"] = "210000"
    done.snapshot = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = replay(done)
    assert found.differences == ("评分依据的快照被改动过（SM3 摘要不符）。", "重新计算的得分与定稿时不同。")


def test_nothing_about_a_frozen_evaluation_can_be_changed(built: Built, staff: User, leader: User) -> None:
    done = frozen(built, staff, leader)
    row = done.rows.get(ordinal=2)
    with pytest.raises(EvaluationError, match="已定稿"):
        fill(done, staff)
    with pytest.raises(EvaluationError, match="已定稿"):
        propose_override(row=row, points=Decimal(1), reason="改", actor=staff, now=NOW)
    with pytest.raises(EvaluationError, match="已定稿"):
        service.discard(evaluation=done, reason="不要了", actor=staff, now=NOW)
    done.total = Decimal(100)
    with pytest.raises(ScoringError, match="已经定稿"):
        done.save()


def test_the_database_itself_refuses_to_change_a_frozen_evaluation(
    built: Built, staff: User, leader: User
) -> None:
    done = frozen(built, staff, leader)
    for change in (
        lambda: Evaluation.objects.filter(pk=done.pk).update(total=Decimal(100)),
        lambda: Evaluation.objects.filter(pk=done.pk).update(total=None),
        lambda: Evaluation.objects.filter(pk=done.pk).update(state="draft"),
        lambda: EvaluationRow.objects.filter(evaluation=done).update(weight=Decimal(1)),
        lambda: EvaluationRow.objects.filter(evaluation=done).delete(),
        lambda: Evaluation.objects.filter(pk=done.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_new_evaluation_supersedes_the_frozen_one_only_when_it_is_frozen(
    built: Built, staff: User, leader: User
) -> None:
    old = frozen(built, staff, leader)
    with pytest.raises(EvaluationError, match="请说明重新自评的理由"):
        service.supersede(evaluation=old, reason=" ", actor=staff, now=NOW)
    new = service.supersede(evaluation=old, reason="补充佐证", actor=staff, now=NOW)
    assert list(new.rows.values_list("tier", "deduction_reason")) == list(
        old.rows.values_list("tier", "deduction_reason")
    )
    old.refresh_from_db()
    assert old.state == "frozen"
    IndicatorValue.objects.filter(value=Decimal(97)).update(value=Decimal(98))
    seen = inputs_digest(sheets([new])[new.pk])
    freeze(evaluation=new, revision=new.revision, seen=seen, actor=leader, now=NOW)
    old.refresh_from_db()
    assert (old.state, old.total) == ("superseded", Decimal("96.74"))
    sheet = evaluation_for(built.lines[0])
    assert sheet is not None and sheet.total == Decimal("97.00")
    assert sheets([old])[old.pk].total == Decimal("96.74")


def test_a_discarded_draft_stays_in_the_history_and_makes_room(built: Built, staff: User) -> None:
    draft = begin(built, staff)
    service.discard(evaluation=draft, reason="选错了时点", actor=staff, now=NOW)
    assert begin(built, staff).number == 2
    assert evaluation_for(built.lines[0]) is not None


def test_another_ruleset_proposes_its_points_anew(built: Built, staff: User) -> None:
    draft = fill(begin(built, staff), staff)
    changed = service.change_settings(
        evaluation=draft,
        rules=ruleset("without-satisfaction", 1),
        checkpoint=built.checkpoints[2],
        revision=draft.revision,
        actor=staff,
        now=NOW,
    )
    weights = list(changed.rows.order_by("ordinal").values_list("weight", "tier"))
    assert weights == [(Decimal(10), ""), (Decimal(30), ""), (Decimal(30), ""), (Decimal(30), "reached")]
    assert changed.checkpoint == built.checkpoints[2]


def test_an_adjusted_plan_asks_for_the_new_version_and_keeps_what_was_filled_in(
    built: Built, staff: User
) -> None:
    draft = ready(built, staff)
    PlanVersion.objects.filter(pk=built.version.pk).update(state=PlanVersion.State.SUPERSEDED)
    second = add_version(built.plan, number=2, state=PlanVersion.State.DRAFT, user=staff)
    project = Project.objects.create(
        version=second, line=built.lines[0], ordinal=1, name="网络安全检查", budget_yuan=Decimal("200000")
    )
    for indicator in built.indicators()[:2]:
        indicator.pk, indicator.project = None, project
        indicator.save()
    PlanVersion.objects.filter(pk=second.pk).update(state=PlanVersion.State.APPROVED)
    draft.refresh_from_db()
    assert "绩效目标已有新的版本，请先改用现行版本。" in obstacles(sheets([draft])[draft.pk])
    moved = service.rebase(evaluation=draft, revision=draft.revision, actor=staff, now=NOW)
    sheet = sheets([moved])[moved.pk]
    assert [row.level3 for row in sheet.rows] == ["检查次数", "整改完成率"]
    assert sheet.rows[0].reason == "已说明"
    assert sum(row.weight for row in sheet.rows) == Decimal(90)
    assert (sheet.execution[0].initial, sheet.execution[0].adjusted) == (Decimal(210000), Decimal(200000))


def test_every_change_leaves_a_record_in_chinese(built: Built, staff: User, leader: User) -> None:
    with translation.override("en"):
        frozen(built, staff, leader)
    actions = list(Record.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["evaluation.start", "evaluation.save", "evaluation.freeze"]
    saved = Record.objects.get(action="evaluation.save").detail
    assert saved["防护水平 · 给分比例（%）"]["new"] == "95"


def test_the_whole_plan_is_summed_up(built: Built, staff: User, leader: User) -> None:
    frozen(built, staff, leader)
    begin(built, staff, project=1)
    overview = overview_of(built.version)
    assert (overview.frozen, overview.drafts, overview.average) == (1, 1, Decimal("96.74"))
    assert overview.grades == (("优", 1),)
    assert [row.state for row in overview.rows] == ["frozen", "draft", "none"]
    assert [row.score for row in with_sheets(overview.rows)] == [Decimal("96.74"), Decimal("0.00"), None]


def test_reading_all_sheets_needs_a_constant_number_of_queries(
    built: Built, staff: User, django_assert_num_queries: Any
) -> None:
    begin(built, staff)
    with django_assert_num_queries(9):
        evaluations_for(built.version)
    begin(built, staff, project=1)
    begin(built, staff, project=2)
    with django_assert_num_queries(9):
        assert len(evaluations_for(built.version)) == 3

"""Random draws of a plan: kept whole, repeatable by anybody, never silently made again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.draws import PROCEDURE, DrawRefused, normal, pool_digest, rank
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Draw, DrawEntry, Inspection, InspectionPlan
from plumbline.office.inspections.services.arranging import Arrangement, arrange
from plumbline.office.inspections.services.plan_changes import locked_plan
from plumbline.office.units.models import Unit


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of repeating a draw from what is kept of it.

    Attributes:
        pool: digest over the keys as they are kept now.
        is_pool_same, is_order_same: against what was kept on the day.
        differing: ranks at which another candidate would stand.
    """

    pool: str
    is_pool_same: bool
    is_order_same: bool
    differing: tuple[int, ...]

    @property
    def is_same(self) -> bool:
        return self.is_pool_same and self.is_order_same


def unit_key(unit: Unit) -> str:
    """What a unit is ranked by: its 统一社会信用代码, else its full name."""
    return unit.credit_code or unit.name


def generated_seed() -> str:
    """A seed that nobody chose: 128 random bits as hexadecimal digits."""
    return secrets.token_hex(16)


def draw_units(
    plan: InspectionPlan,
    pool: Iterable[Unit],
    *,
    seed: str,
    seed_source: str,
    wanted: int,
    scope: str,
    reason: str,
    actor: User,
    now: datetime,
) -> Draw:
    """Draw units from a pool. See `_draw`."""
    entries = _pool((unit_key(unit), DrawEntry(unit=unit, title=unit.name)) for unit in pool)
    return _draw(
        plan, Draw.Kind.UNITS, entries, seed=seed, seed_source=seed_source, wanted=wanted, scope=scope,
        reason=reason, actor=actor, now=now,
    )  # fmt: skip


def draw_inspectors(
    plan: InspectionPlan,
    pool: Iterable[User],
    *,
    seed: str,
    seed_source: str,
    wanted: int,
    scope: str,
    reason: str,
    actor: User,
    now: datetime,
) -> Draw:
    """Draw inspectors from a pool. See `_draw`."""
    entries = _pool(
        (user.username, DrawEntry(user=user, title=user.full_name or user.username)) for user in pool
    )
    return _draw(
        plan, Draw.Kind.INSPECTORS, entries, seed=seed, seed_source=seed_source, wanted=wanted, scope=scope,
        reason=reason, actor=actor, now=now,
    )  # fmt: skip


def _pool(rows: Iterable[tuple[str, DrawEntry]]) -> dict[str, DrawEntry]:
    """{normalised key: entry}.

    Raises:
        DrawRefused: two candidates have one key; one of them would silently have no chance at all.
    """
    pool: dict[str, DrawEntry] = {}
    for key, entry in rows:
        if normal(key) in pool:
            raise DrawRefused(
                _("“%(one)s”和“%(other)s”的代码或名称相同，无法区分。")
                % {"one": pool[normal(key)].title, "other": entry.title},
                where=normal(key),
                advice=_("请先在名录中补全统一社会信用代码，或合并重复的单位，再抽取。"),
            )
        pool[normal(key)] = entry
    return pool


@transaction.atomic
def _draw(
    plan: InspectionPlan,
    kind: str,
    pool: dict[str, DrawEntry],
    *,
    seed: str,
    seed_source: str,
    wanted: int,
    scope: str,
    reason: str,
    actor: User,
    now: datetime,
) -> Draw:
    """Rank the whole pool and keep it: seed, procedure, digest, every candidate with his place.

    Args:
        pool: {key: entry without rank}.
        seed: generated when empty.
        scope: the filters of the pool, in words.
        reason: demanded when the plan has a draw of the kind already; all draws are kept.

    Raises:
        DrawRefused: nobody to draw from, more wanted than there are, or a second draw without a reason.
    """
    plan = locked_plan(plan)
    if not 1 <= wanted <= max(len(pool), 1):
        raise DrawRefused(
            _("抽取数量须在 1 至 %(most)d 之间。") % {"most": len(pool)},
            advice=_("请改抽取数量，或放宽抽取范围。"),
        )
    if plan.draws.filter(kind=kind).exists() and not reason.strip():
        raise DrawRefused(
            _("本计划已有同类抽取，再次抽取须写明理由；原来的结果仍会保留。"),
            where=str(plan),
            advice=_("请填写重新抽取的理由。"),
        )
    seed = normal(seed)
    source = seed_source.strip() if seed else _("由系统随机生成")
    seed = seed or generated_seed()
    ranked = rank(list(pool), seed=seed)
    draw = Draw.objects.create(
        plan=plan, kind=kind, seed=seed, procedure=PROCEDURE, digest=pool_digest(list(pool)), wanted=wanted,
        drawn_by=actor, drawn_at=now, note=scope, seed_source=source, reason=reason.strip(),
    )  # fmt: skip
    entries = []
    for place in ranked:
        entry = pool[place.key]
        entry.draw, entry.rank, entry.key, entry.digest = draw, place.rank, place.key, place.digest
        entries.append(entry)
    DrawEntry.objects.bulk_create(entries, batch_size=500)
    detail = {
        "抽取内容": draw.get_kind_display(),
        "随机种子": seed,
        "count": len(entries),
        "抽取数量": wanted,
        "digest": draw.digest,
        "抽中": [entry.title for entry in entries[:wanted]],
        **({"reason": reason.strip()} if reason.strip() else {}),
    }
    record(actor=actor, action="inspections.draw", target=draw, detail=detail)
    return draw


def check(draw: Draw) -> Checked:
    """Repeat the draw from what is kept, and hold it against what was drawn."""
    entries = list(draw.entries.order_by("rank"))
    keys = [entry.key for entry in entries]
    again = rank(keys, seed=draw.seed)
    differing = tuple(
        entry.rank
        for entry, place in zip(entries, again, strict=True)
        if (entry.rank, entry.key, entry.digest) != (place.rank, place.key, place.digest)
    )
    pool = pool_digest(keys)
    return Checked(pool, pool == draw.digest, not differing, differing)


@transaction.atomic
def use_draw(
    draw: Draw, arrangement: Arrangement, *, actor: User, now: datetime, reason: str = ""
) -> list[Inspection]:
    """Arrange inspections for the units that were drawn and have none from this draw yet.

    Raises:
        DrawRefused: it drew inspectors, or all its units are arranged.
        PlanRefused: see `arrange`.
    """
    if draw.kind != Draw.Kind.UNITS:
        raise DrawRefused(_("这次抽取的是检查人员，不能据此安排单位。"), where=str(draw.plan))
    Draw.objects.select_for_update().get(pk=draw.pk)  # two at once would arrange every unit twice
    arranged = set(
        draw.inspections.exclude(state=Inspection.State.CANCELLED).values_list("unit_id", flat=True)
    )
    drawn = draw.entries.filter(rank__lte=draw.wanted).select_related("unit").order_by("rank")
    units = [entry.unit for entry in drawn if entry.unit_id not in arranged]
    if not units:
        raise DrawRefused(_("抽中的单位都已安排检查。"), where=str(draw.plan), advice=_("请到计划中查看。"))
    made = arrange(units, arrangement, plan=draw.plan, actor=actor, now=now, reason=reason, draw=draw)
    record(actor=actor, action="inspections.draw_use", target=draw, detail={"count": len(made)})
    return made

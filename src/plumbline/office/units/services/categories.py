"""The office words its own lists: types of units, sectors, kinds of systems."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.units.categories import forget
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Category

STEP = 10
FIELDS = ("group", "title", "state")


@transaction.atomic
def add_category(*, group: str, title: str, actor: User) -> Category:
    """Put a word at the end of a list.

    Raises:
        RegisterError: the list has it already.
    """
    title = _title(group, title)
    last = Category.objects.filter(group=group).aggregate(last=Max("ordinal"))["last"] or 0
    key = f"own_{secrets.token_hex(6)}"
    category = Category.objects.create(group=group, key=key, title=title, ordinal=last + STEP)
    record(
        actor=actor, action="categories.add", target=category, detail=changes({}, snapshot(category, *FIELDS))
    )
    forget()
    return category


@transaction.atomic
def rename_category(category: Category, *, title: str, actor: User) -> Category:
    """Word it otherwise; everything that bears it is called so from now on.

    Raises:
        RegisterError: the list has another one of that title.
    """
    category = _locked(category)
    title = _title(category.group, title, besides=category)
    before = snapshot(category, *FIELDS)
    category.title = title
    return _saved(category, before, action="categories.rename", actor=actor)


@transaction.atomic
def retire_category(category: Category, *, actor: User) -> Category:
    """Offer it no more; what bears it keeps it.

    Raises:
        RegisterError: it is the last one of its list.
    """
    category = _locked(category)
    others = Category.objects.filter(group=category.group, state=Category.State.ACTIVE)
    if not others.exclude(pk=category.pk).exists():
        raise RegisterError(
            _("“%(title)s”是这一分类中最后一个在用的项。") % {"title": category.title},
            advice=_("请先添加或恢复另一项。"),
        )
    before = snapshot(category, *FIELDS)
    category.state = Category.State.RETIRED
    return _saved(category, before, action="categories.retire", actor=actor)


@transaction.atomic
def restore_category(category: Category, *, actor: User) -> Category:
    """Offer a retired one again."""
    category = _locked(category)
    before = snapshot(category, *FIELDS)
    category.state = Category.State.ACTIVE
    return _saved(category, before, action="categories.restore", actor=actor)


@transaction.atomic
def shift_category(category: Category, *, by: int, actor: User) -> None:
    """Move it up (-1) or down (1) by one place; at the end of the list nothing happens."""
    rows = list(Category.objects.select_for_update().filter(group=category.group))
    place = next(place for place, row in enumerate(rows) if row.pk == category.pk)
    other = place + (1 if by > 0 else -1)
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for ordinal, row in enumerate(rows, start=1):
        row.ordinal = ordinal * STEP
    Category.objects.bulk_update(rows, ["ordinal"])
    detail = {"order": {"old": place + 1, "new": other + 1}}
    record(actor=actor, action="categories.shift", target=category, detail=detail)
    forget()


def _locked(category: Category) -> Category:
    return Category.objects.select_for_update().get(pk=category.pk)


def _title(group: str, title: str, *, besides: Category | None = None) -> str:
    title = " ".join(title.split())
    if not title or len(title) > 40:
        raise RegisterError(_("名称为空或超过 40 个字。"), advice=_("请填写简短的名称。"))
    rows = Category.objects.filter(group=group, title=title)
    if (rows.exclude(pk=besides.pk) if besides else rows).exists():
        raise RegisterError(
            _("这一分类中已有“%(title)s”。") % {"title": title},
            advice=_("如它已停用，请恢复使用；或换一个名称。"),
        )
    return title


def _saved(category: Category, before: dict[str, object], *, action: str, actor: User) -> Category:
    changed = changes(before, snapshot(category, *FIELDS))
    if changed:
        category.save()
        record(actor=actor, action=action, target=category, detail=changed)
        forget()
    return category

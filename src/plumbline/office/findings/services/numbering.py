"""Numbers of documents: 玉网信整改〔2026〕12号. No gap, no duplicate, also when two approve at once."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.findings.models import Counter, Notice, NumberSeries
from plumbline.office.findings.notice_defaults import notice_defaults
from plumbline.office.lib.revisions import demand_current

_FIELD = re.compile(r"\{([^{}]*)\}")
#: {year}, {number}, and {number:03} for a number of at least three digits
_NUMBER = re.compile(r"number(:0[1-9])?")
LARGEST = 99_999


class PatternRefused(PlumblineError):
    """A pattern would not give every document a number of its own."""


class NumberRefused(PlumblineError):
    """A number cannot be given, or the next one cannot be what was asked for."""


def demand_pattern(pattern: str) -> str:
    """The pattern, stripped.

    Raises:
        PatternRefused: the year or the number is missing, stands twice, or something else is in braces.
    """
    pattern = pattern.strip()
    fields = _FIELD.findall(pattern)
    strange = [field for field in fields if field != "year" and not _NUMBER.fullmatch(field)]
    rest = _FIELD.sub("", pattern)
    if strange or "{" in rest or "}" in rest:
        unknown = "{" + strange[0] + "}" if strange else pattern
        raise PatternRefused(
            _("编号规则中有不认识的内容“%(text)s”。") % {"text": unknown},
            advice=_("花括号内只能写 {year}（年份）、{number}（顺序号）或 {number:03}（补零到三位）。"),
        )
    if fields.count("year") != 1 or len(fields) != 2:
        raise PatternRefused(
            _("编号规则必须包含一个 {year} 和一个 {number}。"),
            advice=_("例如：示网信整改〔{year}〕{number}号。"),
        )
    return pattern


def number_text(pattern: str, *, year: int, number: int) -> str:
    """A number as the document shows it."""
    return pattern.format(year=year, number=number)


def series(key: str) -> NumberSeries:
    """A series; as it is shipped where nobody changed it yet.

    Raises:
        NumberRefused: no such series is shipped and none is saved.
    """
    saved = NumberSeries.objects.filter(key=key).first()
    if saved is not None:
        return saved
    shipped = next((one for one in notice_defaults().series if one.key == key), None)
    if shipped is None:
        raise NumberRefused(_("没有名为“%(key)s”的文号规则。") % {"key": key})
    return NumberSeries.objects.get_or_create(
        key=key, defaults={"title": shipped.title, "pattern": shipped.pattern}
    )[0]


def next_number(which: NumberSeries, *, year: int) -> int:
    """The number that the next document of that year will get, if nobody comes before."""
    last = Counter.objects.filter(series=which, year=year).values_list("last", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def take_number(key: str, *, year: int) -> str:
    """Give out the next number of a series; the counter stays locked until the caller's transaction ends.

    A transaction that fails gives its number back, because the counter is rolled back with it.

    Raises:
        NumberRefused: a document bears that number already, or the series is exhausted.
    """
    which = series(key)
    Counter.objects.get_or_create(series=which, year=year)
    counter = Counter.objects.select_for_update().get(series=which, year=year)
    # the pattern may have been changed while this waited for the lock
    which = NumberSeries.objects.get(pk=which.pk)
    counter.last += 1
    if counter.last > LARGEST:
        raise NumberRefused(_("“%(title)s”本年的顺序号已用完。") % {"title": which.title})
    text = number_text(which.pattern, year=year, number=counter.last)
    if Notice.objects.filter(number=text).exists():
        raise NumberRefused(
            _("文号“%(number)s”已被另一份文书使用。") % {"number": text},
            advice=_("请到“系统 > 文书与文号”修改编号规则，或调大下一个顺序号。"),
        )
    counter.save(update_fields=["last"])
    return text


@transaction.atomic
def change_series(
    *, key: str, pattern: str, following: int, year: int, actor: User, revision: int | None = None
) -> NumberSeries:
    """Change how documents are numbered, and from where on in a year.

    Args:
        following: the next number; never smaller than it is, for numbers that were given stay given.
        revision: the one that was looked at.

    Raises:
        PatternRefused: see `demand_pattern`; or another series writes its numbers the same way.
        NumberRefused: the next number would go down, or was given to a document already.
        Outdated: somebody else changed the series since.
    """
    which = NumberSeries.objects.select_for_update().get(pk=series(key).pk)
    demand_current(which, revision=revision)
    pattern = demand_pattern(pattern)
    Counter.objects.get_or_create(series=which, year=year)
    counter = Counter.objects.select_for_update().get(series=which, year=year)
    other = NumberSeries.objects.filter(pattern=pattern).exclude(pk=which.pk).first()
    if other is not None:
        raise PatternRefused(
            _("“%(title)s”已使用同样的编号规则，两种文书会得到相同的文号。") % {"title": other.title},
            advice=_("请使用不同的机关代字或文种代字。"),
        )
    if following <= counter.last:
        raise NumberRefused(
            _("下一个顺序号不能小于 %(least)d：此前的号码已经给出。") % {"least": counter.last + 1},
            advice=_("作废的文书保留其文号，号码不能重复使用。"),
        )
    text = number_text(pattern, year=year, number=following)
    if following > LARGEST or Notice.objects.filter(number=text).exists():
        raise NumberRefused(
            _("文号“%(number)s”已被使用，或超出范围。") % {"number": text},
            advice=_("请改用更大的顺序号，或修改编号规则。"),
        )
    before = snapshot(which, "pattern") | {"notice_following": counter.last + 1}
    which.pattern = pattern
    changed = changes(before, snapshot(which, "pattern") | {"notice_following": following})
    if changed:
        which.revision += 1
        which.save()
        counter.last = following - 1
        counter.save(update_fields=["last"])
        record(actor=actor, action="notices.numbering", target=which, detail=changed | {"year": year})
    return which

"""Whose plan a document is."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.kernel.plans.document import Organisation
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.units.models import Unit

#: what budget systems append to the name of an organisation itself, apart from its branches
SELF = "本级"


def match_unit(organisation: Organisation) -> Unit | None:
    """The registered unit with the document's code, name, or an alias; None where it is not clear."""
    if organisation.code:
        by_code = Unit.objects.filter(code=organisation.code).first()
        if by_code is not None:
            return by_code
    name = _bare(organisation.name)
    named = Unit.objects.filter(name=name).first() or _only(Unit.objects.filter(short_name=name))
    if named is not None:
        return named
    aliases = [_bare(alias.value) for alias in organisation.aliases]
    return _only(Unit.objects.filter(name__in=aliases) | Unit.objects.filter(short_name__in=aliases))


def create_unit(organisation: Organisation, *, actor: User) -> Unit:
    """Register the unit that a document names, in the caller's transaction.

    Raises:
        PlanError: the document names none, or its name does not fit.
    """
    name = _bare(organisation.name)
    if not name or len(name) > 128:
        raise PlanError(
            _("文件里的单位名称不能直接使用"),
            where=name[:40],
            advice=_("请先在“单位”页登记该单位，再选择它。"),
        )
    code = (organisation.code or "")[:32]
    unit = Unit.objects.create(name=name, short_name=_short(organisation, name), code=code)
    record(actor=actor, action="plans.unit_create", target=unit, detail={"name": name, "code": code})
    return unit


def _bare(name: str) -> str:
    return "".join(name.split()).removesuffix(SELF)


def _short(organisation: Organisation, name: str) -> str:
    """The longest of the short names that the document itself uses."""
    short = [_bare(a.value) for a in organisation.aliases if 0 < len(_bare(a.value)) < min(len(name), 33)]
    return max(short, key=len, default="")


def _only(units: QuerySet[Unit]) -> Unit | None:
    found = list(units.distinct()[:2])
    return found[0] if len(found) == 1 else None

"""Raising findings: one by one, or ten thousand of a scan; what was found before is found again."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.findings.models import Finding, FindingEvent, FindingFile
from plumbline.office.findings.services.blocks import BLOCK, blocks, update_in_blocks
from plumbline.office.findings.services.numbers import Numbers
from plumbline.office.findings.services.transitions import attach, move
from plumbline.office.units.models import Asset, System, Unit

#: what is told of a finding each time that it is found; the notice to the unit says what was seen last
_SEEN = ("detail", "basis", "advice")
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Raised:
    """What somebody or something found.

    Attributes:
        source_name: which tool, checklist or person within the source: "nessus".
        source_key: key of what raised it within its room.
        fingerprint: what makes it the same thing when the source finds it again (`fingerprint`); it
            should cover the source's name. "" where it never is the same thing.
        evidence_files: kept already, in the caller's transaction.
    """

    unit: Unit
    title: str
    severity: str
    detail: str = ""
    place: str = ""
    basis: str = ""
    advice: str = ""
    system: System | None = None
    asset: Asset | None = None
    source: str = Finding.Source.MANUAL
    source_name: str = ""
    source_key: str = ""
    fingerprint: str = ""
    evidence_files: Sequence[StoredFile] = ()

    @property
    def key(self) -> _Key:
        return self.unit.pk, str(self.source), self.fingerprint


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many rows.

    Attributes:
        raised, seen_again, reopened: how many findings of each.
        ids: the finding of each row, in the order of the rows.
        raised_ids: those that are new.
    """

    raised: int
    seen_again: int
    reopened: int
    ids: tuple[int, ...]
    raised_ids: tuple[int, ...]


def fingerprint(*parts: str) -> str:
    """SM3 over the parts, as 64 hexadecimal digits; width, case and outer blanks make no difference."""
    plain = [unicodedata.normalize("NFKC", part).strip().casefold() for part in parts]
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.new("sm3", content).hexdigest()


@transaction.atomic
def raise_finding(raised: Raised, *, actor: User | None, now: datetime, confirmed: bool = False) -> Finding:
    """Raise one finding, or find the one that is there again.

    The same unit, source and fingerprint: an open one was seen again; a closed one is opened again, with
    its history; one that was dismissed or accepted stays as it was decided.

    Args:
        confirmed: nobody needs to confirm it any more.
    """
    numbers = Numbers.locked(now=now)
    known = Finding.objects.select_for_update().filter(
        unit=raised.unit, source=raised.source, fingerprint=raised.fingerprint
    )
    found = known.first() if raised.fingerprint else None
    if found is None:
        finding = _new(raised, number=numbers.take(1)[0], actor=actor, now=now, confirmed=confirmed)
        finding.save()
        event = _raising(finding, actor=actor, now=now)
        event.save()
        attach(finding, raised.evidence_files, role=FindingFile.Role.EVIDENCE, event=event)
        detail = {"severity": finding.get_severity_display(), "unit": str(raised.unit)}
        record(actor=actor, action="findings.raise", target=finding, detail=detail)
        return finding
    if found.state == Finding.State.CLOSED:
        move(
            finding=found, act="reopen", actor=actor, now=now, files=raised.evidence_files,
            to=_first_state(confirmed), due_on=None, fields=_afresh(found, raised, now),
            note=_former(found, raised),
        )  # fmt: skip
        return found
    found.last_seen_at = now
    found.save(update_fields=["last_seen_at"])
    attach(found, raised.evidence_files, role=FindingFile.Role.EVIDENCE, event=None)
    return found


@transaction.atomic
def raise_many(
    rows: Iterable[Raised], *, actor: User | None, now: datetime, confirmed: bool = False
) -> Outcome:
    """The same for many rows, with one audit record. Two rows with one fingerprint are one finding."""
    wanted = list(rows)
    numbers = Numbers.locked(now=now)
    known = _known(wanted)
    fresh: dict[_Key | int, Raised] = {}
    for place, row in enumerate(wanted):
        if not row.fingerprint or row.key not in known:
            fresh.setdefault(row.key if row.fingerprint else place, row)
    made = _create(list(fresh.values()), numbers=numbers, actor=actor, now=now, confirmed=confirmed)
    ids_of = dict(zip(fresh, (one.pk for one in made), strict=True))
    ids_of |= {key: finding.pk for key, finding in known.items()}
    closed = {key: one for key, one in known.items() if one.state == Finding.State.CLOSED}
    latest = {row.key: row for row in wanted}
    _reopen([(one, latest[key]) for key, one in closed.items()], actor=actor, now=now, confirmed=confirmed)
    _see_again([one.pk for key, one in known.items() if key not in closed], now=now)
    outcome = Outcome(
        raised=len(made),
        seen_again=len(known) - len(closed),
        reopened=len(closed),
        ids=tuple(ids_of[row.key if row.fingerprint else n] for n, row in enumerate(wanted)),
        raised_ids=tuple(one.pk for one in made),
    )
    if wanted:
        detail = {
            "count": len(wanted), "raised": outcome.raised, "seen_again": outcome.seen_again,
            "reopened": outcome.reopened, "finding_source": wanted[0].source,
            "source_name": wanted[0].source_name,
        }  # fmt: skip
        record(actor=actor, action="findings.raise_many", detail=detail)
    return outcome


def _first_state(confirmed: bool) -> Finding.State:
    return Finding.State.CONFIRMED if confirmed else Finding.State.NEW


def _new(raised: Raised, *, number: str, actor: User | None, now: datetime, confirmed: bool) -> Finding:
    return Finding(
        number=number, unit=raised.unit, system=raised.system, asset=raised.asset,
        state=_first_state(confirmed), severity=raised.severity, title=raised.title[:200],
        detail=raised.detail, place=raised.place[:300], basis=raised.basis, advice=raised.advice,
        source=raised.source, source_name=raised.source_name[:60], source_key=raised.source_key[:60],
        fingerprint=raised.fingerprint, raised_at=now, raised_by=actor, last_seen_at=now,
    )  # fmt: skip


def _raising(finding: Finding, *, actor: User | None, now: datetime) -> FindingEvent:
    return FindingEvent(finding=finding, at=now, actor=actor, act="raise", after=finding.state)


def _afresh(finding: Finding, raised: Raised, now: datetime) -> dict[str, object]:
    """What a finding that came back starts with: what was seen now, no deadline and no reply of before."""
    return {
        **{name: getattr(raised, name) or getattr(finding, name) for name in _SEEN},
        "last_seen_at": now,
        "reopened": finding.reopened + 1,
        "first_due_on": None,
        "replied_at": None,
        "source_key": raised.source_key[:60] or finding.source_key,
    }


def _former(finding: Finding, raised: Raised) -> str:
    """What was seen the time before, for the history; "" where it was the same, or nothing."""
    if not finding.detail or raised.detail in ("", finding.detail):
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return _("上次发现时的描述：%(text)s") % {"text": finding.detail}


def _known(wanted: Sequence[Raised]) -> dict[_Key, Finding]:
    """Findings that are there already, locked, by unit, source and fingerprint."""
    prints = sorted({row.fingerprint for row in wanted if row.fingerprint})
    keys = {row.key for row in wanted}
    known: dict[_Key, Finding] = {}
    for block in blocks(prints):
        found = Finding.objects.select_for_update().filter(fingerprint__in=block).order_by("pk")
        known |= {
            (one.unit_id, one.source, one.fingerprint): one
            for one in found
            if (one.unit_id, one.source, one.fingerprint) in keys
        }
    return known


def _create(
    rows: Sequence[Raised], *, numbers: Numbers, actor: User | None, now: datetime, confirmed: bool
) -> list[Finding]:
    if not rows:
        return []
    given = numbers.take(len(rows))
    made = Finding.objects.bulk_create(
        [
            _new(row, number=number, actor=actor, now=now, confirmed=confirmed)
            for row, number in zip(rows, given, strict=True)
        ],
        batch_size=BLOCK,
    )
    FindingEvent.objects.bulk_create(
        [_raising(finding, actor=actor, now=now) for finding in made], batch_size=BLOCK
    )
    FindingFile.objects.bulk_create(
        FindingFile(finding=finding, role=FindingFile.Role.EVIDENCE, file=file, title=file.name[:200])
        for finding, row in zip(made, rows, strict=True)
        for file in row.evidence_files
    )
    return made


def _reopen(
    pairs: Sequence[tuple[Finding, Raised]], *, actor: User | None, now: datetime, confirmed: bool
) -> None:
    events, state = [], _first_state(confirmed)
    for finding, raised in pairs:
        events.append(
            FindingEvent(
                finding=finding, at=now, actor=actor, act="reopen", before=finding.state, after=state,
                round=finding.rounds, note=_former(finding, raised),
            )
        )  # fmt: skip
        for name, value in _afresh(finding, raised, now).items():
            setattr(finding, name, value)
        finding.state, finding.closed_at, finding.closing, finding.due_on = state, None, "", None
        finding.revision += 1
    changed = (
        "state", "closed_at", "closing", "due_on", "first_due_on", "replied_at", "last_seen_at", "reopened",
        "source_key", "revision", *_SEEN,
    )  # fmt: skip
    Finding.objects.bulk_update([finding for finding, _row in pairs], changed, batch_size=BLOCK // 5)
    FindingEvent.objects.bulk_create(events, batch_size=BLOCK)


def _see_again(ids: Sequence[int], *, now: datetime) -> None:
    update_in_blocks(ids, last_seen_at=now)

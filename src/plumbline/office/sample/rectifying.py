"""From finding to notice to rectification: what becomes of each of the sample's findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from plumbline.office.findings.models import Escalation, Finding, Notice
from plumbline.office.findings.services import accepting, correcting, extending, notices, rectifying
from plumbline.office.findings.services.drafting import draft_notices
from plumbline.office.findings.services.escalating import escalate, finish_escalation
from plumbline.office.findings.services.letters import fingerprint
from plumbline.office.findings.services.notifying import assign
from plumbline.office.findings.services.raising import Raised
from plumbline.office.inspections.services.visits import raise_from_item
from plumbline.office.sample.county import County
from plumbline.office.sample.diary import Act, at, workdays_after
from plumbline.office.sample.papers import paper

#: how far a notice goes that is not sent
_STAGES = ("draft", "submitted", "approved", "sealed", "sent", "received")


@dataclass
class Case:
    """The findings of one inspection, report or person, and the notices about them.

    Attributes:
        row: of the description: `fates` by key, `notices`, and how the findings came to be.
        texts: by key: [what was wrong, what was done about it].
    """

    county: County
    name: str
    row: dict[str, Any]
    texts: dict[str, list[str]]

    def plan(self) -> None:
        """Put everything into the diary."""
        diary = self.county.diary
        raised = self.row.get("raised")
        if raised:
            diary.add(at(raised, "11:40"), self._raise)
        for key, fate in self.row["fates"].items():
            steps = [step.split() for step in fate.split(",") if step.strip()]
            names = [step[0] for step in steps]
            if names[:1] not in (["new"], ["dismiss"]):
                day = date.fromisoformat(self.row["confirmed"])
                diary.add(at(day, "16:30"), self._step(key, ["confirm", ""]))
            for step in steps:
                self._plan_step(key, step)
        for notice in self.row.get("notices", ()):
            self._plan_notice(notice)

    def _plan_step(self, key: str, step: list[str]) -> None:
        act = step[0]
        if act == "new":
            return
        clock = {"pass": "15:10", "return": "15:40", "reply": "10:20"}.get(act, "14:00")
        self.county.diary.add(at(step[1], clock), self._step(key, step))
        if act in ("extend", "refuse"):
            self.county.diary.add(at(workdays_after(step[1], 1), "09:50"), self._decide(key, act == "extend"))
        if act == "accept":
            self.county.diary.add(at(workdays_after(step[1], 2), "10:40"), self._approve_acceptance(key))

    def _finding(self, key: str) -> Finding:
        return self.county.findings[(self.name, key)]

    def _unit(self, finding: Finding) -> str:
        names = {unit.pk: name for name, unit in self.county.register.units.items()}
        return names[finding.unit_id]

    def _raise(self, now: datetime) -> None:
        staff = self.county.people.staff
        if "by_hand" in self.row:
            for key, given in self.row["by_hand"].items():
                unit = self.county.unit(self.row["unit"])
                title, severity, place, advice = given
                raised = Raised(
                    unit=unit, title=title, severity=severity, place=place, advice=advice,
                    detail=self.texts[key][0],
                )  # fmt: skip
                upload = paper(title, self.texts[key][0], name="问题截图说明")
                self.county.findings[(self.name, key)] = correcting.raise_by_hand(
                    raised, uploads=[upload], actor=staff, now=now, confirmed=False
                )
            return
        inspection = self.county.inspections[self.name]
        items = {item.key: item for item in inspection.checklist.items.all()} if inspection.checklist else {}
        for key in self.row["fates"]:
            self.county.findings[(self.name, key)] = raise_from_item(
                inspection, items[key], actor=staff, now=now
            )

    def _step(self, key: str, step: list[str]) -> Act:
        people = self.county.people
        act, rest = step[0], step[2:]

        def run(now: datetime) -> None:
            finding = self._finding(key)
            unit = self._unit(finding)
            speaker, staff = self.county.speaker(unit), people.staff
            match act:
                case "confirm":
                    correcting.confirm(finding=finding, actor=staff, now=now)
                case "dismiss":
                    correcting.dismiss(finding=finding, actor=staff, now=now, reason=self._words(key, act))
                case "assign":
                    assign(
                        finding=finding, due_on=date.fromisoformat(rest[0]), actor=staff, now=now,
                        note="当面交办，要求限期整改。",
                    )  # fmt: skip
                case "reply":
                    done = self._done(key)
                    upload = paper(f"{unit}整改佐证", finding.title, done, name=f"整改佐证 {finding.number}")
                    rectifying.reply(finding=finding, actor=speaker, now=now, note=done, uploads=[upload])
                case "pass":
                    rectifying.pass_recheck(finding=finding, actor=staff, now=now, note=_passed(key))
                case "return":
                    rectifying.return_recheck(
                        finding=finding, actor=staff, now=now, due_on=date.fromisoformat(rest[0]),
                        note=self._words(key, act),
                    )  # fmt: skip
                case "extend" | "refuse" | "ask":
                    extending.ask_extension(
                        finding=finding,
                        until=date.fromisoformat(rest[0]),
                        reason=self._words(key, act),
                        actor=speaker,
                        now=now,
                    )
                case "accept" | "ask_acceptance":
                    accepting.ask_acceptance(
                        finding=finding, expires_on=date.fromisoformat(rest[0]), actor=staff, now=now,
                        reason=self._words(key, act), safeguards=self._words(key, "safeguards"),
                    )  # fmt: skip
                case "reminder" | "talk" | "second_notice" | "referral":
                    self._escalated(finding, act, now)
                case "comment":
                    correcting.comment(finding=finding, actor=speaker, now=now, note=self._words(key, act))

        return run

    def _escalated(self, finding: Finding, step: str, now: datetime) -> None:
        row = finding.escalations.get(step=step, state=Escalation.State.DUE)
        liaison = self.county.register.liaison(self._unit(finding))
        notes = {
            "reminder": f"电话联系{liaison}，答复正在组织整改，一周内报送。",
            "talk": "约谈单位分管负责人，要求主要负责人督办，十日内整改到位并书面说明。",
        }
        finish_escalation(
            escalation=row, note=notes.get(step, "已按程序办理。"), actor=self.county.people.staff, now=now
        )

    def _decide(self, key: str, granted: bool) -> Act:
        words = "情况属实，同意延期。" if granted else "理由不充分，请按原期限完成整改。"

        def run(now: datetime) -> None:
            extension = self._finding(key).extensions.get(state="asked")
            extending.decide_extension(
                extension=extension, granted=granted, decision=words, actor=self.county.people.staff, now=now
            )

        return run

    def _approve_acceptance(self, key: str) -> Act:
        def run(now: datetime) -> None:
            acceptance = self._finding(key).acceptances.get(state="asked")
            accepting.decide_acceptance(
                acceptance=acceptance, approved=True, decision="同意，到期前重新评估。",
                actor=self.county.people.leader, now=now,
            )  # fmt: skip

        return run

    def _words(self, key: str, act: str) -> str:
        """What is said at an act on a finding: each its own, for a reason fits one finding only."""
        said: dict[str, dict[str, str]] = self.row["words"]
        return said[key][act]

    def _done(self, key: str) -> str:
        return self.texts[key][1]

    def _plan_notice(self, row: dict[str, Any]) -> None:
        stage = _STAGES.index(row.get("stage", "received"))
        day = row["drafted"]
        steps: list[tuple[datetime, Callable[[Notice, datetime], object]]] = [
            (at(day, "17:00"), lambda _notice, now: self._draft(row, now)),
            (at(day, "17:20"), self._submit),
            (at(workdays_after(day, 1), "09:20"), self._approve),
            (at(workdays_after(day, 1), "14:00"), self._seal),
            (at(workdays_after(day, 1), "15:30"), self._send),
            (at(workdays_after(day, 2), "10:00"), self._receive),
        ]
        for moment, act in steps[: stage + 1]:
            self.county.diary.add(moment, self._with_notice(act, row))
        if "withdrawn" in row:
            withdraw = self._withdrawing(row["reason"])
            self.county.diary.add(at(row["withdrawn"], "11:00"), self._with_notice(withdraw, row))

    def _with_notice(self, act: Callable[[Any, datetime], object], row: dict[str, Any]) -> Act:
        name = self._notice_name(row)
        return lambda now: act(self.county.notices.get(name), now)

    def _notice_name(self, row: dict[str, Any]) -> str:
        return f"{self.name} {row['drafted']}"

    def _draft(self, row: dict[str, Any], now: datetime) -> None:
        kind = Notice.Kind(row.get("kind", "rectify"))
        wanted = row.get("keys") or list(self.row["fates"])
        found = [self._finding(key) for key in wanted]
        fit = (Finding.State.NOTIFIED, Finding.State.RETURNED)
        states = fit if kind == Notice.Kind.SECOND else (Finding.State.CONFIRMED,)
        for finding in found:
            finding.refresh_from_db()
        drafted = draft_notices(
            findings=[f for f in found if f.state in states], kind=kind, actor=self.county.people.staff,
            now=now, due_on=date.fromisoformat(row["due"]),
        )  # fmt: skip
        [self.county.notices[self._notice_name(row)]] = drafted.notices

    def _submit(self, notice: Notice, now: datetime) -> None:
        notices.submit(notice=notice, actor=self.county.people.staff, now=now)

    def _approve(self, notice: Notice, now: datetime) -> None:
        notices.approve(
            notice=notice, seen=fingerprint(notice, now=now), actor=self.county.people.leader, now=now,
            note="同意。",
        )  # fmt: skip

    def _seal(self, notice: Notice, now: datetime) -> None:
        notices.seal(
            notice=notice, scan=None, sealer="王悦", on=now.date(), actor=self.county.people.staff, now=now
        )

    def _send(self, notice: Notice, now: datetime) -> None:
        unit = self._unit_of(notice)
        how = Notice.Sending.PORTAL if unit in self.county.people.liaisons else Notice.Sending.PAPER
        notices.send(notice=notice, how=how, on=now.date(), actor=self.county.people.staff, now=now)

    def _receive(self, notice: Notice, now: datetime) -> None:
        unit = self._unit_of(notice)
        if unit in self.county.people.liaisons:
            notices.receive(notice=notice, actor=self.county.people.liaisons[unit], now=now)
            return
        notices.record_receipt(
            notice=notice, receiver=self.county.register.liaison(unit), on=now.date(), scan=None,
            actor=self.county.people.staff, now=now,
        )  # fmt: skip

    def _withdrawing(self, reason: str) -> Callable[[Notice, datetime], object]:
        leader = self.county.people.leader
        return lambda notice, now: notices.withdraw(notice=notice, reason=reason, actor=leader, now=now)

    def _unit_of(self, notice: Notice) -> str:
        names = {unit.pk: name for name, unit in self.county.register.units.items()}
        return names[notice.unit_id]


def _passed(key: str) -> str:
    """Words that fit any re-check."""
    words = (
        "查看佐证材料并到场核对，整改到位。",
        "核对佐证材料并抽查，问题已消除。",
        "按原检查方法复查，已符合要求。",
    )
    return words[sum(key.encode()) % len(words)]


def watch(county: County, *, first: date, last: date) -> None:
    """The chores of the clock on three days a week: what became overdue, what expired."""

    def chores(now: datetime) -> None:
        accepting.expire(now)
        escalate(now)

    day = first
    while day <= last:
        if day.weekday() in (0, 2, 4):
            county.diary.add(at(day, time(0, 30).isoformat("minutes")), chores)
        day += timedelta(days=1)

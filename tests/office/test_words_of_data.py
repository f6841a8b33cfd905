"""Words that data files hold are shown to the translator."""

from __future__ import annotations

import tomllib

from plumbline.office.findings import rules
from plumbline.office.findings import words as findings_words
from plumbline.office.targets.measuring import suggesting
from plumbline.office.targets.measuring import words as measuring_words


def test_every_step_of_escalation_can_be_read_in_english():
    texts = {text for step in rules.steps() for text in (step.title, step.text, step.who)}
    assert texts == set(findings_words.STEPS)


def test_every_reason_why_an_indicator_is_not_computed_can_be_read_in_english():
    data = tomllib.loads(suggesting.DATA.read_text("utf-8"))
    texts = {data["boundary"]["reason"], data["satisfaction"]["reason"]}
    texts |= {row[key] for row in data["later"] for key in ("reason", "advice")}
    assert texts == set(measuring_words.REASONS)

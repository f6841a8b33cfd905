"""A description that speaks of something else than the name."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, by_project, field_line, name_line, target_line
from plumbline.kernel.plans.wording import bare, bigrams, ends, has

#: what a name measures, by its end -> (words that fit its description, words that speak of something else)
_SUBJECTS = {
    "cost_name": ("cost", ("negated_noun", "satisfaction_head", "promptness")),
    "satisfaction_head": ("satisfaction", ("negated_noun", "cost_name", "promptness")),
}


def is_unrelated(indicator: Indicator) -> bool:
    """The name ends in cost or satisfaction; the description speaks of something else and shares no word."""
    name, description = bare(indicator.level3), bare(indicator.description)
    if not name or not description or bigrams(name) & bigrams(description):
        return False
    return any(
        ends(kind, name)
        and not has(fitting, description)
        and any(has(other, description) for other in others)
        for kind, (fitting, others) in _SUBJECTS.items()
    )


@rule(
    id="desc-unrelated",
    severity="error",
    title="描述与指标无关",
    why="描述说明指标怎么算；描述说的是另一件事，指标就无法核算。",
    mend="按指标的含义重写描述：统计什么、怎么计算、基数是什么。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a project."""
    for found in by_project(document):
        wrong = [i for i in found if is_unrelated(i)]
        if wrong:
            fields = ((name_line(i), field_line(i, "description"), target_line(i)) for i in wrong)
            said = "；".join(dict.fromkeys(f"“{i.level3}”（{i.description}）{i.target.raw}" for i in wrong))
            message = f"{said}：描述与指标名称无关"
            yield Finding("desc-unrelated", "error", at(*(n for f in fields for n in f)), message)

"""Who the plan belongs to: the office's full name, its short forms, its code and departments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from plumbline.kernel.plans.document import Organisation, ProjectStatement, Text
from plumbline.kernel.plans.layouts.county_rows import clean
from plumbline.kernel.plans.source import Line

_ENDING = r"(?:办公室|委员会|委办|信办|党校|管理局|中心|联合会|总工会|局|委|办|部|院|站|室|镇|乡|街道|政府)"
_LABEL = re.compile(r"^\s*(?P<code>\d{3,12})?\s*[-—－:：]?\s*(?P<name>\S.*?)\s*$", re.DOTALL)
_OWN_LEVEL = re.compile(r"(?:[（(](?:本级|机关)[)）]|本级|（?机关本级）?)\s*$")
_INTRODUCED = re.compile(
    rf"^\s*(?P<name>[\u4e00-\u9fff（）()]{{4,40}}?{_ENDING})\s*(?:[（(](?:以下)?简称[^）)]*[)）])?\s*[，,]?\s*(?:为|是|系|属)"
)
_SHORT = re.compile(r"(?:以下)?简称[:：为]?\s*[“\"「]?(?P<name>[\u4e00-\u9fff]{2,20})[”\"」]?")
_HEADED = re.compile(
    rf"^\s*(?:关于)?(?P<name>[\u4e00-\u9fff]{{3,40}}?{_ENDING})\s*[（(]?20\d\d年度?[)）]?[\u4e00-\u9fff]{{0,8}}(?:绩效|目标|预算)"
)
_BOUNDARY_BEFORE = re.compile(r"(?:中共|省委?|市委?|县委?|区委?|旗委?|州委?|委员会|政府)$")
_BOUNDARY = re.compile(r"^(?:[省市县区旗州](?:委|政府|人民政府|[\u4e00-\u9fff]))")
#: another body of the same name at another level (市网信办, 中央网信办)
_OTHER_BODY = "省市州央国部级"
_ABBREVIATED = re.compile(
    r"(?P<head>[县市区旗州]委?)(?P<rest>[\u4e00-\u9fff]{2,8}?(?:局|办|部|委|中心|院))(?![\u4e00-\u9fff]?(?:党组|系统|机关党))"
)
_RANK = re.compile(r"机构规格(?:为|是|[:：])?\s*(?P<rank>[\u4e00-\u9fff]{1,3}?[处科厅股]级(?:单位)?)")
_COUNT = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_DEPARTMENTS = re.compile(
    rf"内设(?:机构|科室|股室)?\s*(?P<count>{_COUNT})?\s*个?\s*(?:内设)?(?:职能)?"
    r"(?:科室|机构|股室|处室|室|部门|科|股)?(?:\s*[，,]?\s*(?:分别为|分别是|即|为|是|包括))?\s*[:：]?\s*(?P<names>[^。；;]+)"
)


def read_organisation(
    prose: Sequence[Line], tables: Sequence[ProjectStatement], labels: Sequence[Text]
) -> Organisation:
    """The organisation as prose and tables name it; an empty name where neither does.

    Args:
        prose: the lines outside the tables.
        tables: the tables' statements, for the codes.
        labels: the tables' unit cells.
    """
    label, code, labelled = _label(labels)
    introduced = _first(_INTRODUCED, prose)
    headed = _first(_HEADED, prose)
    given = _first(_SHORT, prose, search=True)
    name = labelled or (introduced.value if introduced else "") or (headed.value if headed else "")
    names = dict.fromkeys(text.value for text in (headed, introduced, given) if text)
    names |= dict.fromkeys(_abbreviations(name, prose))
    names.pop(name, None)
    aliases = _aliases(name, list(names), prose)
    mentions = _mentions(name, aliases, prose, labels)
    rank = next((m for line in prose if (m := _RANK.search(line.text))), None)
    departments, declared = _departments(prose)
    return Organisation(
        name=name,
        aliases=aliases,
        code=code,
        mentions=mentions,
        label=label,
        division=_division(tables),
        rank=rank["rank"] if rank else None,
        departments=departments,
        declared_departments=declared,
    )


def _label(labels: Sequence[Text]) -> tuple[str | None, str | None, str]:
    """(unit cell, code, name without code and 本级) of the unit cell that the tables use most."""
    if not labels:
        return None, None, ""
    text = Counter(label.value for label in labels).most_common(1)[0][0]
    match = _LABEL.match(text)
    if not match:
        return text, None, ""
    name = _OWN_LEVEL.sub("", match["name"]).strip()
    return text, match["code"], name if re.search(r"[\u4e00-\u9fff]{2}", name) else ""


def _first(pattern: re.Pattern[str], lines: Sequence[Line], *, search: bool = False) -> Text | None:
    for line in lines:
        text = clean(line.text)
        match = pattern.search(text) if search else pattern.match(text)
        if match:
            return Text(match["name"], (line.number,))
    return None


def _aliases(name: str, given: Sequence[str], prose: Sequence[Line]) -> tuple[Text, ...]:
    """Given short forms, and the endings of them that the prose uses on their own."""
    forms: dict[str, None] = dict.fromkeys(given)
    for long in [*given, name]:
        for cut in range(1, len(long) - 2):
            ending = long[cut:]
            if len(ending) >= 3 and (_BOUNDARY.match(ending) or _BOUNDARY_BEFORE.search(long[:cut])):
                forms.setdefault(ending, None)
    found = []
    longer = [name, *sorted(forms, key=len, reverse=True)]
    for form in forms:
        line = next((line for line in prose if _stands_alone(form, line.text, longer)), None)
        if line:
            found.append(Text(form, (line.number,)))
    return tuple(sorted(found, key=lambda text: -len(text.value)))


def _abbreviations(name: str, prose: Sequence[Line]) -> list[str]:
    """Short forms that leave out characters: 县市场监管局 of 某县市场监督管理局, 县卫健局, 县委网信办."""
    found: dict[str, None] = {}
    for line in prose:
        for match in _ABBREVIATED.finditer(clean(line.text)):
            own = name.find(match["head"])
            if own >= 0 and _is_abbreviation(match["rest"], name[own + len(match["head"]) :]):
                found.setdefault(match[0], None)
    return list(found)


def _is_abbreviation(short: str, long: str) -> bool:
    """The characters of `short` stand in `long` in this order, from its first on, some left out."""
    rest = iter(long)
    return short[0] == long[:1] and short not in long and all(character in rest for character in short)


def _stands_alone(form: str, text: str, longer: Sequence[str]) -> bool:
    return any(True for _ in _places(form, text, longer))


def _places(form: str, text: str, longer: Sequence[str]) -> list[int]:
    """Where a form stands that is not the end of a longer form or of another body's name."""
    places = []
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        inside = any(
            other != form
            and form in other
            and text[start - (at := other.find(form)) : start - at + len(other)] == other
            and start >= at
            for other in longer
        )
        before = text[start - 1] if start else ""
        titled = text.rfind("《", 0, start) > text.rfind("》", 0, start)  # 《县级融媒体中心考核办法》
        if (
            not inside
            and not titled
            and before not in tuple(_OTHER_BODY)
            and not _goes_on(form, text[end : end + 3])
        ):
            places.append(start)
        start = text.find(form, end)
    return places


def _goes_on(form: str, after: str) -> bool:
    """委员会 before 办公室 is another body."""
    return after.startswith("办公室") and not form.endswith("办公室")


def _mentions(
    name: str, aliases: Sequence[Text], prose: Sequence[Line], labels: Sequence[Text]
) -> tuple[Text, ...]:
    forms = [form for form in (name, *(alias.value for alias in aliases)) if form]
    places = [
        (line.number, at, form)
        for line in prose
        for form in forms
        if form in line.text
        for at in _places(form, line.text, forms)
    ]
    places += [(label.lines[0], 0, label.value) for label in labels if label.lines]
    return tuple(Text(form, (number,)) for number, _, form in sorted(places))


def _division(tables: Sequence[ProjectStatement]) -> str | None:
    """The first six digits that all project codes share, where they have the form of a division code."""
    found = Counter(
        match[0]
        for table in tables
        if (match := re.match(r"[1-6]\d{5}", (table.code or "").replace(" ", "")))
    )
    return found.most_common(1)[0][0] if found else None


def _departments(prose: Sequence[Line]) -> tuple[tuple[Text, ...], int | None]:
    from plumbline.kernel.plans.layouts.county_prose import whole

    for line in prose:
        match = _DEPARTMENTS.search(line.text)
        if match and ("、" in match["names"] or match["count"]):
            names = [
                part.strip(" ：:") for part in re.split(r"[、，,]|(?<=[科室股处部队])[和及]", match["names"])
            ]
            kept = tuple(Text(part, (line.number,)) for part in names if 2 <= len(part) <= 24)
            return kept, whole(match["count"]) if match["count"] else None
    return (), None

"""A statement, or the document, that breaks off."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, start, statements
from plumbline.kernel.plans.wording import plain


def _last_line(document: PlanDocument, statement: ProjectStatement) -> int | None:
    """The last line of the statement that has any text."""
    source = document.source.lines
    lines = (n for n in statement.lines if 1 <= n <= len(source) and plain(source[n - 1].text))
    return max(lines, default=None) or start(statement)


def _is_unclosed(text: str) -> bool:
    """Whether a book title or a bracket is open at the end of the text."""
    return text.rfind("《") > text.rfind("》") or text.rfind("（") > max(text.rfind("）"), text.rfind(")"))


def breaks_off(statement: ProjectStatement) -> bool:
    """Whether the statement ends before its end; prose with its basis may lack the full stop."""
    if statement.origin == "table":
        return not statement.complete
    ending = statement.raw.rstrip()[-1:]
    open_end = bool(ending) and (ending in "；;，,、：:" or _is_unclosed(statement.raw[-80:]))
    return open_end or (not statement.complete and not statement.basis)


def _lacking(statement: ProjectStatement) -> str:
    if statement.origin == "text":
        return "" if statement.basis else "，缺指标依据"
    last = statement.indicators[-1] if statement.indicators else None
    if last is None or last.target.kind != "empty":
        return ""
    fields = [("描述", last.description), ("指标值", last.target.raw), ("依据", last.basis)]
    return f"，“{last.level3 or last.level2}”缺{'、'.join(n for n, v in fields if not v)}"


@rule(
    id="truncated",
    severity="error",
    title="内容中断",
    why="中断处之后的指标、依据不在文件里，审核和自评都没有依据。",
    mend="向报送单位索取完整文件，补齐中断处之后的内容。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement; for a document that breaks off outside them, its last line."""
    broken = [s for s in statements(document) if breaks_off(s)]
    for statement in broken:
        lines = at(_last_line(document, statement))
        message = f"项目“{statement.name}”的{'文字' if statement.origin == 'text' else '表'}在此中断"
        yield Finding("truncated", "error", lines, message + _lacking(statement))
    if not document.complete and not broken:
        last = next((ln.number for ln in reversed(document.source.lines) if plain(ln.text)), None)
        yield Finding("truncated", "error", at(last), "文件在此中断")

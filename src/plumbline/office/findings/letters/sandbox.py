"""What a template's placeholders may do: name a word, walk a list, ask whether a word is filled. No more.

Whoever may upload a template must not thereby run programs or fill the machine's memory. So the parsed
template is held against a short list of what is allowed, before Jinja's own sandbox runs it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plumbline.kernel.errors import PlumblineError
from plumbline.office.findings.letters.placeholders import ITEM_NAMES, LISTS, NAMES

_HARMLESS = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)
#: a list within a list would draw many thousand copies out of a few findings
_DEEPEST = 1
#: characters of the document that all loops of a part may repeat for each entry, a word counted as 200
_LARGEST_BODY = 100_000
_WORD = 200
#: the long text of the whole document is not repeated for each entry
_NOT_IN_LOOPS = frozenset({"正文"})
_LOOP = frozenset({"index", "first", "last", "length"})


class TemplateRefused(PlumblineError):
    """A template is damaged, or holds what a template may not hold."""


def known_words() -> str:
    """All words, for the advice beside a refusal."""
    return "、".join([*sorted(NAMES), *sorted(LISTS), *(f"问题.{name}" for name in sorted(ITEM_NAMES))])


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for letters: escapes XML, knows only the words, refuses everything else by name."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Every way to a compiled template leads through here."""
        tree = super()._parse(source, name, filename)
        _demand(tree, {}, 0)
        _demand_small_loops(tree)
        return tree


def _demand(node: nodes.Node, loops: dict[str, frozenset[str]], depth: int) -> None:
    """Raises TemplateRefused unless the node and all below it are allowed."""
    if not isinstance(node, _HARMLESS):
        raise TemplateRefused(
            _("模板里有不允许的写法：%(kind)s。") % {"kind": type(node).__name__},
            advice=_("模板中只能写占位符、for 循环和 if 判断，不能调用函数、过滤器或计算。"),
        )
    if isinstance(node, nodes.For):
        _demand_loop(node, loops, depth)
        return
    if isinstance(node, nodes.Getattr):
        _demand_attribute(node, loops)
        return
    if isinstance(node, nodes.Name) and node.name not in NAMES | LISTS.keys() | loops.keys() | {"loop"}:
        raise unknown(node.name)
    for child in node.iter_child_nodes():
        _demand(child, loops, depth)


def _demand_loop(node: nodes.For, loops: dict[str, frozenset[str]], depth: int) -> None:
    source, target = node.iter, node.target
    if not isinstance(source, nodes.Name) or source.name not in LISTS or not isinstance(target, nodes.Name):
        raise TemplateRefused(
            _("for 循环只能遍历“%(lists)s”。") % {"lists": "、".join(LISTS)},
            advice=_("例如：{%tr for 问题 in 问题清单 %} …… {%tr endfor %}。"),
        )
    if depth >= _DEEPEST or node.recursive:
        raise TemplateRefused(_("for 循环嵌套过深。"), advice=_("请只用一层循环列出问题。"))
    inner = {**loops, target.name: LISTS[source.name]}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        _demand(child, inner, depth + 1)


def _demand_small_loops(tree: nodes.Template) -> None:
    """Raises TemplateRefused where loops repeat so much that a few hundred findings would fill the memory."""
    size = 0
    for loop in tree.find_all(nodes.For):
        size += sum(len(text.data) for text in loop.find_all(nodes.TemplateData))
        words = list(loop.find_all(nodes.Name))
        size += _WORD * len(words)
        if any(word.name in _NOT_IN_LOOPS for word in words):
            raise TemplateRefused(_("for 循环中不能重复整篇正文。"), advice=_("请把“正文”移到循环之外。"))
    if size > _LARGEST_BODY:
        raise TemplateRefused(
            _("for 循环中的内容过多，生成的文书会异常庞大。"),
            advice=_("请精简循环中的文字和格式，每个问题只列一行。"),
        )


def _demand_attribute(node: nodes.Getattr, loops: dict[str, frozenset[str]]) -> None:
    owner: Any = node.node
    if not isinstance(owner, nodes.Name):
        raise TemplateRefused(_("占位符中只能写一个点：%(name)s。") % {"name": f"….{node.attr}"})
    known = _LOOP if owner.name == "loop" and loops else loops.get(owner.name)
    if known is None or node.attr not in known:
        raise unknown(f"{owner.name}.{node.attr}")


def unknown(name: str) -> TemplateRefused:
    """The refusal of a word that nothing stands for."""
    return TemplateRefused(
        _("模板里有不认识的占位符“%(name)s”。") % {"name": name},
        advice=_("可用的占位符：%(words)s。") % {"words": known_words()},
    )

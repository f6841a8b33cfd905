"""系统 > 文书与文号: who issues, how documents are numbered, and the templates they are drawn from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.findings.forms.notices import LetterheadForm, SeriesForm
from plumbline.office.findings.letters.drawing import DOCX, LARGEST, try_out
from plumbline.office.findings.letters.placeholders import ITEM_WORDS, ITEMS, PARAGRAPHS, WORDS
from plumbline.office.findings.letters.shipped import shipped_letter
from plumbline.office.findings.models import Notice, NoticeTemplate
from plumbline.office.findings.notice_defaults import notice_defaults
from plumbline.office.findings.queries import documents as queries
from plumbline.office.findings.services import letters, numbering
from plumbline.office.findings.views.notices import attachment
from plumbline.office.lib.revisions import Outdated


def _context() -> dict[str, Any]:
    year = timezone.localdate().year
    return {
        "head": queries.head(),
        "lines": queries.series_lines(year=year),
        "year": year,
        "templates": queries.template_lines(),
        "words": WORDS,
        "item_words": ITEM_WORDS,
        "list_name": ITEMS,
        "paragraphs_name": PARAGRAPHS,
        "limit": LARGEST // (1024 * 1024),
    }


@require_GET
@capability_required("notices.edit")
def documents(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    return render(request, "findings/documents/page.html", _context())


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def letterhead_edit(request: HttpRequest) -> HttpResponse:
    """Who issues the notices."""
    form = LetterheadForm(request.POST or None, instance=letters.letterhead())
    status = 200
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            letters.change_letterhead(
                issuer=values["issuer"], contact=values["contact"], actor=request.user,
                revision=form.opened_on,
            )  # fmt: skip
        except Outdated as problem:
            form.beside(LetterheadForm(instance=letters.letterhead()), problem)
            status = 409
        else:
            messages.success(request, _("已保存发文机关。"))
            return redirect("findings:documents")
    status = 422 if form.errors and status == 200 else status
    return render(request, "findings/documents/letterhead.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def series_edit(request: HttpRequest, key: str) -> HttpResponse:
    """How documents of a series are numbered, and from where on."""
    shipped = next((one for one in notice_defaults().series if one.key == key), None)
    if shipped is None:
        raise Http404
    year = timezone.localdate().year
    which = numbering.series(key)
    following = numbering.next_number(which, year=year)
    form = SeriesForm(request.POST or None, instance=which, following=following)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            numbering.change_series(
                key=key, pattern=form.cleaned_data["pattern"], following=form.cleaned_data["following"],
                year=year, actor=request.user, revision=form.opened_on,
            )  # fmt: skip
        except Outdated as problem:
            form.beside(SeriesForm(instance=numbering.series(key), following=following), problem)
            status = 409
        except numbering.PatternRefused as problem:
            form.add_error("pattern", problem.sentence)
        except numbering.NumberRefused as problem:
            form.add_error("following", problem.sentence)
        else:
            messages.success(request, _("已保存文号规则。"))
            return redirect("findings:documents")
    status = 422 if form.errors and status == 200 else status
    context = {"form": form, "shipped": shipped, "year": year, "sample": _sample(form, following, year)}
    return render(request, "findings/documents/series.html", context, status=status)


def _sample(form: SeriesForm, following: int, year: int) -> str:
    """What the next number would look like with what is typed; "" where the pattern is wrong."""
    pattern = form["pattern"].value() or ""
    typed = str(form["following"].value() or following)
    try:
        pattern = numbering.demand_pattern(pattern)
    except numbering.PatternRefused:
        return ""
    number = int(typed) if typed.isdecimal() and len(typed) < 6 else following
    return numbering.number_text(pattern, year=year, number=number)


@require_GET
@capability_required("notices.edit")
def series_sample(request: HttpRequest) -> HttpResponse:
    """The next number with the pattern that is being typed."""
    year = timezone.localdate().year
    typed = request.GET.get("following", "")
    context: dict[str, Any] = {}
    try:
        pattern = numbering.demand_pattern(request.GET.get("pattern", ""))
        number = int(typed) if typed.isdecimal() and len(typed) < 6 else 1
        context["sample"] = numbering.number_text(pattern, year=year, number=number)
    except numbering.PatternRefused as problem:
        context["problem"] = problem
    return render(request, "findings/documents/_sample.html", context)


def _kind(text: str) -> Notice.Kind:
    if text not in Notice.Kind.values:
        raise Http404
    return Notice.Kind(text)


@require_GET
@capability_required("notices.edit")
def template_file(request: HttpRequest, kind: str, which: str) -> HttpResponseBase:
    """A template: "shipped", "trial" (the current one with invented data), or the id of an upload."""
    named = _kind(kind)
    if which == "shipped":
        name = _("%(kind)s（随附模板）.docx") % {"kind": named.label}
        return attachment(shipped_letter(kind), name, DOCX)
    if which == "trial":
        name = _("%(kind)s（试用数据）.docx") % {"kind": named.label}
        return attachment(try_out(letters.template_of(kind)), name, DOCX)
    own = NoticeTemplate.objects.select_related("file").filter(kind=kind)
    own = own.filter(pk=int(which)).first() if which.isdecimal() and len(which) < 10 else None
    if own is None:
        raise Http404
    return download_response(own.file)


@require_POST
@capability_required("notices.edit")
def template_upload(request: HttpRequest, kind: str) -> HttpResponse:
    """The office's own template; refused with the reason where it would not draw."""
    named = _kind(kind)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise PlumblineError(_("没有选择文件。"), advice=_("请选择一个 .docx 模板。"))
        letters.replace_template(kind=named, upload=upload, actor=request.user)
    except PlumblineError as problem:
        context = _context() | {"problem": problem, "problem_kind": kind}
        return render(request, "findings/documents/page.html", context, status=422)
    messages.success(request, _("“%(kind)s”已改用新模板；用虚构数据试过，可以生成。") % {"kind": named.label})
    return redirect("findings:documents")


@require_POST
@capability_required("notices.edit")
def template_restore(request: HttpRequest, kind: str) -> HttpResponse:
    """Back to the shipped template."""
    named = _kind(kind)
    if letters.restore_shipped(kind=named, actor=request.user):
        messages.success(request, _("“%(kind)s”已恢复为随附模板。") % {"kind": named.label})
    return redirect("findings:documents")

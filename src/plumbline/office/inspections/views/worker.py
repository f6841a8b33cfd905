"""The service worker of the inspection pages: it keeps the page of a visit for when there is no network."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required

SOURCE = "plumbline/inspections/worker.js"


@require_GET
@capability_required("inspections.view")
def worker(request: HttpRequest) -> HttpResponse:
    """Served below /inspections/, because a worker reaches no further than its own address."""
    path = finders.find(SOURCE)
    if path is None:
        raise PlumblineError(_("找不到离线填写所需的脚本文件。"), advice=_("请重新安装程序。"))
    source = Path(str(path)).read_text(encoding="utf-8")
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response

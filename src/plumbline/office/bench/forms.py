"""Writing the official forms."""

from __future__ import annotations

from datetime import datetime

from plumbline.office.bench.harness import Run, benchmark
from plumbline.office.lib.assets import FONTS

FORMS = 100


@benchmark("forms", "生成官方表格")
def forms(run: Run) -> None:
    """A hundred forms of the sample county as one file, in each format."""
    from plumbline.kernel.plans.forms import evaluation_form, target_form
    from plumbline.kernel.plans.forms.docx_writer import write_docx
    from plumbline.kernel.plans.forms.pdf_writer import write_pdf
    from plumbline.kernel.plans.forms.xlsx_writer import write_xlsx
    from plumbline.office.sample.description import describe

    projects = describe("office-2026").forms()
    drawn = [target_form(project) for project in projects] + [evaluation_form(p) for p in projects]
    hundred = (drawn * (FORMS // len(drawn) + 1))[:FORMS]
    now = datetime(2026, 1, 20)
    run.measure("100 张表：一个 .pdf", lambda: write_pdf(hundred, fonts=[FONTS]), rounds=3, limit=30)
    run.measure("100 张表：一个 .docx", lambda: write_docx(hundred, created=now), rounds=3)
    run.measure("100 张表：一个 .xlsx", lambda: write_xlsx(hundred, created=now), rounds=3)
    run.measure("1 张表：.pdf", lambda: write_pdf(drawn[:1], fonts=[FONTS]), rounds=5)

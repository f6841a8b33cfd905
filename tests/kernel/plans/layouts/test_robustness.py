"""Whatever a file holds: a plan, or one documented error, in seconds."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.errors import NotAPlan, PlumblineError
from plumbline.kernel.plans.layouts.table_form import TableForm
from plumbline.kernel.plans.reading import read_plan
from plumbline.kernel.plans.source import Source
from tests.kernel.plans.layouts.build import Entry, read, table_source, text_source
from tests.kernel.plans.layouts.variants import VARIANTS

WORDS = (
    *(
        "项目名称",
        "主管部门",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "分值",
        "得分",
        "指标性质",
        "度量单位",
    ),
    *("年度资金总额", "其中：财政拨款", "年初预算数", "全年执行数", "执行率", "年度总体目标", "实际完成情况"),
    *(
        "产出指标（50分）",
        "数量指标",
        "成本指标",
        "满意度指标",
        "≥",
        "≥95%",
        "10",
        "100.00%",
        "/",
        "□ √",
        "……",
    ),
    *(
        "合计",
        "总分",
        "注：",
        "3月底",
        "25%",
        "资金支出计划",
        "项目支出绩效自评表（2023年度）",
        "单位：万元",
        "",
    ),
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _read_or_refuse(source: Source) -> None:
    layout = TableForm()
    assert 0 <= layout.recognise(source) <= 1
    try:
        layout.read(source)
    except PlumblineError as error:
        assert error.what


@SLOW
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text_source(text))


@SLOW
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from(["\n", " | ", "\t", " ", "", " |\n"]))
def test_any_order_of_the_words_of_a_form_is_read_or_refused(words: list[str], gap: str) -> None:
    _read_or_refuse(text_source(gap.join(words)))


@SLOW
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(WORDS), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=6
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_table_with_merged_cells_is_read_or_refused(rows: list[list[Entry]]) -> None:
    _read_or_refuse(table_source(rows))


@SLOW
@given(st.sampled_from(sorted(VARIANTS)), st.data())
def test_a_form_cut_off_anywhere_is_read_or_refused(name: str, data: st.DataObject) -> None:
    text = VARIANTS[name].text
    _read_or_refuse(text_source(text[: data.draw(st.integers(0, len(text)))]))


def test_gb18030_pipes_are_read() -> None:
    text = VARIANTS["mubiao_pipe_md"].text
    document = read_plan("目标表.txt", text.encode("gb18030"))
    assert document.source.encoding == "gb18030"
    assert len(document.projects[0].indicators) == 6


def test_a_summary_of_income_is_refused() -> None:
    with pytest.raises(NotAPlan):
        TableForm().read(text_source("收入 | 支出\n675.82 | 690.36"))


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    head = (
        "单位名称 | 项目名称 | 预算数 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 权重"
    )
    rows = [
        f"示例局{n // 50} | 项目{n // 10} | {n}.5 | 产出指标 | 数量指标 | 检查{n}号 | ≥ | {n} | 家 | 10"
        if n % 10 == 0
        else f"产出指标 | 质量指标 | 第{n}类合格率 | ≥ | 95 | % | 10 |||"
        for n in range(10_000)
    ]
    started = time.process_time()
    document = read(text_source("\n".join([head, *rows])))
    assert time.process_time() - started < 20
    assert len(document.projects) == 1000
    assert sum(len(project.indicators) for project in document.projects) == 10_000


def test_a_thousand_forms_with_real_tables_are_read_in_seconds() -> None:
    parts: list[str | list[list[Entry]]] = []
    for n in range(1000):
        parts += [
            "项目支出绩效目标表",
            [
                [("项目名称", 2, 1), (f"项目{n}号", 3, 1)],
                [("年度资金总额", 2, 1), (f"{n}.5", 3, 1)],
                ["一级指标", "二级指标", "三级指标", "指标值", "分值"],
                *[["产出指标", "数量指标", f"检查{n}-{k}", f"≥{k}家", "5"] for k in range(10)],
            ],
        ]
    started = time.process_time()
    document = read(table_source(*parts))
    assert time.process_time() - started < 15
    assert len(document.projects) == 1000


def test_a_long_run_of_text_without_a_level_is_not_searched_without_end() -> None:
    text = (
        "项目支出绩效自评表项目名称某项目一级指标二级指标三级指标年度指标值实际完成值分值得分产出指标数量指标"
    )
    started = time.process_time()
    _read_or_refuse(text_source(text + "检查10家次" * 5000))
    assert time.process_time() - started < 10

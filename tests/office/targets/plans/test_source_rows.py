from __future__ import annotations

import pytest

from plumbline.office.targets.models import SourceLine
from plumbline.office.targets.queries.source_rows import Mark, column_of, row_of, source_rows


def line(number: int, where: str, text: str = "") -> tuple[SourceLine, Mark | None]:
    return SourceLine(number=number, text=text or where, where=where), None


@pytest.mark.parametrize(
    ("where", "row", "column"),
    [
        ("第203行", None, 1),
        ("第12段", None, 1),
        ("表2第5行第3列", ("表2", 5), 3),
        ("第3页表1第2行第4列", ("第3页表1", 2), 4),
        ("申报表!C7", ("申报表", 7), 3),
        ("2026年!AB12", ("2026年", 12), 28),
    ],
)
def test_a_place_names_its_row_and_column(where: str, row: tuple[str, int] | None, column: int) -> None:
    assert (row_of(where), column_of(where)) == (row, column)


def test_the_cells_of_a_row_stand_side_by_side_and_text_by_itself() -> None:
    rows = source_rows(
        [
            line(1, "第1段"),
            line(2, "表1第1行第1列"),
            line(3, "表1第1行第3列"),
            line(4, "表1第2行第3列"),
            line(5, "表1第2行第6列"),
            line(6, "第2段"),
        ]
    )
    assert [[cell.line.number for cell in row.cells] for row in rows] == [[1], [2, 3], [4, 5], [6]]
    assert [row.is_table for row in rows] == [False, True, True, False]
    # a cell reaches to the next, the last to the table's last column; what began above leaves a gap
    assert [[(cell.gap, cell.span) for cell in row.cells] for row in rows[1:3]] == [
        [(0, 2), (0, 4)],
        [(2, 3), (0, 1)],
    ]


def test_two_tables_with_the_same_row_are_kept_apart() -> None:
    rows = source_rows([line(1, "表1第1行第1列"), line(2, "表2第1行第1列")])
    assert len(rows) == 2


def test_a_very_wide_table_is_drawn_no_wider_than_the_page_knows() -> None:
    (row,) = source_rows([line(1, "表!A1"), line(2, "表!AZ1")])
    assert [cell.span for cell in row.cells] == [12, 1]

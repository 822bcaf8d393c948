"""Where the marks of charts stand."""

from __future__ import annotations

import itertools

from adapters.web.charts import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, bar_width, draw_columns


def test_marks_stand_on_each_other_and_the_highest_column_reaches_the_top() -> None:
    chart = draw_columns([("one", [("a", 1), ("b", 3)]), ("two", [("a", 2), ("b", 0)])])
    (a, b), (alone,) = (column.marks for column in chart.columns)
    assert chart.most == 4
    assert (a.y + a.height, b.y + b.height, b.y) == (HEIGHT - BOTTOM, a.y, TOP)
    assert (alone.kind, alone.height) == ("a", (HEIGHT - BOTTOM - TOP) / 2)


def test_a_year_of_columns_fits_and_none_covers_another() -> None:
    columns = draw_columns([(str(number), [("a", 1)]) for number in range(366)]).columns
    assert columns[-1].x + columns[-1].width <= WIDTH - LEFT
    assert all(one.width > 0 and one.x + one.width <= after.x for one, after in itertools.pairwise(columns))


def test_nothing_has_no_marks_and_no_bar() -> None:
    assert draw_columns([]).most == 0
    assert draw_columns([("one", [("a", 0)])]).columns[0].marks == []
    assert bar_width(0, 0) == 0
    assert (bar_width(1, 4), bar_width(4, 4)) == (25.0, 100.0)

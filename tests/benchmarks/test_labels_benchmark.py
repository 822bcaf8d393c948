"""The benchmark of labels in its quick form: they are bought and drawn, and put beside the drawing alone."""

from __future__ import annotations

import pytest

from benchmarks import labels
from benchmarks.__main__ import README, with_figures
from benchmarks.figures import Circumstances
from benchmarks.labels import QUICK, Batch, Report


@pytest.fixture(scope="module")
def report() -> Report:
    return labels.run(QUICK, lambda _line: None)


def test_each_label_is_measured_beside_its_document(report: Report) -> None:
    [batch] = report.batches
    assert (len(batch.clicks), len(batch.drawings)) == (1, QUICK.labels)
    assert min(batch.batch, *batch.clicks, *batch.drawings, batch.early, batch.late) > 0


def test_the_report_has_the_ratio_and_a_place_in_the_readme(report: Report) -> None:
    lines = "\n".join(report.to_markdown())
    assert f"| a batch of {QUICK.labels} | " in lines
    assert report.to_json()["ratio"] == report.usual.ratio
    assert "new figures" in with_figures(README.read_text("utf-8"), "labels", ["new figures"])


def test_the_batch_stands_beside_the_same_drawings_with_its_own_time() -> None:
    made = Batch(batch=6.0, clicks=[0.03], drawings=[2.0, 1.0], early=100, late=101)
    lines = Report(QUICK, [made], Circumstances(runs=1)).to_markdown()
    assert "| a batch of 5 | 6.00 s | 3.00 s | **2.00** |" in lines

"""Files of labels do not outlive what is kept of labels."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.examples import NOON

from adapters.label_files import LABELS, LabelFiles
from app import Runtime
from engine.jobs.retention import forget_old

DAY = timedelta(days=1)


def write(folder: Path, name: str, written: datetime) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).touch()
    os.utime(folder / name, (written.timestamp(), written.timestamp()))


def test_files_are_forgotten_by_when_they_were_written(tmp_path: Path) -> None:
    write(tmp_path / LABELS, "shp_1-1.pdf", NOON - DAY)
    write(tmp_path / LABELS, "shp_1-1.zpl.new", NOON - DAY)
    write(tmp_path / LABELS, "shp_2-1.pdf", NOON)

    LabelFiles(tmp_path).forget_written(before=NOON)

    assert [file.name for file in (tmp_path / LABELS).iterdir()] == ["shp_2-1.pdf"]


def test_a_folder_that_no_label_was_written_to_is_nothing_to_forget(tmp_path: Path) -> None:
    files = LabelFiles(tmp_path)

    files.forget(["shp_1"])
    files.forget_written(NOON)

    assert list(tmp_path.iterdir()) == []


def test_the_service_forgets_those_of_its_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path))
    app = Runtime().application
    write(tmp_path / LABELS, "shp_1-1.pdf", app.clock.now() - 400 * DAY)

    forget_old(app)

    assert list((tmp_path / LABELS).iterdir()) == []

"""What a command answers onto a full disk is not there: it says so in a sentence, with another exit code than 0."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import adapters.cli
from adapters.cli import output

ROOT = Path(__file__).parents[3]
FULL = Path("/dev/full")  # writing into it fails as on a full disk
RULES = str(ROOT / "benchmarks/rules_53.yaml")


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "run", "--rules", RULES, "--orders", "some"),
        ("rules", "run", "--rules", RULES, "--orders", "many"),
        ("rules", "check", RULES, "--json"),
        ("rules", "check", RULES),
    ],
)
def test_an_answer_that_cannot_be_written_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for name, number in (("some", 1), ("many", 30_000)):
        (tmp_path / name).write_text('{"order_number": "SO-1"}\n' * number)
    command = [sys.executable, str(ROOT / "app.py"), *arguments]
    with FULL.open("wb") as full:
        ended = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == "The answer could not be written to its end: No space left on device.\n"


def test_lines_and_bytes_say_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        output.write_line({"order": 1})  # of many, so it may wait
        with pytest.raises(output.NotWritten, match="No space left"):
            output.write_bytes()
        monkeypatch.undo()
        with pytest.raises(OSError, match="No space left"):
            full.close()  # what waits is still there


def test_nothing_is_written_to_the_standard_output_in_another_way() -> None:
    folder = Path(adapters.cli.__file__).parent
    assert [file.name for file in folder.glob("*.py") if "sys.stdout.buffer" in file.read_text("utf-8")] == ["output.py"]

"""Processes that share the lines of a large file: the same answers in the same order, and none outlives what started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.process_groups import PATIENCE_S, all_ended, started

from adapters.cli import shared_lines
from adapters.cli.shared_lines import BLOCK, WORTHWHILE, processes_for

RULES = """
rules:
  - id: large
    when: {field: order_total, is: at_least, value: 500}
    then: [{do: add_tag, tag: large}]
"""
PREPARED = "import sys; from adapters.cli import rules; from app import Runtime; from adapters.cli.main import run; "

# What is asked of this module by itself: each block's first line number, its size and whether it was answered here.
PROGRAM = """
import os, sys
from pathlib import Path
from adapters.cli.shared_lines import Answered, answers
from engine.services.refusals import Refused
here = os.getpid()
def answer(first, lines):
    text = lines.read()
    {then}
    return Answered(b"%d %d %d\\n" % (first, len(text), os.getpid() == here), text.count(b"?"))
try:
    for text, unreadable in answers(Path(sys.argv[1]), answer, 3):
        print(text.decode().strip(), unreadable, flush=True)
except Refused as refusal:
    print(refusal)
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Ten blocks of orders; a line in the middle is none, and the last one has no end."""
    lines = [json.dumps({"order_number": f"SO-{number}", "order_total": number, "note": "x" * 200}) for number in range(1, 5201)]
    lines[2600] = "no order"
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join(lines))
    return file


def said_by(program: str, *arguments: object) -> list[str]:
    with started(program, *arguments, stderr=subprocess.PIPE) as process:
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    return out.decode().splitlines()


def test_a_large_file_is_answered_as_line_by_line(orders: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    command = ["rules", "run", "--rules", str(rules), "--now", "2026-03-01T09:00:00Z", "--orders"]

    def answered(program: str, file: Path | str, **options: Any) -> tuple[bytes, int]:
        program = f"{PREPARED}{program}; sys.exit(run(Runtime(), {[*command, str(file)]!r}))"
        with started(program, stderr=subprocess.PIPE, **options) as process:
            out, _ = process.communicate(timeout=PATIENCE_S)
        return out, process.returncode

    shared = answered("rules.processes_for = lambda file: 3", orders)
    with orders.open("rb") as lines:
        alone = answered("pass", "-", stdin=lines)

    assert shared == alone
    out, code = shared
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer.get("order_number") for answer in answers] == [
        None if number == 2601 else f"SO-{number}" for number in range(1, 5201)
    ]
    assert (answers[2600]["line"], answers[2600]["flags"]) == (2601, ["unreadable"])
    assert sum(answer.get("matched") == ["large"] for answer in answers) == 4700
    assert code == 1


def test_blocks_are_whole_lines_and_each_process_has_its_share(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"".join(b"%d\n" % number for number in range(100_000)) + b"?")

    blocks = [tuple(map(int, line.split())) for line in said_by(PROGRAM.format(then=""), file)]

    assert [here for _, _, here, _ in blocks] == [1, 0, 0, 1, 0][: len(blocks)]
    assert [unreadable for *_, unreadable in blocks] == [0, 0, 0, 0, 1]
    assert sum(size for _, size, _, _ in blocks) == file.stat().st_size
    whole, place = file.read_bytes(), 0
    for first, size, _, _ in blocks:
        assert whole[:place].count(b"\n") == first - 1
        place += size
        assert place == len(whole) or whole[place - 1 : place] == b"\n"


@pytest.mark.parametrize("then", ["os.getpid() == here or os._exit(9)", "assert os.getpid() == here"], ids=["killed", "failed"])
def test_the_end_of_another_process_is_said(orders: Path, then: str) -> None:
    *answered, refused = said_by(PROGRAM.format(then=then), orders)

    assert len(answered) == 1
    assert refused.startswith("A process that was at work for this one has ended")


@pytest.mark.parametrize(
    "end", [lambda process: process.stdout.close(), lambda process: process.kill()], ids=["reader", "killed"]
)
def test_no_process_outlives_its_reader(orders: Path, end: Callable[[subprocess.Popen[bytes]], None]) -> None:
    with started(PROGRAM.format(then="text = text * 20"), orders, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        end(process)
        assert all_ended(process)


def test_only_large_files_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "orders"
    monkeypatch.setattr(shared_lines.os, "sched_getaffinity", lambda _: range(6), raising=False)

    found = {}
    for size in (0, WORTHWHILE - 1, WORTHWHILE, 10 * BLOCK):
        file.write_bytes(b"x" * size)
        found[size] = processes_for(file)

    assert found == {0: 1, WORTHWHILE - 1: 1, WORTHWHILE: 4, 10 * BLOCK: 6}


def test_what_is_no_file_is_read_here(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert processes_for(pipe) == 1


def test_a_stop_by_the_keyboard_ends_all(orders: Path) -> None:
    with started(PROGRAM.format(then="import time; time.sleep(0.05)"), orders, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        assert all_ended(process)

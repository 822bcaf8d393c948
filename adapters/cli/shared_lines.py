"""Answers to the lines of a large file, for which several processes share the work; they come in the order of the lines.

Each process reads the file itself and answers every n-th block of it, this one too. What the others answer comes by a pipe, so
none of them outlives this one: with nobody at its other end, a pipe ends who writes into it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, NoReturn

from engine.services.refusals import PROCESS_GONE, Refused

BLOCK = 128 * 1024  # bytes, and the rest of the last line
WORTHWHILE = 4 * BLOCK  # a smaller file is answered before another process would be of use
_MOST_PROCESSES = 8
_PIPE = 1024 * 1024  # bytes of answers that may wait: so many, another process is ahead
_HEAD = struct.Struct(">QQ")


class Answered(NamedTuple):
    """What is written of a block of lines."""

    text: bytes
    unreadable: int  # lines


Answer = Callable[[int, BinaryIO], Answered]  # by the number of the first line, and the lines


class _Share(NamedTuple):
    """Every n-th block of a file."""

    file: Path
    size: int
    place: int
    processes: int


def processes_for(file: Path) -> int:
    """How many processes are of use for the lines of a file: as many as there are processors when it is large."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size < WORTHWHILE:
        return 1
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return min(processors, _MOST_PROCESSES, found.st_size // BLOCK)


def answers(file: Path, answer: Answer, processes: int) -> Iterator[Answered]:
    """The answers to the blocks of a file, in their order. Raises Refused when another process has ended, OSError."""
    with ExitStack() as ending:
        lines = ending.enter_context(file.open("rb"))
        size = file.stat().st_size
        work = [_Share(file, size, place, processes) for place in range(processes)]
        others = [ending.enter_context(_other(share, answer)) for share in work[1:]]
        for number, (first, block) in enumerate(_blocks(lines, size)):
            place = number % processes
            yield answer(first, BytesIO(block)) if place == 0 else _read(others[place - 1])


def _blocks(lines: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines, many at once, with the number of the first; of a file that grows, what was there when it had this size."""
    first = 1
    while lines.tell() < size and (block := lines.read(BLOCK)):
        block += lines.readline()
        yield first, block
        first += block.count(b"\n")


@contextmanager
def _other(share: _Share, answer: Answer) -> Iterator[BinaryIO]:
    """A process for a share of the blocks: where its answers come."""
    reading, writing = os.pipe()
    with suppress(OSError):  # there may be a limit for all of a user's pipes: then it is less ahead
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer_blocks(share, answer, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as answered:
            yield answered
    finally:
        os.waitpid(child, 0)


def _answer_blocks(share: _Share, answer: Answer, writing: int) -> NoReturn:
    """The work of another process, which ends with it, or when nobody reads its answers any more."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with ExitStack() as ending:
        ending.push(_end)
        with share.file.open("rb") as lines, os.fdopen(writing, "wb") as answered:
            for number, (first, block) in enumerate(_blocks(lines, share.size)):
                if number % share.processes == share.place:
                    text, unreadable = answer(first, BytesIO(block))
                    answered.write(_HEAD.pack(len(text), unreadable))
                    answered.write(text)
                    answered.flush()
    raise AssertionError("a process that has ended")


def _end(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> NoReturn:
    """Nothing but this work ends with the process: what else there is belongs to the one that started it."""
    if kind is not None and error is not None:
        sys.excepthook(kind, error, trace)
    os._exit(0 if kind is None else 1)


def _read(answered: BinaryIO) -> Answered:
    head = answered.read(_HEAD.size)
    if len(head) == _HEAD.size:
        length, unreadable = _HEAD.unpack(head)
        text = answered.read(length)
        if len(text) == length:
            return Answered(text, unreadable)
    raise Refused("process_gone", PROCESS_GONE)

"""A process of its own that is there at once: forked from one that has loaded its module, and knows nothing else of the test.

To load the product takes a process longer than most of what such processes do for a test. The one that they are forked from is
started once by each process that runs tests, and ends with it. Run by itself, this module is that process.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from storage.database import open_database

ROOT = Path(__file__).parents[2]
_LONGEST_BYTES = 65_536
_started: list[subprocess.Popen[bytes]] = []  # kept: each ends when this process does


class Forked:
    """Runs `serve(*arguments)` of a module, which reads lines from its standard input and writes lines to its standard output."""

    def __init__(self, module: str, *arguments: str) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._to, self._from = os.fdopen(ours_out, "w"), os.fdopen(ours_in)
        try:
            socket.send_fds(_loaded_process(), [json.dumps([module, *arguments]).encode()], [theirs_in, theirs_out])
        finally:
            os.close(theirs_in)
            os.close(theirs_out)

    def tell(self, *words: object) -> None:
        self._to.write(json.dumps(words) + "\n")
        self._to.flush()

    def answer(self) -> str:
        """Its next line."""
        said = self._from.readline()
        assert said, "the other process has died"
        return said

    def end(self) -> None:
        """Once it knows that nothing more comes it ends, and with it what it writes to."""
        self._to.close()
        with self._from:
            self._from.read()


@cache
def _loaded_process() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "support.forked", str(theirs.fileno())]
        path = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        _started.append(subprocess.Popen(command, cwd=ROOT, env={**os.environ, **path}, pass_fds=[theirs.fileno()]))
    return ours


def _load_what_databases_need() -> None:
    """Drivers and tables are loaded when the first database is opened and asked: here, not in each process anew."""
    for url in ("sqlite:///nowhere", "postgresql:///nowhere"):
        open_database(url)
    configure_mappers()


def _fork_what_is_asked_for(channel: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load_what_databases_need()
    while True:
        asked, files, *_ = socket.recv_fds(channel, _LONGEST_BYTES, 2)
        if not asked:
            return
        _forget_the_ended()
        with ExitStack() as open_files:
            for file in files:
                open_files.callback(os.close, file)
            name, *arguments = json.loads(asked)
            module = import_module(name)
            gc.freeze()  # else the first collection of each copies all that is loaded
            if os.fork() == 0:
                os.dup2(files[0], sys.stdin.fileno())
                os.dup2(files[1], sys.stdout.fileno())
                break
    channel.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module.serve(*arguments)


def _forget_the_ended() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    _fork_what_is_asked_for(socket.socket(fileno=int(sys.argv[1])))

"""A signal ends the wait for it, whenever it comes."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from adapters.stop_signal import StopSignal

# Sends the signal at the n-th line that is run of the wait, and of what the standard library does for it.
PROGRAM = """
import select, signal, sys
from adapters import stop_signal

FILES = (stop_signal.__file__,)

def sending_at(wanted):
    left = wanted
    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename in FILES and event == "line":
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGTERM)
        return trace
    return trace

for wanted in range(1, 10):
    stopped = stop_signal.StopSignal()
    with stopped.listening():
        sys.settrace(sending_at(wanted))
        ended = stopped.wait(0.2)
        sys.settrace(None)
    print(wanted, ended, stopped.is_set())
"""


def test_it_ends_the_wait_at_whatever_step_it_comes() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 9
    assert [ended for _, ended, _ in lines] == [is_set for _, _, is_set in lines]
    assert lines[0][1] == lines[1][1] == lines[2][1] == "True"


# The signal reaches a thread that computes, so nothing interrupts what the main thread waits in.
ELSEWHERE = """
import signal, threading
from adapters.stop_signal import StopSignal

stopped = StopSignal()
with stopped.listening():
    def be_told():
        threading.Event().wait(0.1)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        threading.Event().wait()
    threading.Thread(target=be_told, daemon=True).start()
    print(stopped.wait())
"""


def test_it_ends_the_wait_when_the_main_thread_is_not_interrupted() -> None:
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True\n"


def test_without_one_the_wait_ends_with_its_time() -> None:
    stopped = StopSignal()
    with stopped.listening():
        assert not stopped.wait(0)
        assert not stopped.is_set()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_what_was_listening_before_listens_again(name: str) -> None:
    number = signal.Signals[name]
    before = signal.getsignal(number)
    with StopSignal().listening():
        assert signal.getsignal(number) is not before
    assert signal.getsignal(number) is before

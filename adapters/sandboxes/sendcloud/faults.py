"""What goes wrong on purpose: of which call, how often."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

_MOST_TIMES: Final = 1_000_000
_LONGEST_S: Final = 600.0


class FaultKind(StrEnum):
    """What goes wrong. The names are those of the control address and of the command."""

    LOSE_ANSWER = "lose_answer"  # it is done, and the connection breaks in the middle of the answer
    ERROR_500 = "error_500"  # nothing is done
    TOO_MANY = "too_many"  # 429; nothing is done
    SLOW = "slow"  # it is done and answered after some seconds
    GARBAGE = "garbage"  # it is done, and the answer is a page in HTML
    REFUSE = "refuse"  # the carrier refuses the announcement; any other call is answered with 400
    ANNOUNCING = "announcing"  # the carrier takes its time: the announcement is done when the shipment is looked at


class FaultError(ValueError):
    """A fault that does not exist; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The next `times` requests of a call are struck; `seconds` is how long a slow one takes."""

    kind: FaultKind
    call: str
    times: int = 1
    seconds: float = 1.0

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


def parse_fault(data: Mapping[str, Any], calls: Sequence[str]) -> Fault:
    """A fault as the control address takes it. Raises FaultError."""
    known = ("kind", "call", "times", "seconds")
    if unknown := sorted(set(data) - set(known)):
        raise FaultError(f"There is no {unknown[0]!r}; known are {', '.join(known)}.")
    times, seconds = data.get("times", 1), data.get("seconds", 1.0)
    if data.get("kind") not in list(FaultKind):
        raise FaultError(f"kind is one of {', '.join(FaultKind)}.")
    if data.get("call") not in calls:
        raise FaultError(f"call is one of {', '.join(calls)}.")
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= _MOST_TIMES:
        raise FaultError(f"times is a whole number from 1 to {_MOST_TIMES}.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST_S:
        raise FaultError(f"seconds is a number from 0 to {_LONGEST_S:.0f}.")
    return Fault(FaultKind(data["kind"]), str(data["call"]), times, float(seconds))


def parse_fault_words(words: str, calls: Sequence[str]) -> Fault:
    """A fault as the command takes it: `lose_answer:announce` or `lose_answer:announce:3`. Raises FaultError."""
    kind, _, rest = words.partition(":")
    call, _, times = rest.partition(":")
    if times and not (times.isascii() and times.isdecimal()):
        raise FaultError("times is a whole number.")
    return parse_fault({"kind": kind, "call": call, "times": int(times or 1)}, calls)


class FaultQueue:
    """The faults that wait for their request. Safe to share between threads."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = list(faults)
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, call: str) -> Fault | None:
        """The fault that strikes a request of this call."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.call == call:
                    if fault.times > 1:
                        self._faults[place] = replace(fault, times=fault.times - 1)
                    else:
                        del self._faults[place]
                    return fault
        return None

    def to_data(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.to_data() for fault in self._faults]

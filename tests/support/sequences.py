"""Sequences of what happens, drawn by a seed; one that ends badly is shortened, so that a person can read it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.log_exceptions import log_exceptions

Step = tuple[str, int]
Run = Callable[[Iterator[Step], bool], object]  # the steps, and whether to look after each of them; raises where it ends badly
MOST_TRIES = 300


def draw(seed: int, weights: Mapping[str, int], length: int) -> list[Step]:
    """As many steps, each a name by its weight and a number."""
    dice = random.Random(seed)
    names = dice.choices(list(weights), list(weights.values()), k=length)
    return [(name, dice.randrange(10_000)) for name in names]


def run_shortened(seed: int, sequence: Sequence[Step], run: Run) -> None:
    """Run a sequence; where it fails, raise with the shortest one found that fails, to be told again step by step."""
    with log_exceptions() as attempt:  # whatever it ends in, that is what is looked for
        run(iter(sequence), False)
    if attempt.error is None:
        return
    steps, found = _shorten(list(sequence), attempt.error, run)
    listed = "".join(f"    {step!r},\n" for step in steps)
    raise AssertionError(f"seed {seed}: {type(found).__name__}: {found}\n[\n{listed}]") from found


def _shorten(steps: list[Step], failure: Exception, run: Run) -> tuple[list[Step], Exception]:
    """Leave out half of the steps, a quarter, and so on to single ones, as long as it fails in whatever way."""
    tries = 1
    if (told := _told(steps, run)) is not None:
        steps, failure = told
    part = max(1, len(steps) // 2)
    while tries < MOST_TRIES:
        start, before = 0, len(steps)
        while start < len(steps) and tries < MOST_TRIES:
            tries += 1
            if (told := _told(steps[:start] + steps[start + part :], run)) is not None:
                steps, failure = told
            else:
                start += part
        if part == 1 and len(steps) == before:
            break
        part = max(1, min(part // 2, len(steps) // 2))
    return steps, failure


def _told(steps: list[Step], run: Run) -> tuple[list[Step], Exception] | None:
    """The steps up to the one at which it fails, and how; None when it does not."""
    taken: list[Step] = []

    def counted() -> Iterator[Step]:
        for step in steps:
            taken.append(step)
            yield step

    with log_exceptions() as attempt:
        run(counted(), True)
    return None if attempt.error is None else (taken, attempt.error)

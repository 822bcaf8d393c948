"""Long work lets those pass who are being answered, and does not wait for ever, nor for itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.answering import Answering

FOR_EVER_S = 60.0


@contextmanager
def somebody_answered(answering: Answering, told: list[str] | None = None) -> Iterator[threading.Event]:
    """Another thread answers somebody until the event is set, at the latest until the block ends."""
    begun, done = threading.Event(), threading.Event()

    def answer() -> None:
        with answering.answer():
            begun.set()
            done.wait(FOR_EVER_S)
            if told is not None:
                told.append("answered")

    thread = threading.Thread(target=answer)
    thread.start()
    begun.wait(FOR_EVER_S)
    try:
        yield done
    finally:
        done.set()
        thread.join()


@pytest.fixture
def answering() -> Answering:
    return Answering()


def test_work_waits_until_those_have_their_answers_who_are_being_answered(answering: Answering) -> None:
    told: list[str] = []

    def work() -> None:
        answering.let_pass(FOR_EVER_S)
        told.append("went on")

    with somebody_answered(answering, told), somebody_answered(answering, told):
        worker = threading.Thread(target=work)
        worker.start()
    worker.join()
    assert told == ["answered", "answered", "went on"]


def test_work_goes_on_where_somebody_is_always_being_answered(answering: Answering) -> None:
    with somebody_answered(answering):
        answering.let_pass(0.001)


def test_work_that_somebody_waits_for_does_not_wait_for_its_own_answer(answering: Answering) -> None:
    with answering.answer(), answering.answer():
        answering.let_pass(FOR_EVER_S)


def test_an_answer_that_fails_is_over_too(answering: Answering) -> None:
    with pytest.raises(ZeroDivisionError), answering.answer():
        raise ZeroDivisionError
    with somebody_answered(answering) as done:
        done.set()
    answering.let_pass(FOR_EVER_S)

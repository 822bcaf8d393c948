"""What is remembered of explanations, and how many are made at a time."""

from __future__ import annotations

import threading

from engine.explanations import Explanations


def test_what_was_not_asked_for_longest_makes_room() -> None:
    explanations = Explanations(most_remembered=10)
    for key in ("a", "b"):
        explanations.keep(key, key.upper(), 5)
    assert explanations.find("a") == "A"
    explanations.keep("c", "C", 5)

    assert [explanations.find(key) for key in ("a", "b", "c")] == ["A", None, "C"]


def test_what_is_too_big_is_not_remembered_and_throws_nothing_out() -> None:
    explanations = Explanations(most_remembered=10)
    explanations.keep("a", "A", 5)
    explanations.keep("b", "B", 11)

    assert (explanations.find("a"), explanations.find("b")) == ("A", None)


def test_keeping_the_same_twice_takes_its_room_once() -> None:
    explanations = Explanations(most_remembered=10)
    for _ in range(3):
        explanations.keep("a", "A", 5)
    explanations.keep("b", "B", 5)

    assert explanations.find("a") == "A"


def test_places_are_few_and_given_back() -> None:
    explanations = Explanations(places=1)
    with explanations.place(0) as first:
        assert first
        answers: list[bool] = []

        def other() -> None:
            with explanations.place(0) as found:
                answers.append(found)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert answers == [False]
    with explanations.place(0) as again:
        assert again

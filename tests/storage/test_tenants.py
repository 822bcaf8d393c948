"""What screens ask is asked of one account."""

from __future__ import annotations

import inspect

from support.port_methods import names_an_account

from storage.queries import Queries


def test_every_question_of_the_screens_names_the_account() -> None:
    questions = {name: method for name, method in inspect.getmembers(Queries, inspect.isfunction) if not name.startswith("_")}

    assert len(questions) >= 10
    assert [name for name, method in questions.items() if not names_an_account(method)] == []

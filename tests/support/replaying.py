"""Every decision that was taken comes out again."""

from __future__ import annotations

from engine.application import Application
from engine.services.deciding.replay_decisions import replay_decisions


def replay_all(app: Application) -> int:
    """Take all decisions of all accounts again; how many. None comes out otherwise."""
    with app.reading() as uow:
        accounts = uow.accounts.list_all()
    decisions = 0
    for account in accounts:
        again = replay_decisions(app, account.id)
        assert again.different == []
        assert again.unreadable == 0
        decisions += again.decisions
    return decisions

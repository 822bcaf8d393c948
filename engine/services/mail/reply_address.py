"""Who reads the answers to a mail."""

from __future__ import annotations

from engine.ports import UnitOfWork


def reply_address(uow: UnitOfWork, account_id: str, person: str = "") -> str:
    """The address of a person of an account, named by id, else its first admin's. Blank where there is none."""
    users = uow.users.list_for(account_id)
    named = [user for user in users if user.id == person] or [user for user in users if user.is_admin]
    return named[0].email if named else ""

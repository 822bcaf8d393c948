"""When a person wants mails of which kind."""

from __future__ import annotations

from collections.abc import Mapping

from engine.application import Application
from engine.model.account import User
from engine.model.mail import MailKind, MailMode

CHOOSABLE = tuple(kind for kind in MailKind if kind.can_be_switched_off)


def list_modes(app: Application, user: User) -> dict[MailKind, MailMode]:
    """Of every kind that can be chosen."""
    with app.reading() as uow:
        chosen = uow.mail_preferences.modes_of(user.account_id, user.id)
    return {kind: chosen.get(kind, kind.modes[0]) for kind in CHOOSABLE}


def choose_modes(app: Application, user: User, modes: Mapping[MailKind, MailMode]) -> None:
    """Keep what a person wants. Of a kind that is switched off nothing that waits for the morning is sent any more."""
    with app.unit_of_work() as uow:
        for kind, mode in modes.items():
            if not kind.can_be_switched_off or mode not in kind.modes:
                continue
            uow.mail_preferences.set_mode(user.account_id, user.id, kind, mode)
            if mode is MailMode.OFF:
                uow.mails.drop_for_digest(user.account_id, user.id, kind)
        uow.commit()

"""A new password for somebody who has lost theirs, by a link in a mail, or who knows it and wants another."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.model.account import SERVICE_ACCOUNT, Account, User
from engine.model.audit import AuditEntry
from engine.model.mail import MailKind, Recipient
from engine.model.one_time_link import LinkPurpose, OneTimeLink
from engine.ports import UnitOfWork
from engine.services.accounts.acting import NOT_OF_ACCOUNT, require_admin
from engine.services.accounts.links import find_link, make_link, take_link
from engine.services.accounts.log_in import keep_password
from engine.services.accounts.people import check_password
from engine.services.accounts.people_mails import reset_mail
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from engine.services.refusals import Refused
from rules.messages import Text

WRONG_PRESENT = Text("That is not your present password.", "Esa no es tu contraseña actual.")
NOBODY_LEFT = Text("Nobody logs in with this address any more.", "Ya nadie entra con esta dirección.")

_PURPOSE = LinkPurpose.RESET_PASSWORD


def ask_for_reset(app: Application, email: str) -> None:
    """Send a link to the person of an address. Where there is none, a link is kept all the same, which nobody is sent: so
    the answer takes as long."""
    with app.unit_of_work() as uow:
        users = _of_open_accounts(uow, email)
        if users:
            _send(app, uow, users[0])
        else:
            make_link(uow, _PURPOSE, email, None, {}, app.clock.now())
        uow.commit()


def send_reset(app: Application, actor: User, user_id: str) -> User:
    """Send such a link to one of the actor's account. Raises Refused."""
    require_admin(actor)
    with app.unit_of_work() as uow:
        user = uow.users.find(actor.account_id, user_id)
        account = uow.accounts.get(actor.account_id)
        if user is None:
            raise Refused("nobody", NOT_OF_ACCOUNT, email=user_id, slug=account.slug)
        _send(app, uow, user, actor, account)
        uow.audit.append([AuditEntry(account.id, app.clock.now(), actor.id, "user.reset_sent", user.id)])
        uow.commit()
    return user


def find_reset(app: Application, token: str) -> OneTimeLink:
    """Whose password a link lets choose anew. Raises Refused."""
    return find_link(app, _PURPOSE, token)


def choose_password(app: Application, token: str, password: str) -> None:
    """The password of whoever has the link; all their sessions end. Raises Refused."""
    check_password(password, find_reset(app, token).email)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        now = app.clock.now()
        link = take_link(uow, _PURPOSE, token, now)
        users = _of_open_accounts(uow, link.email)
        if not users:
            raise Refused("nobody_left", NOBODY_LEFT)
        keep_password(uow, users, password_hash, now, users[0].id)
        uow.one_time_links.withdraw_all(_PURPOSE, link.email)
        uow.commit()


def change_password(app: Application, user: User, present: str, password: str) -> User:
    """Another password for somebody who knows the present one, as they have it now; all their sessions end. Raises Refused."""
    if not app.passwords.verify(user.password_hash, present):
        raise Refused("wrong_present", WRONG_PRESENT)
    check_password(password, user.email)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        keep_password(uow, uow.users.list_by_email(user.email), password_hash, app.clock.now(), user.id)
        uow.one_time_links.withdraw_all(_PURPOSE, user.email)
        uow.commit()
    return replace(user, password_hash=password_hash)


def _of_open_accounts(uow: UnitOfWork, email: str) -> list[User]:
    users = uow.users.list_by_email(email)
    accounts = uow.accounts.get_many(user.account_id for user in users)
    return [user for user in users if accounts[user.account_id].closed_at is None]


def _send(app: Application, uow: UnitOfWork, user: User, by: User | None = None, account: Account | None = None) -> None:
    """A newer link ends those before it."""
    uow.one_time_links.withdraw_all(_PURPOSE, user.email)
    _link, token = make_link(uow, _PURPOSE, user.email, None, {}, app.clock.now())
    post_mail(
        app,
        uow,
        account_id=SERVICE_ACCOUNT if account is None else account.id,
        to=Recipient(user.email, user.id, language_of(user), user.account_id),
        kind=MailKind.PASSWORD_RESET,
        content=reset_mail(user, token, by, account),
    )

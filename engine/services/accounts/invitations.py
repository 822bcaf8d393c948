"""Colleagues are invited by e-mail into an account, and join it by the link that they get."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import MEMBER, Account, User
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.mail import MailKind, Recipient
from engine.model.one_time_link import LinkEnd, LinkPurpose, OneTimeLink
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.accounts.links import find_link, make_link, take_link
from engine.services.accounts.people import BELONGS_ALREADY, OPERATOR, check_email, check_password, check_role, join
from engine.services.accounts.people_mails import invitation_mail
from engine.services.deciding.rule_standings import keep_standings
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from engine.services.refusals import Refused
from rules.messages import Language, Text

NO_INVITATION = Text("This invitation no longer waits for an answer.", "Esta invitación ya no espera respuesta.")
OTHER_ADDRESS = Text(
    "This invitation is for {email}: log in as that person to accept it.",
    "Esta invitación es para {email}: entra como esa persona para aceptarla.",
)
CLOSED = Text("The account that invited you is closed.", "La cuenta que te invitó está cerrada.")
LOG_IN_FIRST = Text(
    "Somebody logs in with this address already: accept the invitation with that password.",
    "Alguien entra ya con esta dirección: acepta la invitación con esa contraseña.",
)
WRONG_PASSWORD = Text("That is not the password of this address.", "Esa no es la contraseña de esta dirección.")

_PURPOSE = LinkPurpose.JOIN


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page behind a link shows."""

    link: OneTimeLink
    account: Account
    is_known: bool  # whether the address has a password already

    @property
    def email(self) -> str:
        return self.link.email

    @property
    def role(self) -> str:
        return str(self.link.details["role"])


def invite_colleague(
    app: Application, account_id: str, *, by: User | None, email: str, role: str, language: Language = "en"
) -> OneTimeLink:
    """Invite somebody; an invitation that the address has from this account already is replaced. `by` is an admin, else the
    operator. `language` is that of the mail to somebody who is not known here. Raises Refused."""
    if by is not None:
        require_admin(by)
    check_email(email)
    check_role(role)
    with app.unit_of_work() as uow:
        account = uow.accounts.get(account_id)
        _check_outside(uow, account, email)
        for pending in uow.one_time_links.list_for(account.id, _PURPOSE):
            if pending.email == email.strip().lower():
                uow.one_time_links.withdraw(account.id, pending.id, LinkEnd.REPLACED)
        link = _send(app, uow, account, by, email, role, language)
        _record(app, uow, account, by, "user.invited", link)
        uow.commit()
    return link


def list_invitations(app: Application, account_id: str) -> list[OneTimeLink]:
    """Those that nobody has accepted or withdrawn, the oldest first; some may be too old by now."""
    with app.reading() as uow:
        return uow.one_time_links.list_for(account_id, _PURPOSE)


def send_again(app: Application, actor: User, link_id: str) -> OneTimeLink:
    """The same invitation with a new link; the one before no longer works. Raises Refused."""
    require_admin(actor)
    with app.unit_of_work() as uow:
        account = uow.accounts.get(actor.account_id)
        pending = _pending(uow, account, link_id)
        _check_outside(uow, account, pending.email)
        uow.one_time_links.withdraw(account.id, pending.id, LinkEnd.REPLACED)
        role, language = str(pending.details["role"]), pending.details["language"]
        link = _send(app, uow, account, actor, pending.email, role, language)
        _record(app, uow, account, actor, "user.invited", link)
        uow.commit()
    return link


def withdraw_invitation(app: Application, actor: User, link_id: str) -> OneTimeLink:
    """Raises Refused."""
    require_admin(actor)
    with app.unit_of_work() as uow:
        account = uow.accounts.get(actor.account_id)
        pending = _pending(uow, account, link_id)
        if not uow.one_time_links.withdraw(account.id, pending.id, LinkEnd.WITHDRAWN):
            raise Refused("no_invitation", NO_INVITATION)
        _record(app, uow, account, actor, "user.invitation_withdrawn", pending)
        uow.commit()
    return pending


def find_invitation(app: Application, token: str) -> Invitation:
    """What a link invites to. Raises Refused."""
    link = find_link(app, _PURPOSE, token)
    with app.reading() as uow:
        return Invitation(link, _open_account(uow, link), bool(uow.users.list_by_email(link.email)))


def join_as_new(app: Application, token: str, password: str, language: Language) -> User:
    """The invited person, who has chosen a password. Raises Refused."""
    invited = find_invitation(app, token)
    check_password(password, invited.email, invited.account.name)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        link = take_link(uow, _PURPOSE, token, app.clock.now())
        if uow.users.list_by_email(link.email):
            raise Refused("log_in_first", LOG_IN_FIRST)
        new = User(new_id("usr"), str(link.account_id), link.email, password_hash, MEMBER, language, app.clock.now())
        user = _join(app, uow, link, new)
        uow.commit()
    return user


def join_with_password(app: Application, token: str, password: str) -> User:
    """The invited person, who logs in here already, by the password that they have. Raises Refused."""
    email = find_invitation(app, token).email
    with app.reading() as uow:
        users = uow.users.list_by_email(email)
    if not users or not app.passwords.verify(users[0].password_hash, password):
        raise Refused("wrong_password", WRONG_PASSWORD)
    return join_as_known(app, token, users[0])


def join_as_known(app: Application, token: str, person: User) -> User:
    """The invited person, as who has shown to be somebody with that address. Raises Refused."""
    with app.unit_of_work() as uow:
        link = take_link(uow, _PURPOSE, token, app.clock.now())
        if person.email.lower() != link.email:
            raise Refused("other_address", OTHER_ADDRESS, email=link.email)
        user = _join(app, uow, link, person)
        uow.commit()
    return user


def _join(app: Application, uow: UnitOfWork, link: OneTimeLink, person: User) -> User:
    account, now, role = _open_account(uow, link), app.clock.now(), str(link.details["role"])
    uow.users.lock_for(account.id)
    user = join(uow, replace(person, account_id=account.id, role=role, created_at=now), account)
    after = {"role": role, "invited_by": link.details["by"]}
    uow.audit.append([AuditEntry(account.id, now, user.id, "user.added", user.id, None, after)])
    keep_standings(app, uow, [account.id], now)
    return user


def _open_account(uow: UnitOfWork, link: OneTimeLink) -> Account:
    account = uow.accounts.get(str(link.account_id))
    if account.closed_at is not None:
        raise Refused("closed", CLOSED)
    return account


def _pending(uow: UnitOfWork, account: Account, link_id: str) -> OneTimeLink:
    for link in uow.one_time_links.list_for(account.id, _PURPOSE):
        if link.id == link_id:
            return link
    raise Refused("no_invitation", NO_INVITATION)


def _check_outside(uow: UnitOfWork, account: Account, email: str) -> None:
    if any(user.account_id == account.id for user in uow.users.list_by_email(email)):
        raise Refused("belongs_already", BELONGS_ALREADY, email=email.strip(), slug=account.slug)


def _send(
    app: Application, uow: UnitOfWork, account: Account, by: User | None, email: str, role: str, language: Language
) -> OneTimeLink:
    """Whether the address is known here changes the language of the mail alone, and that the account is not told."""
    details = {"role": role, "by": OPERATOR if by is None else by.id, "language": language}
    link, token = make_link(uow, _PURPOSE, email, account.id, details, app.clock.now())
    known = uow.users.list_by_email(email)
    to = Recipient(link.email, None, language_of(known[0]) if known else language)
    content = replace(invitation_mail(to.language, link, account, by, token), reply_to="" if by is None else by.email)
    post_mail(app, uow, account_id=account.id, to=to, kind=MailKind.COLLEAGUE_INVITED, content=content)
    return link


def _record(app: Application, uow: UnitOfWork, account: Account, by: User | None, action: str, link: OneTimeLink) -> None:
    after = {"email": link.email, "role": link.details["role"]}
    actor = OPERATOR if by is None else by.id
    uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, action, link.id, None, after)])

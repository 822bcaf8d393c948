"""Somebody makes an account by themselves: asked for on a page, made once the address is known to be theirs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.application import Application
from engine.model.account import ADMIN, SERVICE_ACCOUNT, Account, AccountKind, User
from engine.model.audit import AuditEntry
from engine.model.country_zones import zone_of, zones_of
from engine.model.ids import new_id
from engine.model.mail import MailKind, Recipient
from engine.model.one_time_link import LinkPurpose, OneTimeLink
from engine.ports import UnitOfWork
from engine.services.accounts.accounts import check_account, choose_zone, found_account
from engine.services.accounts.links import find_link, make_link, take_link
from engine.services.accounts.people import check_password, join
from engine.services.accounts.people_mails import known_mail, sign_up_mail
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from engine.services.refusals import Refused
from rules.messages import Language, Text

LONGEST_NAME = 100

LONG_NAME = Text(
    "The name is too long: write at most {limit} characters.",
    "El nombre es demasiado largo: escribe como mucho {limit} caracteres.",
)
WHICH_ZONE = Text("The country has several time zones: choose yours.", "El país tiene varias zonas horarias: elige la tuya.")
WRONG_PASSWORD = Text(
    "That is not the password with which this account was asked for. Try again, or sign up once more.",
    "Esa no es la contraseña con la que se pidió esta cuenta. Vuelve a probar o regístrate otra vez.",
)
KNOWN_MEANWHILE = Text(
    "Somebody logs in with this address by now: log in, then make the account there.",
    "Alguien entra ya con esta dirección: entra y crea la cuenta desde dentro.",
)


@dataclass(frozen=True, slots=True)
class SignUp:
    """What somebody wants. `time_zone` counts where the country has several."""

    name: str
    country: str
    time_zone: str | None
    email: str
    password: str = field(repr=False)
    language: Language


def ask_to_sign_up(app: Application, wanted: SignUp) -> str:
    """Send a link to an address, with which the account can be made; the id of what was asked. Raises Refused.

    To who has the address already goes a mail that says so. Whoever asks learns nothing of that, also not by the work it takes:
    so in that case a link is kept too, which nobody is sent.
    """
    name, zone = _check(wanted.name, wanted.email, wanted.country, wanted.time_zone)
    check_password(wanted.password, wanted.email, name)
    details = {
        "name": name,
        "country": wanted.country,
        "time_zone": zone,
        "language": wanted.language,
        "password_hash": app.passwords.hash(wanted.password),
    }
    with app.unit_of_work() as uow:
        known = uow.users.list_by_email(wanted.email)
        link, token = make_link(uow, LinkPurpose.SIGN_UP, wanted.email, None, details, app.clock.now())
        if known:
            to, content = _person(known[0]), known_mail(language_of(known[0]), app.base_url)
        else:
            to, content = Recipient(link.email, None, wanted.language), sign_up_mail(wanted.language, token)
        kind = MailKind.ADDRESS_VERIFICATION
        post_mail(app, uow, account_id=SERVICE_ACCOUNT, to=to, kind=kind, content=content)
        uow.commit()
    return link.id


def find_sign_up(app: Application, token: str) -> OneTimeLink:
    """What a link would make. Raises Refused."""
    return find_link(app, LinkPurpose.SIGN_UP, token)


def finish_sign_up(app: Application, token: str, password: str | None) -> User:
    """The account with its admin, whom the link shows to have the address. Raises Refused.

    `password` is None in the browser that asked. Anywhere else it has to be the one of then: else somebody could sign up with the
    address of another, and wait until that person confirms it.
    """
    asked = find_sign_up(app, token)
    if password is not None and not app.passwords.verify(str(asked.details["password_hash"]), password):
        raise Refused("wrong_password", WRONG_PASSWORD)
    with app.unit_of_work() as uow:
        now = app.clock.now()
        link = take_link(uow, LinkPurpose.SIGN_UP, token, now)
        if uow.users.list_by_email(link.email):
            raise Refused("known_meanwhile", KNOWN_MEANWHILE)
        kept = link.details
        new = User(new_id("usr"), "", link.email, kept["password_hash"], ADMIN, kept["language"], now)
        user = _found(app, uow, new, kept["name"], kept["country"], kept["time_zone"])
        uow.one_time_links.withdraw_all(LinkPurpose.SIGN_UP, link.email)
        uow.commit()
    return user


def found_further_account(app: Application, user: User, *, name: str, country: str, time_zone: str | None) -> User:
    """A further account of somebody who has logged in; they are its admin. Raises Refused."""
    name, zone = _check(name, user.email, country, time_zone)
    with app.unit_of_work() as uow:
        admin = _found(app, uow, replace(user, role=ADMIN), name, country, zone)
        uow.commit()
    return admin


def choose_zone_of(country: str, time_zone: str | None) -> str:
    """The time zone of a country, or the one that was chosen of its zones. Raises Refused."""
    zones = zones_of(country)
    if zone_of(country) is not None or not zones:
        return choose_zone(country)
    if time_zone not in zones:
        raise Refused("which_zone", WHICH_ZONE)
    return time_zone


def _check(name: str, email: str, country: str, time_zone: str | None) -> tuple[str, str]:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("long_name", LONG_NAME, limit=LONGEST_NAME)
    check_account(name, email, country)
    return name, choose_zone_of(country, time_zone)


def _found(app: Application, uow: UnitOfWork, admin: User, name: str, country: str, zone: str) -> User:
    now = app.clock.now()
    account: Account = found_account(uow, name, AccountKind.MERCHANT, country, zone, now, admin.id)
    user = join(uow, replace(admin, account_id=account.id, created_at=now), account)
    uow.audit.append([AuditEntry(account.id, now, user.id, "user.added", user.id, None, {"role": ADMIN})])
    return user


def _person(user: User) -> Recipient:
    return Recipient(user.email, user.id, language_of(user), user.account_id)

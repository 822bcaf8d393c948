"""The people of an account: who they are, what they may do, and that an admin is always left."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.application import Application
from engine.model.account import ADMIN, MEMBER, Account, User
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.password import MIN_LENGTH, Weakness, find_weakness
from engine.ports import UnitOfWork
from engine.services.accounts.acting import NOT_OF_ACCOUNT, find_account
from engine.services.accounts.web_sessions import end_all_sessions
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text

ROLES = (ADMIN, MEMBER)
OPERATOR = "operator"
LONGEST_EMAIL = 254

BAD_EMAIL = Text('"{email}" is not an e-mail address.', '"{email}" no es una dirección de correo.')
BELONGS_ALREADY = Text(
    '"{email}" belongs to the account "{slug}" already.',
    '"{email}" ya pertenece a la cuenta "{slug}".',
)
ELSEWHERE_TOO = Text(
    '"{email}" belongs to other accounts too: only that person or the operator gives them a new password.',
    '"{email}" pertenece también a otras cuentas: solo esa persona o el administrador del servicio pueden cambiar su contraseña.',
)
NOT_AN_ADMIN = Text(
    '"{email}" is not an admin of the account "{slug}": only admins change who belongs to it.',
    '"{email}" no es administrador de la cuenta "{slug}": solo los administradores cambian quién pertenece a ella.',
)
LAST_ADMIN = Text(
    '"{email}" is the last admin of the account "{slug}": make somebody else an admin first.',
    '"{email}" es el último administrador de la cuenta "{slug}": nombra antes a otra persona administradora.',
)
BAD_ROLE = Text('"{role}" is not a role: write admin or member.', '"{role}" no es una función: escribe admin o member.')
SHORT_PASSWORD = Text(
    "The password has {length} characters: it needs at least {minimum}.",
    "La contraseña tiene {length} caracteres: necesita al menos {minimum}.",
)
FEW_CHARACTERS = Text(
    "The password repeats the same few characters: use more different ones, such as those of four unusual words.",
    "La contraseña repite unos pocos caracteres: usa más caracteres distintos, como los de cuatro palabras poco comunes.",
)
COMMON_PASSWORD = Text(
    "The password is among the first that are tried: it consists of well-known words, runs of keys or dates. Take four unusual "
    "words, or let a password manager make one.",
    "La contraseña es de las primeras que se prueban: consta de palabras muy usadas, teclas seguidas o fechas. Elige cuatro "
    "palabras poco comunes o deja que la cree un gestor de contraseñas.",
)
PERSONAL_PASSWORD = Text(
    "The password is made of the e-mail address or the names of person or company: take one that tells nothing of them.",
    "La contraseña se compone de la dirección de correo o del nombre de la persona o la empresa: elige una que no los contenga.",
)
_WEAKNESSES = {
    Weakness.FEW_CHARACTERS: ("few_characters", FEW_CHARACTERS),
    Weakness.COMMON: ("common_password", COMMON_PASSWORD),
    Weakness.PERSONAL: ("personal_password", PERSONAL_PASSWORD),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def list_people(app: Application, slug: str, by: str | None = None) -> list[User]:
    """Everybody who logs in to an account, in the order they came. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        if by is not None:
            _find(uow.users.list_for(account.id), account, by)
        return uow.users.list_for(account.id)


def add_person(
    app: Application, slug: str, *, email: str, role: str, password: str, language: str, by: str | None = None
) -> User:
    """A further person of an account; who belongs to another account already keeps the password they have.

    `by` is the e-mail address of the admin who wants it, else the operator. Raises Refused.
    """
    check_email(email)
    check_role(role)
    with app.reading() as uow:
        account = find_account(uow, slug)
        known = uow.users.list_by_email(email)
    if not known:
        check_password(password, email, account.name)
    password_hash = known[0].password_hash if known else app.passwords.hash(password)  # not while others wait for the database
    with app.unit_of_work() as uow:
        people = uow.users.lock_for(account.id)
        actor = _actor(people, account, by)
        now = app.clock.now()
        new = User(new_id("usr"), account.id, email.strip().lower(), password_hash, role, language, now)
        user = join(uow, new, account)
        uow.audit.append([AuditEntry(account.id, now, actor, "user.added", user.id, None, {"role": role})])
        keep_standings(app, uow, [account.id], now)
        uow.commit()
    return user


def join(uow: UnitOfWork, new: User, account: Account) -> User:
    """Let somebody belong to an account: as a new person, or as who has the address already. Raises Refused."""
    known = uow.users.list_by_email(new.email)
    if any(one.account_id == account.id for one in known):
        raise Refused("belongs_already", BELONGS_ALREADY, email=new.email, slug=account.slug)
    if known:
        person = known[0]
        new = replace(
            new,
            id=person.id,
            email=person.email,
            password_hash=person.password_hash,
            language=person.language,
            time_zone=person.time_zone,
        )
    uow.users.add(new)
    return new


def is_known(app: Application, email: str) -> bool:
    """Whether somebody has this address and a password already."""
    with app.reading() as uow:
        return bool(uow.users.list_by_email(email))


def change_role(app: Application, slug: str, email: str, role: str, by: str | None = None) -> User:
    """Make somebody an admin or a member; their sessions end. Raises Refused."""
    check_role(role)
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        people = uow.users.lock_for(account.id)
        actor, user = _actor(people, account, by), _find(people, account, email)
        if user.role != role:
            if role != ADMIN:
                _check_not_last(people, account, user)
            uow.users.set_role(user.account_id, user.id, role)
            uow.web_sessions.end_all(user.account_id, user.id)
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "user.role_changed", user.id, user.role, role)])
            uow.commit()
    return replace(user, role=role)


def remove_person(app: Application, slug: str, email: str, by: str | None = None) -> User:
    """End somebody's access; what they did stays on record. Raises Refused."""
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        people = uow.users.lock_for(account.id)
        actor, user = _actor(people, account, by), _find(people, account, email)
        _check_not_last(people, account, user)
        uow.web_sessions.end_all(user.account_id, user.id)
        uow.users.remove(user.account_id, user.id)
        uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "user.removed", user.id, {"role": user.role})])
        keep_standings(app, uow, [account.id], app.clock.now())
        uow.commit()
    return user


def reset_password(app: Application, slug: str, email: str, password: str, by: str | None = None) -> User:
    """Give somebody a new password; their sessions end. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        user = _find(uow.users.list_for(account.id), account, email)
        if by is not None and len(uow.users.list_by_email(email)) > 1:
            raise Refused("elsewhere_too", ELSEWHERE_TOO, email=email)
    check_password(password, user.email, account.name)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        people = uow.users.lock_for(account.id)
        actor, user = _actor(people, account, by), _find(people, account, email)
        uow.users.set_password(user.account_id, user.id, password_hash)
        uow.web_sessions.end_everywhere(user.account_id, user.id)
        uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "user.password_set", user.id)])
        uow.commit()
    return user


def log_out_everywhere(app: Application, slug: str, email: str, by: str | None = None) -> tuple[User, int]:
    """End all sessions of a person; with how many there were. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        people = uow.users.list_for(account.id)
        actor, user = _actor(people, account, by), _find(people, account, email)
    return user, end_all_sessions(app, user, actor)


def check_email(email: str) -> None:
    """Raises Refused."""
    if len(email.strip()) > LONGEST_EMAIL or not _EMAIL.fullmatch(email.strip()):
        raise Refused("bad_email", BAD_EMAIL, email=email[:LONGEST_EMAIL])


def check_password(password: str, *about: str) -> None:
    """Whether it is hard enough to guess; `about`: facts about the person that others may know. Raises Refused."""
    weakness = find_weakness(password, about)
    if weakness is Weakness.SHORT:
        raise Refused("short_password", SHORT_PASSWORD, length=len(password), minimum=MIN_LENGTH)
    if weakness is not None:
        code, text = _WEAKNESSES[weakness]
        raise Refused(code, text)


def check_role(role: str) -> None:
    """Raises Refused."""
    if role not in ROLES:
        raise Refused("bad_role", BAD_ROLE, role=role)


def _check_not_last(people: list[User], account: Account, user: User) -> None:
    if not any(one.role == ADMIN for one in people if one.id != user.id):
        raise Refused("last_admin", LAST_ADMIN, email=user.email, slug=account.slug)


def _actor(people: list[User], account: Account, by: str | None) -> str:
    """Who the audit trail names: the operator, or an admin on whose behalf they act. Raises Refused."""
    if by is None:
        return OPERATOR
    user = _find(people, account, by)
    if user.role != ADMIN:
        raise Refused("not_an_admin", NOT_AN_ADMIN, email=by, slug=account.slug)
    return user.id


def _find(people: list[User], account: Account, email: str) -> User:
    key = email.strip().lower()
    for user in people:
        if user.email.lower() == key:
            return user
    raise Refused("nobody", NOT_OF_ACCOUNT, email=email, slug=account.slug)

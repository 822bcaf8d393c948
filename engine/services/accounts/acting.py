"""On whose behalf something is done, and whether they may."""

from __future__ import annotations

from collections.abc import Callable

from engine.model.account import Account, AccountKind, User
from engine.ports import NotFound, UnitOfWork
from engine.services.refusals import NO_ACCOUNT, Refused
from rules.messages import Text

NOBODY_ANYWHERE = Text(
    'Nobody here has the e-mail address "{email}": `people list` shows who belongs to an account.',
    'Aquí nadie tiene la dirección "{email}": `people list` muestra quién pertenece a una cuenta.',
)
NOT_OF_ACCOUNT = Text(
    'Nobody in the account "{slug}" has the e-mail address "{email}": `people list` shows who does.',
    'Nadie en la cuenta "{slug}" tiene la dirección "{email}": `people list` muestra quiénes hay.',
)
CLOSED = Text(
    'The account to which "{email}" belongs is closed: nobody acts for it any more.',
    'La cuenta a la que pertenece "{email}" está cerrada: ya nadie actúa en su nombre.',
)
ADMINS_ONLY = Text(
    '"{email}" is a member of the account: an admin has to do this.',
    '"{email}" es miembro de la cuenta: esto tiene que hacerlo una persona administradora.',
)


def find_account(uow: UnitOfWork, slug: str) -> Account:
    """The account of a slug, to which people may belong. Raises Refused."""
    account = uow.accounts.find_by_slug(slug)
    if account is None or account.kind is AccountKind.INTEGRATED:
        raise Refused("no_account", NO_ACCOUNT, slug=slug)
    return account


def find_memberships(uow: UnitOfWork, email: str, slug: str | None = None) -> list[User]:
    """A person as each open account of theirs has them, or only the one of a slug: at least one. Raises Refused."""
    found = uow.users.list_by_email(email)
    if slug is not None:
        account = find_account(uow, slug)
        found = [user for user in found if user.account_id == account.id]
        if not found:
            raise Refused("nobody", NOT_OF_ACCOUNT, email=email, slug=slug)
    if not found:
        raise Refused("nobody", NOBODY_ANYWHERE, email=email)
    accounts = uow.accounts.get_many(user.account_id for user in found)
    open_ones = [user for user in found if accounts[user.account_id].closed_at is None]
    if not open_ones:
        raise Refused("account_closed", CLOSED, email=email)
    return open_ones


def find_acting(uow: UnitOfWork, email: str, slug: str | None, look_up: Callable[[str], object]) -> User:
    """The person as the account of theirs has them that `look_up`, called with its id, finds a thing in.

    Raises Refused where nobody has the address, and the NotFound of the look-up where none of the accounts has the thing.
    """
    missing: NotFound | None = None
    for user in find_memberships(uow, email, slug):
        try:
            look_up(user.account_id)
        except NotFound as error:
            missing = error
        else:
            return user
    if missing is not None:
        raise missing
    raise Refused("nobody", NOBODY_ANYWHERE, email=email)


def require_admin(user: User) -> None:
    """Raises Refused for a member."""
    if not user.is_admin:
        raise Refused("admins_only", ADMINS_ONLY, email=user.email)

"""An account's contracts with carriers: added when the carrier accepts what was entered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability, CarrierKind
from engine.model.ids import new_id
from engine.model.sentence import sentence_of
from engine.ports import CarrierError, CarrierRefused, NotFound
from engine.services.accounts.accounts import get_provider
from engine.services.accounts.acting import find_account
from engine.services.accounts.carrier_sharing import NO_CARRIER_ACCOUNT, connected_providers
from engine.services.accounts.people import OPERATOR
from engine.services.deciding.rule_standings import keep_standings
from engine.services.deciding.wishes import choose_again
from engine.services.kept_credentials import readable
from engine.services.refusals import Refused
from rules.messages import LANGUAGES, Text

NO_SERVICES = Text(
    "A carrier account needs a carrier and at least one service.",
    "Una cuenta de transporte necesita una empresa de transporte y al menos un servicio.",
)
NO_CREDENTIALS = Text(
    "{carrier} needs {missing}: it shows them in your account with it.",
    "{carrier} necesita {missing}: lo muestra en tu cuenta con ella.",
)
UNKNOWN_CREDENTIAL = Text(
    '{carrier} is not logged in to with "{name}": give it {known}.',
    "Para entrar en {carrier} no se usa «{name}»: indica {known}.",
)
NO_LOG_IN = Text(
    "{carrier} is not logged in to: leave the credentials out.", "En {carrier} no hay que entrar: no indiques credenciales."
)
_PREFIX_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for a digit


@dataclass(frozen=True, slots=True)
class CarrierAccountForm:
    """What a person enters. `settings` and `credentials` are the carrier's own."""

    carrier: str
    services: tuple[str, ...]
    share_with: tuple[str, ...] = ()  # slugs of providers
    nickname: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_default: bool = False


def add_carrier_account(app: Application, slug: str, form: CarrierAccountForm, actor: str = OPERATOR) -> CarrierAccount:
    """A new carrier account. A carrier of which labels can be bought here is asked whether it accepts it. Raises Refused."""
    accepted = accept_carrier_account(app, slug, form)
    keep_carrier_account(app, accepted, form.share_with, actor)
    return accepted


def accept_carrier_account(app: Application, slug: str, form: CarrierAccountForm) -> CarrierAccount:
    """A carrier account as its carrier accepts it, which is not kept yet. No transaction may be open. Raises Refused."""
    if not form.carrier.strip() or not form.services or not all(service.strip() for service in form.services):
        raise Refused("no_services", NO_SERVICES)
    with app.reading() as uow:
        account = find_account(uow, slug)
        providers = tuple(get_provider(uow, provider).id for provider in form.share_with)
    wanted = CarrierAccount(
        new_id("car"),
        account.id,
        form.carrier.strip(),
        form.services,
        providers,
        nickname=form.nickname.strip(),
        settings=dict(form.settings),
        credentials=dict(form.credentials),
        is_default=form.is_default,
    )
    return _accepted(app, wanted)


def keep_carrier_account(
    app: Application, accepted: CarrierAccount, share_with: Sequence[str] = (), actor: str = OPERATOR
) -> None:
    """Add what the carrier has accepted; nobody is asked any more. `share_with` is as in its form."""
    owner_id, now = accepted.account_id, app.clock.now()
    with app.unit_of_work() as uow:
        uow.carrier_accounts.add(accepted)
        after = {"carrier": accepted.carrier, "services": list(accepted.services), "shared_with": list(share_with)}
        uow.audit.append([AuditEntry(owner_id, now, actor, "carrier_account.added", accepted.id, None, after)])
        choose_again(uow, [owner_id, *accepted.shared_with], now)
        keep_standings(app, uow, [owner_id, *accepted.shared_with], now)
        uow.commit()


@dataclass(frozen=True, slots=True)
class CarrierAccountChange:
    """What is to be different; what is absent stays. Of `credentials` those that are named are replaced."""

    services: tuple[str, ...] | None = None
    nickname: str | None = None
    settings: Mapping[str, Any] | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_default: bool | None = None


def change_carrier_account(
    app: Application,
    account_id: str,
    carrier_account_id: str,
    change: CarrierAccountChange,
    actor: str = OPERATOR,
    check_seen: Callable[[CarrierAccount], None] = lambda _: None,
) -> CarrierAccount:
    """The account as it is from now on; its carrier is asked whether it accepts it, as when it was added. Labels that were bought
    stay as they are. `check_seen` is asked about the account as nobody else changes it any more, and raises where that is not
    what the change is about. Raises Refused.
    """
    with app.reading() as uow:
        try:
            before = uow.carrier_accounts.get(account_id, carrier_account_id)
        except NotFound:
            raise Refused("no_carrier_account", NO_CARRIER_ACCOUNT, id=carrier_account_id) from None
    services = before.services if change.services is None else change.services
    if not services or not all(service.strip() for service in services):
        raise Refused("no_services", NO_SERVICES)
    after = replace(
        before,
        services=services,
        nickname=before.nickname if change.nickname is None else change.nickname.strip(),
        settings=before.settings if change.settings is None else dict(change.settings),
        credentials={**readable(before.credentials), **change.credentials},
        is_default=before.is_default if change.is_default is None else change.is_default,
    )
    after = replace(_accepted(app, after), refused_since=None, refusal=None)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        check_seen(uow.carrier_accounts.get(account_id, carrier_account_id))
        uow.carrier_accounts.update(after)
        told = ({"services": list(one.services), "nickname": one.nickname} for one in (before, after))
        entry = AuditEntry(account_id, app.clock.now(), actor, "carrier_account.changed", after.id, *told)
        uow.audit.append([entry])
        keep_standings(app, uow, [account_id, *connected_providers(uow, account_id)], app.clock.now())
        uow.commit()
    return after


def _accepted(app: Application, account: CarrierAccount) -> CarrierAccount:
    """As the carrier wants it: with a range of tracking numbers of its own, where these are given out here. Raises Refused."""
    carrier = app.carriers.get(account.carrier)
    if carrier is None:  # its labels come from elsewhere
        return account
    _check_credentials(carrier.describes, account)
    if carrier.describes.can(CarrierCapability.NUMBERED_HERE) and not account.settings.get("number_prefix"):
        prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(4))
        account = replace(account, settings={**account.settings, "number_prefix": prefix})
    try:
        carrier.check_settings(account)
        carrier.open(account).check()
    except CarrierRefused as refusal:
        raise Refused("bad_settings", sentence_of(refusal)) from None
    except CarrierError as error:
        raise Refused("carrier_unavailable", sentence_of(error)) from None
    return account


def _check_credentials(kind: CarrierKind, account: CarrierAccount) -> None:
    known = [one.name for one in kind.credentials]
    unknown = next((name for name in account.credentials if name not in known), None)
    if unknown is not None:
        text = UNKNOWN_CREDENTIAL if known else NO_LOG_IN
        raise Refused("unknown_credential", text, carrier=kind.name, name=unknown, known=", ".join(known))
    missing = [one.label for one in kind.credentials if not account.credentials.get(one.name, "").strip()]
    if missing:
        names = Text(*(", ".join(label.format(language) for label in missing) for language in LANGUAGES))
        raise Refused("no_credentials", NO_CREDENTIALS, carrier=kind.name, missing=names)

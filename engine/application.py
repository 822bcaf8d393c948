"""The product's parts, put together. Made once at the start (app.py) and handed to every use case."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.answering import Answering
from engine.decide.compiled import CompiledRuleSet
from engine.events import Subscription
from engine.explanations import Explanations
from engine.jobs.wake import Wake
from engine.list_states import ListStates
from engine.model.account import CarrierAccount
from engine.model.address_check import AddressRules, CountryAddresses
from engine.model.label import Document
from engine.model.mail import Mail
from engine.model.retention import DEFAULT_RETENTION, Retention
from engine.model.rule_set import RuleSetVersion
from engine.model.store_kind import StoreKind, unknown_kind
from engine.model.store_preferences import StoreLogo
from engine.ports import (
    Carrier,
    CarrierRefused,
    CarrierSession,
    Clock,
    LabelFiles,
    MailSender,
    MailUnavailable,
    PasswordHasher,
    Printers,
    PrinterUnreachable,
    ProviderSystem,
    SecretsUnreadable,
    StoreConnector,
    StoreError,
    UnitOfWork,
    UnitOfWorkFactory,
)
from rules.adopted import as_adopted
from rules.document import RuleSet, run_together
from rules.messages import Message, Text
from rules.parser import parse_rule_set
from rules.problems import Problem, RuleSetRefused

MAX_COMPILED = 64

NO_CONNECTOR = Text(
    'This installation has nothing to reach stores of the kind "{kind}" with: install the version of Relevo that had it, or '
    "disconnect the store.",
    'Esta instalación no tiene con qué conectar con tiendas de tipo "{kind}": instala la versión de Relevo que lo tenía o '
    "desconecta la tienda.",
)

NO_PROVIDER_SYSTEM = Text(
    "This installation has nothing to reach logistics providers' own systems with.",
    "Esta instalación no tiene con qué conectar con los sistemas de proveedores de logística.",
)
NO_CARRIER = Text(
    'This installation cannot speak with the carrier "{carrier}": install the version of Relevo that could.',
    'Esta instalación no puede hablar con la empresa de transporte "{carrier}": instala la versión de Relevo que podía.',
)
NO_PRINTER = Text(
    "This installation knows no printer {printer} for this account: the operator has to name it in RELEVO_PRINTERS.",
    "Esta instalación no conoce ninguna impresora {printer} para esta cuenta: quien la opera debe indicarla en RELEVO_PRINTERS.",
)
NO_MAIL = Text("Nothing here takes mails away.", "Aquí no hay nada que envíe los correos.")


class UnreadableVersion(RuleSetRefused):
    """A published version that no longer parses."""

    def __init__(self, version: RuleSetVersion, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.version = version


class CompiledRuleSets:
    """Accounts' rules compiled, the most recently used ones kept. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[tuple[str, ...], str], _Compiling] = OrderedDict()

    def get(self, versions: Sequence[RuleSetVersion], zone: ZoneInfo) -> CompiledRuleSet:
        """Versions that run one after the other, compiled for a time zone. Raises UnreadableVersion.

        Only those who want the same wait while it is made. One that is no longer kept stays usable for whoever still holds
        it; its memory goes back with the last of them.
        """
        key = (tuple(version.id for version in versions), zone.key)
        with self._lock:
            compiling = self._kept.setdefault(key, _Compiling())
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_COMPILED:
                self._kept.popitem(last=False)
        return compiling.result(versions, zone)


class _Compiling:
    """One compiled list of versions, made by the first who wants it; after a refusal by the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: CompiledRuleSet | None = None

    def result(self, versions: Sequence[RuleSetVersion], zone: ZoneInfo) -> CompiledRuleSet:
        made = self._made
        if made is not None:
            return made
        with self._lock:
            if self._made is None:
                self._made = CompiledRuleSet(run_together(parsed(versions)), zone)
            return self._made


def parsed(versions: Iterable[RuleSetVersion]) -> list[tuple[str, RuleSet]]:
    """The rule sets of published versions by their slugs, adopted ones as they run here. Raises UnreadableVersion."""
    sets = []
    for version in versions:
        rule_set, problems = parse_rule_set(version.document)
        if rule_set is None:
            raise UnreadableVersion(version, problems)
        if version.adoption is not None:
            rule_set = as_adopted(rule_set, version.set_slug, version.adoption.switched_off)
        sets.append((version.set_slug, rule_set))
    return sets


class NoMail:
    """Implements `engine.ports.MailSender` where there is none: mails wait."""

    writes_files = False

    def send(self, mail: Mail, base_url: str, logo: StoreLogo | None = None) -> None:
        raise MailUnavailable(Message("no_mail_sender", NO_MAIL))

    def forget(self, mail_ids: Sequence[str]) -> None: ...


class NoLabelFiles:
    """Implements `engine.ports.LabelFiles` where none are written."""

    def forget_written(self, before: datetime) -> None: ...


def _nothing_known(_country: str) -> CountryAddresses | None:
    return None


class NoPrinters:
    """Implements `engine.ports.Printers` where the operator has named none."""

    def addresses(self, account_slug: str) -> tuple[str, ...]:
        return ()

    def send(self, address: str, documents: Sequence[Document], *, needs_mark: bool) -> None:
        raise PrinterUnreachable(Message("no_printer", NO_PRINTER, {"printer": address}))


def _all_listeners() -> tuple[Subscription, ...]:
    from engine.services.listeners import LISTENERS  # here, since the services that listen import this module

    return LISTENERS


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a use case may need."""

    unit_of_work: UnitOfWorkFactory
    reading: UnitOfWorkFactory  # sees one unchanging state, holds up nobody, may not write
    clock: Clock
    connectors: Mapping[str, StoreConnector]
    passwords: PasswordHasher
    public_url: str | None = None  # where stores reach this service from outside, without a slash at the end
    local_url: str | None = None  # where a store on this machine, such as a sandbox, reaches it
    mail: MailSender = field(default_factory=NoMail)
    label_files: LabelFiles = field(default_factory=NoLabelFiles)
    printers: Printers = field(default_factory=NoPrinters)
    provider_system: ProviderSystem | None = None  # None: this installation speaks with no provider's system
    carriers: Mapping[str, Carrier] = field(default_factory=dict)  # by code: those of which labels can be bought
    address_rules: AddressRules = _nothing_known
    wake: Wake = field(default_factory=Wake)  # wakes this process's worker when a webhook has arrived
    answering: Answering = field(default_factory=Answering)  # whom this process's long work lets pass
    retention: Retention = DEFAULT_RETENTION
    judges: int = 0  # processes of their own in which backtests of pages decide; 0: in the worker's
    compiled: CompiledRuleSets = field(default_factory=CompiledRuleSets)
    explanations: Explanations = field(default_factory=Explanations)
    list_states: ListStates = field(default_factory=ListStates)
    listeners: tuple[Subscription, ...] = field(default_factory=_all_listeners)  # who hears of what happens to orders

    def within(self, uow: UnitOfWork) -> Application:
        """The same, but all that its use cases do is part of one transaction: it is kept with that, or not at all.

        Nobody is woken before it is kept; whoever commits the transaction does that.
        """
        return replace(self, unit_of_work=uow.part, reading=uow.part, wake=Wake())

    @property
    def base_url(self) -> str:
        """What links in mails begin with."""
        return self.public_url or self.local_url or "http://localhost"

    @property
    def providers(self) -> ProviderSystem:
        """Raises StoreError where this installation has nothing to reach providers' systems with."""
        if self.provider_system is None:
            raise StoreError(Message("no_provider_system", NO_PROVIDER_SYSTEM))
        return self.provider_system

    def carrier(self, code: str) -> Carrier:
        """Raises CarrierRefused for a carrier that this installation cannot speak with (any more)."""
        carrier = self.carriers.get(code)
        if carrier is None:
            raise CarrierRefused(Message("no_carrier", NO_CARRIER, {"carrier": code}))
        return carrier

    def carrier_session(self, account: CarrierAccount) -> CarrierSession:
        """A conversation with the carrier of an account. Raises CarrierRefused for settings that cannot be used, and for
        credentials that cannot be read.
        """
        try:
            return self.carrier(account.carrier).open(replace(account, credentials=dict(account.credentials)))
        except SecretsUnreadable as error:
            raise CarrierRefused(error.message) from None

    def connector(self, kind: str) -> StoreConnector:
        """Raises StoreError for a kind of store that this installation has no connector for (any more)."""
        connector = self.connectors.get(kind)
        if connector is None:
            raise StoreError(Message("no_connector", NO_CONNECTOR, {"kind": kind}))
        return connector

    def describe(self, kind: str) -> StoreKind:
        """What a kind of store says of itself; of one that has no connector (any more), no more than its code."""
        connector = self.connectors.get(kind)
        return unknown_kind(kind) if connector is None else connector.describes

"""Harbour, a kind of store that only tests have: with one setting of most types, whose ids are texts, and one way to log in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.model.sentence import Sentence
from engine.model.store import Choice, Store, StoreChoices
from engine.model.store_commands import CommandOption, StoreCommand, StoreCommands
from engine.model.store_kind import Capability, StoreKind
from engine.model.store_settings import Connecting, LoginScheme, Option, Section, Setting, SettingType, Stage
from engine.ports import CredentialsRefused, SettingProblem, StoreError
from rules.messages import Message, Text

KEY = "open-sesame-7"

PLACE = Section(Text("The port", "El puerto"), comes_first=True)
GOODS = Section(Text("What is shipped", "Qué se envía"))

SHOP = Setting(
    "shop",
    Text("Port code", "Código de puerto"),
    SettingType.CODE,
    help=Text("As it is painted on the crane.", "Como está pintado en la grúa."),
    is_needed=True,
    stages=frozenset({Stage.CONNECT}),
    section=PLACE,
    names_account=True,
)
TIDE = Setting(
    "tide",
    Text("Ship at", "Enviar con"),
    SettingType.CHOICE,
    options=(Option("high", Text("High tide", "Marea alta")), Option("low", Text("Low tide", "Marea baja"))),
    default="low",
    section=GOODS,
)
BERTHS = Setting(
    "berth_ids",
    Text("Berths", "Atracaderos"),
    SettingType.TEXT_IDS,
    is_needed=True,
    stages=frozenset({Stage.CHOOSE, Stage.CHANGE}),
    choices="warehouses",
    section=GOODS,
    selects_orders=True,
)
FRAGILE = Setting("fragile", Text("Everything is fragile", "Todo es frágil"), SettingType.FLAG, section=GOODS, shapes_orders=True)
MOTTO = Setting("motto", Text("Motto", "Lema"), stages=frozenset({Stage.CHANGE}), section=GOODS)
API_KEY = Setting("api_key", Text("Harbour key", "Llave del puerto"), SettingType.CONCEALED, is_needed=True)

HARBOUR = StoreKind(
    code="harbour",
    name="Harbour",
    settings=(SHOP, TIDE, BERTHS, FRAGILE, MOTTO),
    logins=(
        LoginScheme(
            "key",
            Text("Key", "Llave"),
            Text("The harbour master has it.", "La tiene el capitán del puerto."),
            credentials=(API_KEY,),
        ),
    ),
    reasons=(),
    write_back_steps=(),
    capabilities=frozenset({Capability.CHOICES}),
    connecting=Connecting(
        needs=(Text("the key of the harbour master", "la llave del capitán del puerto"),),
        imports=Text("Those that lie at the chosen berths.", "Los que están en los atracaderos elegidos."),
        name_help=Text("Left blank, it is named after the port.", "En blanco, toma el del puerto."),
    ),
    commands=StoreCommands(
        options={
            StoreCommand.CONNECT: (
                CommandOption("shop", "The code of the port.", is_required=True),
                CommandOption("api_key", "Read the key as one line from the standard input."),
                CommandOption("tide", "When to ship."),
                CommandOption("berth_ids", "Once for each berth.", "--berth-id"),
                CommandOption("fragile", "Everything is fragile."),
            ),
            StoreCommand.RECONNECT: (CommandOption("api_key", "Read the new key as one line from the standard input."),),
            StoreCommand.SET: (
                CommandOption("tide", "When to ship."),
                CommandOption("berth_ids", "These berths instead.", "--berth-id"),
                CommandOption("fragile", "Whether everything is fragile.", "--fragile/--sturdy"),
                CommandOption("motto", "What stands on the crane.", metavar="TEXT"),
                CommandOption("motto", name="--no-motto", empties=True),
            ),
        },
        about={StoreCommand.CONNECT: "Connect a port of Harbour."},
    ),
)

_CODE = Text("{value} is not a port: three letters.", "{value} no es un puerto: tres letras.")
_NO_BERTH = Text("Choose a berth.", "Elige un atracadero.")
_BERTH = Text("The port has no berth {value}.", "El puerto no tiene el atracadero {value}.")
_TIDE = Text("There is no such tide.", "No hay tal marea.")


@dataclass
class HarbourSession:
    """A conversation with a port that has two berths and one key."""

    store: Store
    is_locked: bool
    requests: int = 0
    changes_until: str | None = None

    def check(self) -> None:
        if self.is_locked and self.store.credentials.get("api_key") != KEY:
            refused = Sentence("The key does not turn.", "La llave no gira.")
            raise CredentialsRefused(refused, "api_key")
        known = {choice.id for choice in self.choices().warehouses}
        unknown = [one for one in self.store.settings.get("berth_ids") or () if one not in known]
        if unknown:
            raise StoreError(Message("no_berth", _BERTH, {"value": unknown[0]}), "berth_ids")

    def choices(self) -> StoreChoices:
        ids: Any = ("north quay", "007")
        return StoreChoices(
            warehouses=tuple(Choice(one, name) for one, name in zip(ids, ("North quay", "South quay"), strict=True))
        )

    def close(self) -> None: ...


@dataclass
class HarbourConnector:
    """A kind of store by whose settings alone it is known."""

    kind: str = "harbour"
    describes: StoreKind = field(default_factory=lambda: HARBOUR)

    def open(self, store: Store, vault: object = None) -> HarbourSession:
        return self._open(store, is_whole=True)

    def try_out(self, store: Store) -> StoreChoices:
        session = self._open(store, is_whole=False)
        session.check()
        return session.choices()

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return False

    def _open(self, store: Store, *, is_whole: bool) -> HarbourSession:
        """Raises StoreError for settings that cannot be used."""
        problems = []
        code, given = store.settings.get("shop"), store.settings
        if not isinstance(code, str) or len(code) != 3:
            problems.append(SettingProblem("shop", Message("bad_shop", _CODE, {"value": code})))
        if given.get("tide") not in ("high", "low"):
            problems.append(SettingProblem("tide", Message("bad_tide", _TIDE)))
        if is_whole and not given.get("berth_ids"):
            problems.append(SettingProblem("berth_ids", Message("bad_berths", _NO_BERTH)))
        assert isinstance(given.get("fragile", False), bool)
        if problems:
            error = StoreError(problems[0].message)
            error.problems = tuple(problems)
            raise error
        return HarbourSession(store, is_locked=bool(self.describes.logins))

"""Carriers: what any of them has to be able to do, how they fail, and what is kept of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from engine.model.account import CarrierAccount
from engine.model.carrier import CalledAbout, CarrierKind, DocumentForm, ServiceRate, ServiceWords
from engine.model.label import BoughtLabel, Document, Label, LabelRequest
from engine.model.money import Money
from engine.model.sentence import Sentence
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent
from rules.messages import Language, Message

LOG_IN_REFUSED = "credentials_refused"  # the code of a refusal that is about what is logged in with


class CarrierError(Exception):
    """What a carrier says to a person. Its argument is a `Message` or a `Sentence`, and never holds a secret."""

    def __init__(self, said: Message | Sentence) -> None:
        super().__init__(said)
        self.code = said.code if isinstance(said, Message) else ""


class CarrierUnavailable(CarrierError):
    """Nobody knows whether the carrier did it: look it up before it is asked again."""


class CarrierRefused(CarrierError):
    """The carrier did nothing and said why: the same call would be refused again."""


class CarrierSession(Protocol):
    """A conversation with one account of a carrier. Never while a transaction is open.

    Each call raises CarrierUnavailable where the outcome is unclear, and CarrierRefused for a clear no. What a carrier has no
    capability for is not called.
    """

    def check(self) -> None:
        """See whether the account can be used: its credentials, or its rate sheet."""

    def check_request(self, request: LabelRequest) -> None:
        """Refuse, without asking anybody, what the carrier cannot ship: a country, a weight, a field that it needs."""

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        """What these services cost for the request, whatever service it names. Those that it cannot have are left out."""

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        """The tracking numbers that these running numbers make, of a carrier whose numbers are given out here.

        Raises CarrierRefused when the account's range has no more.
        """

    def prepare(self, request: LabelRequest) -> str:
        """Make what costs nothing yet; the carrier's id of it, empty where there is no such step."""

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        """What buying what was prepared would cost now; None where the carrier does not say that before."""

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        """Buy the label of what was prepared. Documents come along, unless the carrier draws them at any time."""

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        """What the carrier has bought under the reference of the request; None when there is nothing."""

    def void(self, label: Label) -> None:
        """Give a bought label back."""

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        """What the carrier knows of the parcels' way, the earliest first."""

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        """A document of a bought label once more, one for each parcel; `is_copy` marks it so that it is not used twice.

        A packing slip, of a carrier that has one, is in the name of `brand`, else of the request's sender.
        """


class Carrier(Protocol):
    """One carrier."""

    describes: CarrierKind

    def open(self, account: CarrierAccount) -> CarrierSession:
        """Asks nothing yet. Raises CarrierRefused when the account's settings cannot be used."""

    def check_settings(self, account: CarrierAccount) -> None:
        """What a person entered about an account, before it is kept. Raises CarrierRefused with the place and what to do."""


@runtime_checkable
class CallingCarrier(Carrier, Protocol):
    """One that calls when a parcel moves (`CarrierCapability.CALLS`)."""

    def parse_call(self, account: CarrierAccount, headers: Mapping[str, str], body: bytes) -> CalledAbout:
        """What a call is about. Raises CarrierRefused for one that the account's carrier has not signed."""


@runtime_checkable
class NamingCarrier(Carrier, Protocol):
    """One that is called what its account calls it, and its services likewise."""

    def words(self, account: CarrierAccount | None, service: str, language: Language) -> ServiceWords:
        """What stands on its labels; of no account that is known what can be said of all."""


class Labels(Protocol):
    """Purchases of labels and their documents. The account is the one that buys, whoever owns the carrier account."""

    def add_many(self, labels: Sequence[Label]) -> None: ...

    def update(self, label: Label) -> None:
        """Keep its state and what the carrier said of it."""

    def get(self, account_id: str, label_id: str, *, for_change: bool = False) -> Label:
        """Raises NotFound."""

    def find_by_shipment(self, account_id: str, shipment_id: str, *, for_change: bool = False) -> Label | None: ...

    def list_for_order(self, account_id: str, order_id: str) -> list[Label]:
        """The oldest first, refused and voided ones too, and those for the way back."""

    def being_bought(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Label]]:
        """Those that are being bought, by order, with its own units in them; not those for the way back, which take no units.

        Of an order that leaves in another one's parcel, or has parted from it meanwhile, also those of this parcel.
        """

    def list_unmanifested(self, account_id: str, since: datetime, limit: int) -> list[Label]:
        """Those planned since then that are paid, not to be given back, and on no manifest; the oldest first."""

    def put_on_manifest(self, account_id: str, label_ids: Sequence[str], manifest_id: str) -> int:
        """Put those on a manifest that are still on none and not given back; how many."""

    def take_off_manifest(self, account_id: str, manifest_id: str) -> None:
        """Let all labels of a manifest go on another one."""

    def list_on_manifest(self, account_id: str, manifest_id: str) -> list[Label]:
        """Those that were put on a manifest, also what was voided since; the oldest first."""

    def take_numbers(self, account_id: str, carrier_account_id: str, count: int) -> int:
        """The first of so many consecutive running numbers of a carrier account, which nobody else gets."""

    def keep_documents(self, account_id: str, label_id: str, documents: Sequence[Document], now: datetime) -> None: ...

    def list_documents(self, account_id: str, label_id: str) -> list[Document]: ...

    def forget_documents(self, before: datetime) -> int:
        """Delete those that were kept before an instant, of all accounts; how many."""

    def redact(self, account_id: str, order_ids: Sequence[str]) -> list[str]:
        """Take out of the requests of orders who the parcels were for, and delete their documents: the ids of the shipments."""

    def was_printed(self, account_id: str, label_id: str) -> bool: ...

    def note_printed(self, account_id: str, label_id: str, now: datetime) -> bool:
        """Keep that it was printed; whether it had been before."""

    def note_not_printed(self, account_id: str, label_id: str) -> None:
        """What was kept as printed never came out of a printer."""

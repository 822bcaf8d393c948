"""An account with one of everything, to see what a call that names another account's things does to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from support.examples import NOON, a_decision, a_job, a_store, an_account, an_order
from support.linked_orders import keep_order
from support.tenant_more import keep_more

from engine.model.account import Account, AccountKind, CarrierAccount, Location, User
from engine.model.account_list import AccountList
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.authorisation import PendingAuthorisation
from engine.model.carrier import ServiceRate
from engine.model.connection import Connection as Partnership
from engine.model.connection import ConnectionState
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.hold import Hold, HoldOwner
from engine.model.integrated_provider import EventReply, IntegratedProvider, ProviderSecrets, Sending
from engine.model.inventory import Movement, MovementKind
from engine.model.job import JobKind, JobState
from engine.model.label import (
    BoughtLabel,
    Document,
    DocumentFormat,
    DocumentKind,
    Label,
    LabelPurpose,
    LabelRequest,
    PaperSize,
    ParcelToShip,
    PostalAddress,
)
from engine.model.label_batch import BatchResult, LabelBatch
from engine.model.mail import Mail, MailContent, MailKind, MailMode
from engine.model.manifest import Manifest
from engine.model.money import Money
from engine.model.one_time_link import LinkPurpose, OneTimeLink
from engine.model.order import Order, StoredDecision
from engine.model.pickup import Pickup, PickupRequest
from engine.model.price_list import Charge, PriceList
from engine.model.print_station import PrintStation
from engine.model.product_default import DefaultOf, MethodService, ProductDefault
from engine.model.rate_comparison import AskedRates, RateComparison, RateWish
from engine.model.request import FulfillmentRequest, RequestLine
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.rule_draft import DraftRevision, RuleDraft
from engine.model.rule_health import RuleCount, RuleStanding
from engine.model.rule_offer import Audience, OfferedVersion, RuleOffer
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.model.schedule import RuleSchedule, ScheduledRun, SecondLook, Settled
from engine.model.sentence import Sentence
from engine.model.statement import Statement, StatementEntry, StatementRow, WorkedOut
from engine.model.store import ImportRun, KnownNames, NameKind, Parked, SkippedNote, Store
from engine.model.store_preferences import StoreLogo
from engine.model.tracking import Tracking, TrackingEvent, TrackingState
from engine.model.transitions import Side
from engine.model.web_session import WebSession
from engine.model.write_back import StepDone
from engine.ports import UnitOfWork

LATER = NOON + timedelta(minutes=5)
STEP, LOGO = StepDone("reference", NOON), StoreLogo("image/png", b"picture")


@dataclass(frozen=True)
class Things:
    """One of everything. Each text of it holds the account's name, so that none can be read without being noticed."""

    name: str
    account: Account
    user: User
    store: Store
    order: Order
    decision: StoredDecision
    request: FulfillmentRequest
    message: RequestMessage
    shipment: Shipment
    label: Label
    version: RuleSetVersion
    run: ImportRun
    parked: Parked
    skipped: SkippedNote
    connection: Partnership
    link: OneTimeLink
    mail: Mail

    @property
    def batch(self) -> LabelBatch:
        return LabelBatch(f"lbb_{self.name}", self.account.id, self.name, NOON, NOON)

    @property
    def kept_list(self) -> AccountList:
        return AccountList(f"lst_{self.name}", self.account.id, self.name, f"digest-{self.name}", 1, NOON, self.name)

    @property
    def schedule(self) -> RuleSchedule:
        return RuleSchedule(self.account.id, f"rule-{self.name}", self.name, self.name, NOON, self.name)

    @property
    def scheduled_run(self) -> ScheduledRun:
        return ScheduledRun(self.account.id, NOON, {f"rule-{self.name}": NOON}, self.name)

    @property
    def look(self) -> SecondLook:
        return SecondLook(self.account.id, f"rule-{self.name}", self.order.id, NOON, NOON, NOON)

    @property
    def way_back(self) -> Label:
        """It was bought."""
        made = BoughtLabel(self.name, (self.name,), cost=Money(Decimal(1), "EUR"))
        ids = {"id": f"lbl_2_{self.name}", "shipment_id": f"rtn_{self.name}"}
        return replace(self.label, **ids, purpose=LabelPurpose.RETURN).buy(made, NOON)

    @property
    def offer(self) -> RuleOffer:
        names = (self.account.id, self.version.set_slug, self.name)
        return RuleOffer(f"rof_{self.name}", *names, Audience.CONNECTED, NOON)

    @property
    def offered(self) -> OfferedVersion:
        version = self.version
        return OfferedVersion(self.account.id, self.offer.id, version.number, version.id, NOON, self.name)

    @property
    def adopted(self) -> RuleSetVersion:
        adoption = Adoption(self.offer.id, self.account.id, self.version.number, (self.name,))
        return replace(self.version, id=f"rsv_2_{self.name}", set_slug=f"ours-{self.name}", adoption=adoption)

    @property
    def movement(self) -> Movement:
        owners = (self.account.id, self.account.id, f"sku-{self.name}")
        return Movement(f"mov_{self.name}", *owners, MovementKind.COUNTED, Decimal(1), Decimal(1), NOON, self.name, self.name)

    @property
    def tracking(self) -> Tracking:
        owners = (self.shipment.id, self.account.id, self.order.id)
        words = Sentence(self.name, self.name)
        return Tracking(*owners, NOON, f"car_{self.name}", f"carrier-{self.name}", words=words, ask_at=NOON)

    @property
    def tracked(self) -> TrackingEvent:
        return TrackingEvent(NOON, TrackingState.IN_TRANSIT, Sentence(self.name, self.name), self.name)

    @property
    def prices(self) -> PriceList:
        return PriceList(self.account.id, self.account.id, "2026-01", "EUR", *(Decimal(1),) * 5, actor=self.name, set_at=NOON)

    @property
    def issued(self) -> WorkedOut:
        """It counts the shipment and takes it away again, so that it is to be counted anew."""
        owners = (self.account.id, self.account.id, "2026-01")
        row = StatementRow(Charge.ORDERS, "2026-01", Decimal(1), Decimal(1), Decimal(1))
        names, counts = (self.name,) * 3, (1, 1, 1)
        statement = Statement(
            f"stm_{self.name}", *owners, "EUR", *names, "UTC", (row,), *counts, issued_at=NOON, issued_by=self.name
        )
        about, costs = (self.shipment.id, self.order.id, self.name, NOON, "2026-01"), (Money(Decimal(1), "EUR"),)
        entries = tuple(StatementEntry(*about, sign, *counts, costs, "EUR") for sign in (1, -1))
        return WorkedOut(*owners, (statement,), entries)

    @property
    def asked_rates(self) -> AskedRates:
        rates = (ServiceRate(self.name, Money(Decimal(1), "EUR"), 1),)
        return AskedRates(self.account.id, self.order.id, f"car_{self.name}", self.name, NOON, rates)

    @property
    def comparison(self) -> RateComparison:
        ids, sentence = (self.account.id, self.order.id, self.decision.id), Sentence(self.name, self.name)
        return RateComparison(*ids, RateWish((self.name,)), self.name, NOON, sentence=sentence)

    @property
    def integrated(self) -> IntegratedProvider:
        secrets = ProviderSecrets(f"whsec_{self.name}")
        url = f"https://{self.name}.example"
        return IntegratedProvider(self.account.id, self.account.id, self.connection.id, url, secrets, NOON)

    @property
    def sending(self) -> Sending:
        return Sending(self.request.id, self.account.id, self.account.id, 1, self.name)

    @property
    def manifest(self) -> Manifest:
        owners, place = (self.account.id, f"car_{self.name}", self.account.id), PostalAddress(company=self.name)
        return Manifest(f"man_{self.name}", *owners, "house", "", place, 1, 1, self.name, NOON)

    @property
    def pickup(self) -> Pickup:
        owners, place = (self.account.id, f"car_{self.name}", self.account.id), PostalAddress(company=self.name)
        asked = PickupRequest(self.name, self.name, place, NOON, LATER, (self.name,), 1, 1)
        return Pickup(f"pck_{self.name}", *owners, self.name, asked, self.name, self.name, NOON)

    @property
    def external(self) -> str:
        return self.order.external_id

    def key(self, kind: str) -> str:
        return f"{kind}:{self.name}"

    def consent(self) -> PendingAuthorisation:
        return PendingAuthorisation(f"digest-{self.name}", self.account.id, "operator", NOON, LATER, {"form": self.name})

    def claimed_by(self, account_id: str) -> Things:
        """The same objects as they were the other account's."""
        owned = ("store", "order", "decision", "request", "shipment", "label", "mail")
        return replace(self, **{name: replace(getattr(self, name), account_id=account_id) for name in owned})


def things(name: str) -> Things:
    """One of everything under a name, not kept anywhere yet."""
    account = an_account(name, id=f"acc_{name}")
    store = a_store(account.id, id=f"sto_{name}", name=name, settings={"channels": [name]}, webhook_digest=name)
    order = an_order(account.id, store.id, f"note-{name}", id=f"ord_{name}", **_texts_of_the_order(name))
    lines = (RequestLine("1", f"sku-{name}", name, Decimal(2)),)
    request = FulfillmentRequest(
        f"req_{name}", account.id, account.id, order.id, lines, "24h", (name,), NOON,
        connection_id=f"con_{name}", copy_id=order.id, changed_at=NOON,
    )  # fmt: skip
    asked = MessageKind.ASKED
    parcels = (Parcel(f"par_{name}", tracking_number=f"t-{name}", label_id=f"label-{name}"),)
    return Things(
        name=name,
        account=account,
        user=User(f"usr_{name}", account.id, f"{name}@example.com", "$argon2id$…", "admin", "es", NOON),
        store=store,
        order=order,
        decision=a_decision(order, id=f"dec_{name}", context_id=f"ctx-{name}", facts={"order": {"reference": name}}),
        request=request,
        message=RequestMessage(f"rqm_{name}", request.id, account.id, account.id, Side.MERCHANT, asked, name, NOON, text=name),
        shipment=Shipment(
            f"shp_{name}",
            account.id,
            order.id,
            request.id,
            name,
            "24h",
            {"1": Decimal(2)},
            parcels,
            ShipmentState.SHIPPED,
            NOON,
            f"source-{name}",
        ),
        label=a_label_of(order, name),
        version=RuleSetVersion(f"rsv_{name}", account.id, 1, name, f"name: {name}\nrules: []\n", NOON, name, f"set-{name}"),
        run=ImportRun(f"run_{name}", store.id, NOON, None, None, None, {}),
        parked=Parked(f"parked-{name}", f"o-{name}", f"o-{name}", "path", Sentence(name, name), name.encode()),
        skipped=SkippedNote(f"skipped-{name}", f"o-{name}", "not_printed", Sentence(name, name), "stamp", NOON, NOON),
        connection=Partnership(
            f"con_{name}",
            account.id,
            account.id,
            ConnectionState.ACTIVE,
            name,
            name,
            NOON,
            f"client-{name}@example.com",
            requires_shared=True,
        ),
        link=OneTimeLink(f"lnk_{name}", name, LinkPurpose.JOIN, f"{name}@example.com", account.id, {"role": name}, NOON, LATER),
        mail=a_mail_of(account, f"mai_{name}", name),
    )


def a_label_of(order: Order, name: str) -> Label:
    """It is being bought, by a job that stands with it."""
    to = PostalAddress(name=name, country="ES")
    asked = LabelRequest(f"lbl_{name}", name, to, to, (ParcelToShip(100),), NOON.date(), sender=name)
    owners = (order.account_id, order.id, f"shp_{name}", f"car_{name}", order.account_id)
    return Label(f"lbl_{name}", *owners, name, name, {"1": Decimal(2)}, asked, name, NOON)


def a_mail_of(account: Account, mail_id: str, name: str) -> Mail:
    content = MailContent(name, (name,))
    reader = {"user_id": f"usr_{name}", "reader_account_id": account.id, "for_digest": True}
    return Mail(mail_id, account.id, f"{name}@example.com", MailKind.RULE_EMAIL, "es", NOON, content, **reader)


def _texts_of_the_order(name: str) -> dict[str, Any]:
    return {
        "external_order_id": f"o-{name}",
        "order_number": f"o-{name}",
        "origin": f"origin-{name}",
        "channel": f"channel-{name}",
        "source_version": "stamp",
        "flags": ("odd", "unhandled"),
        "holds": 1,
        "source": {"order_number": f"o-{name}", "ship_to": {"name": name, "postal_code": "28004"}, "requested_service": name},
    }


def keep(uow: UnitOfWork, some: Things) -> None:
    """Keep everything of it."""
    account, store, order, user = some.account, some.store, some.order, some.user
    uow.accounts.add(replace(account, kind=AccountKind.PROVIDER))
    uow.users.add(user)
    uow.web_sessions.add(WebSession(f"token-{some.name}", account.id, user.id, NOON, NOON, LATER))
    for location_id in (f"loc_{some.name}", f"loc_{some.name}_empty"):
        uow.locations.add(Location(location_id, account.id, location_id, some.name, "ES"))
    uow.carrier_accounts.add(CarrierAccount(f"car_{some.name}", account.id, some.name, ("24h",), (account.id,)))
    uow.one_time_links.add(some.link)
    uow.connections.add(some.connection)
    uow.stores.add(store)
    uow.stores.keep_logo(store, replace(LOGO, image=some.name.encode()))
    uow.stores.take_import_lease(account.id, store.id, "somebody", NOON, NOON + timedelta(seconds=10))
    uow.stores.start_run(account.id, some.run)
    keep_order(uow, order)
    uow.decisions.keep_context(some.decision.context_id, {"name": some.name})
    uow.decisions.add_many([some.decision])
    uow.rule_sets.add_version(some.version)
    uow.rule_offers.add(some.offer)
    uow.rule_offers.add_version(some.offered)
    uow.rule_sets.add_version(some.adopted)
    uow.rule_sets.arrange(account.id, [some.version.id, some.adopted.id])
    uow.rule_drafts.put(RuleDraft(account.id, some.version.set_slug, 1, NOON, user.id, some.version.id))
    uow.rule_drafts.add_revision(DraftRevision(account.id, some.version.set_slug, 1, some.version.document, NOON, user.id))
    uow.schedules.put_settled(Settled(account.id, some.name, NOON))
    uow.schedules.put([some.schedule])
    uow.schedules.put_run(some.scheduled_run)
    uow.schedules.put_looks([some.look])
    uow.rule_health.count(account.id, NOON.date(), [RuleCount(f"rule-{some.name}", 1, 0, NOON)])
    uow.rule_health.put_standings(account.id, [RuleStanding(f"rule-{some.name}", NOON)])
    uow.requests.add(some.request)
    uow.requests.add_message(some.message)
    uow.inventory.record([some.movement])
    uow.inventory.note_products(account.id, account.id, {f"sku-{some.name}": some.name})
    uow.integrated_providers.add(some.integrated)
    uow.integrated_providers.keep_sending(some.sending)
    uow.integrated_providers.claim_event(account.id, f"msg-{some.name}", NOON)
    uow.integrated_providers.keep_reply(account.id, f"msg-{some.name}", EventReply(200, {"result": some.name}))
    uow.holds.add(Hold(f"hld_{some.name}", account.id, order.id, HoldOwner.MERCHANT, some.name, NOON, some.name))
    uow.requests.replace_skus(account.id, some.connection.id, {f"sku-{some.name}": some.name})
    uow.fulfillment.add_shipment(some.shipment)
    uow.labels.add_many([some.label, some.way_back])
    uow.print_stations.add(PrintStation(f"pst_{some.name}", account.id, some.name, NOON, f"loc_{some.name}"))
    content = Document(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL, some.name.encode())
    uow.labels.keep_documents(account.id, some.label.id, [content], NOON)
    uow.trackings.put(some.tracking)
    uow.trackings.keep_events(account.id, some.shipment.id, [some.tracked], NOON)
    uow.rates.keep_asked([some.asked_rates])
    uow.rates.keep_comparison(some.comparison)
    uow.lists.put(some.kept_list, [some.name])
    uow.product_defaults.put_many(account.id, [ProductDefault(account.id, DefaultOf.SKU, some.name, package=some.name)])
    uow.shipping_methods.add(MethodService(f"mth_{some.name}", account.id, store.id, some.name, "", some.name, some.name))
    uow.label_batches.add(some.batch, [order.id])
    uow.label_batches.keep_results(account.id, some.batch.id, {order.id: BatchResult(some.label.id)})
    keep_more(uow, some)
    uow.manifests.add(some.manifest)
    uow.pickups.add(some.pickup)
    uow.manifests.keep_document(account.id, some.manifest.id, some.name.encode(), NOON)
    uow.billing.set_prices(some.prices)
    uow.billing.issue(some.issued)
    uow.write_backs.add_step(account.id, some.shipment.id, STEP)
    about = {"order_id": order.id, "payload": {"to": some.name}}
    waiting = a_job(account.id, some.key("wait"), id=f"job_2_{some.name}", state=JobState.WAITING, **about)
    telling = a_job(account.id, some.key("notify"), kind=JobKind.NOTIFY_STORE, id=f"job_3_{some.name}", **about)
    uow.jobs.add_many([a_job(account.id, some.key("job"), id=f"job_{some.name}", **about), waiting, telling])
    uow.pending_changes.add(account.id, store.id, [f"change-{some.name}"], NOON)
    uow.leases.take(account.id, some.key("lease"), "somebody", NOON, LATER)
    uow.authorisations.add(some.consent())
    uow.alerts.add(Alert(f"alr_{some.name}", account.id, order.id, Sentence(some.name, some.name), NOON))
    uow.mails.add(some.mail)
    uow.mail_preferences.set_mode(account.id, user.id, MailKind.RULE_EMAIL, MailMode.DAILY)
    uow.audit.append([AuditEntry(account.id, NOON, "operator", "order.imported", order.id, some.name, some.name)])
    _keep_records(uow, some, store)


def _keep_records(uow: UnitOfWork, some: Things, store: Store) -> None:
    uow.stores.park(store, some.parked, "r1", NOON)
    uow.stores.record_skipped(store, [some.skipped])
    uow.stores.keep_raw(store, [(some.external, "r1", some.name.encode())], NOON)
    uow.stores.keep_products(store, {f"product-{some.name}": {"barcode": some.name}}, NOON)
    uow.stores.keep_names(store, {NameKind.CHANNELS: KnownNames({"1": some.name}, NOON)})
    uow.stores.count_unknown_fields(store, {f"field-{some.name}": 1}, NOON, afresh=False)

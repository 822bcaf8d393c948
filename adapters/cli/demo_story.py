"""What has happened between the demo's two sides when somebody first looks: something of everything that both can do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from functools import partial

from adapters.cli.demo import MERCHANT_EMAIL, PROVIDER_EMAIL
from adapters.cli.demo_carriers import VAN_SERVICES
from engine.application import Application
from engine.jobs.make_label import make_label
from engine.log import get_logger
from engine.model.account import AccountKind, User
from engine.model.label import ParcelToShip
from engine.model.price_list import Charge
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.services.accounts.accounts import add_location, create_account
from engine.services.billing.prices import PriceForm, set_prices
from engine.services.connections.invite_client import invite_client
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order
from engine.services.fulfillment.write_message import write_message
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from rules.messages import Language, Text

OUT_OF_STOCK = Text("The next pallet comes on Thursday.", "El próximo palé llega el jueves.")
ADDRESS_ASKED = Text(
    "The street has no number. Can you ask the customer?", "Falta el número de la calle. ¿Podéis preguntar al cliente?"
)
ADDRESS_TOLD = Text("It is number 14, second floor.", "Es el número 14, segundo piso.")
ADDRESS_THANKS = Text("Thanks, it leaves today.", "Gracias, sale hoy.")
WAITS_FOR_PAYMENT = Text("The bank transfer has not arrived yet.", "Aún no ha llegado la transferencia.")
WAITS_FOR_BOX = Text("No box of this size until tomorrow.", "No hay caja de este tamaño hasta mañana.")
ANOTHER_PROVIDER, ANOTHER_CLIENT = "Norte Logística", "Taller Sol"
PRICES = {
    Charge.ORDERS: "1.80",
    Charge.LINES: "0.25",
    Charge.PARCELS: "0.60",
    Charge.STORAGE: "0.04",
    Charge.MONTHLY: "45.00",
}

log = get_logger(__name__)


def tell_demo_story(app: Application, language: Language) -> None:
    """Let both sides do what they do in a day, with the orders that the provider has imported. For once in a demo's life."""
    merchant, provider = _person(app, MERCHANT_EMAIL), _person(app, PROVIDER_EMAIL)
    story = _Story(app, language, merchant, provider)
    for part in (story.invite, *story.of_requests()):
        try:
            part()
        except Refused as refused:  # somebody was quicker; the rest of it is worth having
            log.warning("demo.story_differs", problem=str(refused))


class _Story:
    def __init__(self, app: Application, language: Language, merchant: User, provider: User) -> None:
        self._app = app
        self._language = language
        self._merchant = merchant
        self._provider = provider
        with app.reading() as uow:
            asked = uow.requests.list_for_provider(provider.account_id)
        taken = (one for one in asked if one.state is RequestState.ACCEPTED and one.copy_id is not None)
        self._taken = sorted(taken, key=lambda one: one.id, reverse=True)  # the newest stand first in the grids

    def of_requests(self) -> Iterator[Callable[[], None]]:
        """One part for each of the first requests."""
        parts = (self._ship, self._label, self._talk, self._reject, self._take_back, self._hold, self._hold_here, self._ask_back)
        for part, request in zip(parts, self._taken, strict=False):
            yield partial(part, request)
        if self._taken:
            yield partial(self._price, self._taken[0])

    def invite(self) -> None:
        """Another 3PL would like to ship for the merchant, and the 3PL for another merchant; nobody has answered."""
        email = "owner@norte-logistica.example"
        account = create_account(
            self._app,
            name=ANOTHER_PROVIDER,
            kind=AccountKind.PROVIDER,
            email=email,
            password=secrets.token_urlsafe(24),
            country="ES",
            time_zone="Europe/Madrid",
        )
        add_location(self._app, account.slug, code="ZAZ1", country="ES", city="Zaragoza", postal_code="50197")
        invite_client(
            self._app, _person(self._app, email), client_name="Casa Verde", company_name=ANOTHER_PROVIDER, email=MERCHANT_EMAIL
        )
        invite_client(
            self._app, self._provider, client_name=ANOTHER_CLIENT, company_name="Acme 3PL", email="hola@taller-sol.example"
        )

    def _ship(self, request: FulfillmentRequest) -> None:
        self._answer(request, RequestAction.START)
        shipping = Shipping("correos", "paq-premium", ("PQ4E2X0000012340128007A",))
        ship_order(self._app, self._provider.account_id, str(request.copy_id), shipping, self._provider.id)

    def _label(self, request: FulfillmentRequest) -> None:
        """The 3PL's own van takes it, with a label that was made here."""
        wish = LabelWish(ServiceWish("house", VAN_SERVICES[0]), ParcelWish(parcels=(ParcelToShip(1800, 300, 200, 150),)))
        make_label(self._app, request.provider_id, str(request.copy_id), wish, self._provider.id, "demo")

    def _talk(self, request: FulfillmentRequest) -> None:
        self._answer(request, RequestAction.START)
        for person, text in (
            (self._provider, ADDRESS_ASKED),
            (self._merchant, ADDRESS_TOLD),
            (self._provider, ADDRESS_THANKS),
        ):
            write_message(self._app, person.account_id, request.id, self._say(text), person.id)

    def _reject(self, request: FulfillmentRequest) -> None:
        self._answer(request, RequestAction.REJECT, code="out_of_stock", text=self._say(OUT_OF_STOCK))

    def _take_back(self, request: FulfillmentRequest) -> None:
        recall_order(self._app, request.account_id, request.order_id, self._merchant.id)

    def _hold(self, request: FulfillmentRequest) -> None:
        hold_order(self._app, request.account_id, request.order_id, self._say(WAITS_FOR_PAYMENT), self._merchant.id)

    def _hold_here(self, request: FulfillmentRequest) -> None:
        hold_order(self._app, request.provider_id, str(request.copy_id), self._say(WAITS_FOR_BOX), self._provider.id)

    def _ask_back(self, request: FulfillmentRequest) -> None:
        """The work has begun, so the provider has to answer."""
        self._answer(request, RequestAction.START)
        self._take_back(request)

    def _price(self, request: FulfillmentRequest) -> None:
        """The month's statement counts what has left."""
        set_prices(self._app, self._provider, str(request.connection_id), PriceForm(PRICES, "EUR"))

    def _answer(self, request: FulfillmentRequest, action: RequestAction, *, code: str | None = None, text: str = "") -> None:
        answer_request(self._app, request.provider_id, request.id, Answer(action, code, text), self._provider.id)

    def _say(self, text: Text) -> str:
        return text.format(self._language)


def _person(app: Application, email: str) -> User:
    with app.reading() as uow:
        return uow.users.list_by_email(email)[0]

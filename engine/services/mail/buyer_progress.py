"""How far buyers have been told of shipments, and sending it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.buyer_mail import BuyerMail, BuyerMailProgress, BuyerMailStatus, buyer_mail_id
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.job import CALLED_OFF, Job, JobState
from engine.model.mail import MailState, mail_key
from engine.model.order import Order
from engine.ports import NotFound, UnitOfWork
from engine.services.mail.account_mails import STILL_WAITING, make_due
from engine.services.mail.buyer_mails import BuyerDesk, buyer_address
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

NO_SUCH_SHIPMENT = Text(
    'Order {order} has no shipment "{shipment}": look at the shipments on its page.',
    'El pedido {order} no tiene el envío "{shipment}": mira los envíos en su página.',
)
NOTHING_SHIPPED = Text(
    "Nothing of order {order} has shipped: there is nothing to write to the buyer of.",
    "No se ha enviado nada del pedido {order}: no hay nada que comunicar al comprador.",
)
TAKEN_BACK = Text(
    "This shipment of order {order} was taken back: there is nothing to write to the buyer of.",
    "Este envío del pedido {order} se deshizo: no hay nada que comunicar al comprador.",
)
NO_ADDRESS = Text(
    "The buyer of order {order} cannot be written to: the order has no e-mail address of the buyer, or none that is one.",
    "No se puede escribir al comprador del pedido {order}: el pedido no tiene su dirección de correo, o no es una dirección.",
)
NOT_DELIVERED = Text(
    "Nothing says that this shipment of order {order} has been delivered: the mail is written when the carrier says so.",
    "Nada indica que este envío del pedido {order} se haya entregado: el correo se escribe cuando lo comunique la "
    "empresa de transporte.",
)
MERCHANT_WRITES = Text(
    "Order {order} is a client's: the client's account writes to the buyer.",
    "El pedido {order} es de un cliente: al comprador le escribe la cuenta del cliente.",
)


def list_buyer_mails(app: Application, order: Order, shipments: Sequence[Shipment]) -> dict[str, tuple[BuyerMailProgress, ...]]:
    """The mails about each shipment of an order, by its id: those that are wanted, or were written."""
    shipped = [one for one in shipments if one.state is ShipmentState.SHIPPED]
    if not shipped:
        return {}
    keys = {(one.id, mail): mail_key(buyer_mail_id(one.id, mail)) for one in shipped for mail in BuyerMail}
    with app.reading() as uow:
        jobs = uow.jobs.find_many(order.account_id, list(keys.values()))
        wanted = BuyerDesk(app, uow, order.account_id).wants(BuyerMail.SHIPMENT, order)
    has_address = buyer_address(order.document()) is not None
    found: dict[str, tuple[BuyerMailProgress, ...]] = {}
    for one in shipped:
        mails = [_progress(mail, job) for mail in BuyerMail if (job := jobs.get(keys[one.id, mail])) and _counts(job)]
        if wanted and not any(mail.mail is BuyerMail.SHIPMENT for mail in mails):
            status = BuyerMailStatus.NOT_WRITTEN if has_address else BuyerMailStatus.NO_ADDRESS
            mails.insert(0, BuyerMailProgress(BuyerMail.SHIPMENT, status))
        found[one.id] = tuple(mails)
    return found


def send_buyer_mail(
    app: Application, account_id: str, order_id: str, shipment_id: str | None, mail: BuyerMail, actor: str
) -> Shipment:
    """Send a mail about a shipment, else the last one, again, or now where it was not written: the shipment.

    It goes to the address that the order has now. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order, shipment = _subject(uow, account_id, order_id, shipment_id)
        address = buyer_address(order.document())
        if address is None:
            raise Refused("no_buyer_address", NO_ADDRESS, order=order.order_number)
        mail_id = buyer_mail_id(shipment.id, mail)
        try:
            kept = uow.mails.get(account_id, mail_id, for_change=True)
        except NotFound:
            _write(app, uow, order, shipment, mail)
        else:
            if kept.state is MailState.WAITING:
                raise Refused("still_waiting", STILL_WAITING)
            again = replace(kept, to_address=address, state=MailState.WAITING, attempts=0, last_error=None, sent_at=None)
            uow.mails.update(again)
            make_due(uow, again, now)
        uow.audit.append([AuditEntry(account_id, now, actor, "mail.sent_again", order.id, None, mail.value)])
        uow.commit()
    return shipment


def _write(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment, mail: BuyerMail) -> None:
    desk = BuyerDesk(app, uow, order.account_id)
    if desk.is_clients(order):
        raise Refused("merchant_writes", MERCHANT_WRITES, order=order.order_number)
    if mail is BuyerMail.DELIVERY:
        raise Refused("not_delivered", NOT_DELIVERED, order=order.order_number)
    desk.write(mail, order, shipment, app.clock.now(), anew=True)


def _subject(uow: UnitOfWork, account_id: str, order_id: str, shipment_id: str | None) -> tuple[Order, Shipment]:
    try:
        order = uow.orders.get(account_id, order_id, for_change=True)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None
    shipments = uow.fulfillment.list_shipments(account_id, order_id)
    if shipment_id is None:
        shipped = [one for one in shipments if one.state is ShipmentState.SHIPPED]
        if not shipped:
            raise Refused("nothing_shipped", NOTHING_SHIPPED, order=order.order_number)
        return order, shipped[-1]
    shipment = next((one for one in shipments if one.id == shipment_id), None)
    if shipment is None:
        raise Refused("no_shipment", NO_SUCH_SHIPMENT, order=order.order_number, shipment=shipment_id)
    if shipment.state is not ShipmentState.SHIPPED:
        raise Refused("taken_back", TAKEN_BACK, order=order.order_number)
    return order, shipment


def _counts(job: Job) -> bool:
    return job.reason != CALLED_OFF


def _progress(mail: BuyerMail, job: Job) -> BuyerMailProgress:
    status = {JobState.DONE: BuyerMailStatus.SENT, JobState.DEAD: BuyerMailStatus.FAILED}.get(job.state, BuyerMailStatus.WAITING)
    error = None if status is BuyerMailStatus.SENT else job.last_error
    return BuyerMailProgress(mail, status, job.attempts, job.tried_at, error)

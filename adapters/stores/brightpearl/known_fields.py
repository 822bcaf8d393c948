"""Every field of Brightpearl's orders and goods-out notes that is known here: used, or left alone for a reason.

A path names keys from the outside in; `*` is a key that differs from order to order, such as a row's id. What has no line here
is counted at each import and shown to people: something new at Brightpearl that nobody has looked at yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Raw = Mapping[str, Any]

_ADDRESS_USED = (
    *("addressFullName", "companyName", "addressLine1", "addressLine2", "addressLine3", "addressLine4", "postalCode"),
    *("country", "countryIsoCode", "countryIsoCode3", "telephone", "mobileTelephone", "email"),
)

USED_ORDER_FIELDS = frozenset(
    {
        *("id", "orderTypeCode", "reference", "placedOn", "updatedOn", "orderPaymentStatus", "isDropship", "warehouseId"),
        *("currency.orderCurrencyCode", "totalValue.total", "totalValue.net", "totalValue.taxAmount"),
        *("delivery.deliveryDate", "delivery.shippingMethodId", "assignment.current.channelId"),
        *(f"parties.delivery.{name}" for name in _ADDRESS_USED),
        *(f"parties.billing.{name}" for name in _ADDRESS_USED),
        *("parties.customer.contactId", "parties.customer.addressFullName", "parties.customer.email"),
        *("parties.customer.telephone", "parties.customer.mobileTelephone"),
        *("orderRows.*.orderRowSequence", "orderRows.*.productId", "orderRows.*.productName", "orderRows.*.productSku"),
        *("orderRows.*.quantity.magnitude", "orderRows.*.productPrice.value", "orderRows.*.rowValue.rowNet.value"),
        *("orderRows.*.productOptions.*", "orderRows.*.composition.bundleParent", "orderRows.*.composition.parentOrderRowId"),
        "customFields.*",
    }
)
USED_NOTE_FIELDS = frozenset(
    {
        *("orderId", "warehouseId", "transfer", "priority", "releaseDate", "createdOn", "sequence"),
        *("status.shipped", "status.printed", "shipping.shippingMethodId", "shipping.weight"),
        *("orderRows.*.*.quantity", "orderRows.*.*.locationId"),
    }
)

_OURS = "what becomes of the order is decided here"
_ACCOUNTS = "bookkeeping of the account, nothing that shipping depends on"
_BASE = "amounts in the account's own currency; the order's are in what the buyer paid"
_PEOPLE = "who works on the order in Brightpearl"
_REPEATED = "says again what another field says"
_STOCK = "the goods-out note says what ships"
_PURCHASE = "only on purchases, which are not imported"
_TAX = "the row's tax; the order's is used"
_CUSTOMER_ADDRESS = "parcels go to the delivery party; the customer's own address is not needed"

IGNORED_ORDER_FIELDS: Mapping[str, str] = {
    "parentOrderId": _ACCOUNTS,
    "externalRef": "a connector's own number; the shop's is the reference",
    "installedIntegrationInstanceId": "which connector made the order; its channel says where it was sold",
    "version": "a change shows in updatedOn",
    "state.tax": _ACCOUNTS,
    "orderStatus.orderStatusId": _OURS,
    "orderStatus.name": _OURS,
    "tax.errors": _ACCOUNTS,
    "stockStatusCode": _STOCK,
    "allocationStatusCode": _STOCK,
    "shippingStatusCode": "the goods-out note says whether it has shipped",
    "createdOn": "placedOn says when the buyer ordered",
    "closedOn": _ACCOUNTS,
    "createdById": _PEOPLE,
    "priceListId": _ACCOUNTS,
    "costPriceListId": _ACCOUNTS,
    "priceModeCode": "row values are split into net and tax whatever it is",
    "invoices": _ACCOUNTS,
    "currency.accountingCurrencyCode": _BASE,
    "currency.exchangeRate": _BASE,
    "currency.fixedExchangeRate": _BASE,
    "totalValue.baseNet": _BASE,
    "totalValue.baseTaxAmount": _BASE,
    "totalValue.baseTotal": _BASE,
    "assignment.current.staffOwnerContactId": _PEOPLE,
    "assignment.current.projectId": _ACCOUNTS,
    "assignment.current.leadSourceId": _ACCOUNTS,
    "assignment.current.teamId": _PEOPLE,
    "parties.supplier": _PURCHASE,
    **{f"parties.customer.{name}": _CUSTOMER_ADDRESS for name in _ADDRESS_USED[1:-3]},
    **{
        f"parties.{party}.{name}": reason
        for party in ("customer", "delivery", "billing")
        for name, reason in {
            "fax": "nobody faxes parcels",
            "countryId": "Brightpearl's own number of the country; its name and ISO codes are used",
            "addressId": "Brightpearl's own number of the address",
        }.items()
    },
    "parties.billing.contactId": _REPEATED,
    "parties.delivery.contactId": _REPEATED,
    "orderRows.*.itemCost": "what the goods cost the shop",
    "orderRows.*.productPrice.currencyCode": _REPEATED,
    "orderRows.*.productPrice.currencyId": _REPEATED,
    "orderRows.*.discountPercentage": "the row's net value has it taken off already",
    "orderRows.*.rowValue.taxRate": _TAX,
    "orderRows.*.rowValue.taxCode": _TAX,
    "orderRows.*.rowValue.taxCalculator": _TAX,
    "orderRows.*.rowValue.taxClassId": _TAX,
    "orderRows.*.rowValue.rowTax": _TAX,
    "orderRows.*.rowValue.rowNet.currencyCode": _REPEATED,
    "orderRows.*.rowValue.rowNet.currencyId": _REPEATED,
    "orderRows.*.nominalCode": _ACCOUNTS,
    "orderRows.*.composition.bundleChild": "the row's bundle is named by parentOrderRowId",
    "orderRows.*.clonedFromId": _ACCOUNTS,
    "orderRows.*.externalRef": "a connector's own number of the row",
    "nullCustomFields": "custom fields without a value",
    "acknowledged": _ACCOUNTS,
    "historicalOrder": _ACCOUNTS,
    "orderWeighting": "an order of importance inside Brightpearl's allocation, no weight",
}
IGNORED_NOTE_FIELDS: Mapping[str, str] = {
    "status.picked": "a note that is picked or packed ships all the same",
    "status.pickedOn": "a note that is picked or packed ships all the same",
    "status.pickedById": _PEOPLE,
    "status.packed": "a note that is picked or packed ships all the same",
    "status.packedOn": "a note that is picked or packed ships all the same",
    "status.packedById": _PEOPLE,
    "status.printedOn": "that it is printed counts, not since when",
    "status.printedById": _PEOPLE,
    "status.shippedOn": "what has shipped is not imported",
    "status.shippedById": _PEOPLE,
    "shipping.reference": "the tracking number is written here, not read",
    "shipping.boxes": "how many parcels there are is decided at packing",
    "createdBy": _PEOPLE,
    "externalRef": "another system's number of the note",
    "events": _REPEATED,
    "labelUri": "labels are made here",
    "lastEventVersion": "read anew before each write-back",
    "orderRows.*.*.productId": _REPEATED,
    "orderRows.*.*.userBatchReference": "batches are the warehouse's own affair",
    "targetWarehouseId": "only on transfers, which are not imported",
    "stockTransferId": "only on transfers, which are not imported",
    "transferRows": "only on transfers, which are not imported",
}


_MOST_SHAPES = 200  # of one object


class _Known:
    """The known keys of one object. A key that maps to None is known whatever is below it."""

    __slots__ = ("any", "keys", "nested", "seen")

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.nested: dict[str, _Known] = {}
        self.any: _Known | None = None  # of keys that differ; when it is set, `keys` is not looked at
        self.seen: set[tuple[str, ...]] = set()  # shapes that were found to be known, for speed: documents have few shapes

    def add(self, path: list[str]) -> None:
        key, *rest = path
        if key == "*":
            self.any = self.any or _Known()
            if rest:
                self.any.add(rest)
            return
        self.keys.add(key)
        if rest:
            self.nested.setdefault(key, _Known()).add(rest)

    def is_leaf(self) -> bool:
        return not self.keys and self.any is None

    def knows(self, part: Raw) -> bool:
        """Whether all keys are known, whatever is below them."""
        shape = tuple(part)
        if shape in self.seen:
            return True
        if not part.keys() <= self.keys:
            return False
        if len(self.seen) < _MOST_SHAPES:
            self.seen.add(shape)
        return True


def _known(*lists: Iterable[str]) -> _Known:
    root = _Known()
    for paths in lists:
        for path in paths:
            root.add(path.split("."))
    return root


_ORDER = _known(USED_ORDER_FIELDS, IGNORED_ORDER_FIELDS)
_NOTE = _known(USED_NOTE_FIELDS, IGNORED_NOTE_FIELDS)


def unknown_fields(note: Raw, order: Raw) -> tuple[str, ...]:
    """The paths that have no line here, each once: `order.foo`, `note.shipping.bar`. What is null or empty does not count."""
    found: dict[str, None] = {}
    _collect(order, _ORDER, "order", found)
    _collect(note, _NOTE, "note", found)
    return tuple(found)


def _collect(part: Any, known: _Known, path: str, found: dict[str, None]) -> None:
    if known.any is not None:
        members = part.values() if type(part) is dict else part if type(part) is list else ()
        for member in () if known.any.is_leaf() else members:
            _collect(member, known.any, f"{path}.*", found)
        return
    if type(part) is not dict:
        return
    if tuple(part) not in known.seen and not known.knows(part):
        found.update((f"{path}.{key}", None) for key in part.keys() - known.keys if part[key] not in (None, "", [], {}))
    for key, below in known.nested.items():
        member = part.get(key)
        if member is None or (type(member) is dict and not below.nested and tuple(member) in below.seen):
            continue
        _collect(member, below, f"{path}.{key}", found)

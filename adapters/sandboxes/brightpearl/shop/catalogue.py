"""What Casa Verde has: products, channels, warehouses, shipping methods, order states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..replies import Json

FREE_TEXT_PRODUCT: Final = 1000
"""The product id of rows that are text only: shipping charges, discounts."""

STAFF_ID: Final = 12
ACCOUNTING_CURRENCY: Final = "EUR"
RATES: Final = {"EUR": "1.000000", "GBP": "0.860000", "USD": "1.090000"}

WEB_SHOP: Final = 2
CHANNEL_NAMES: Final = {1: "Phone and counter", 2: "Web shop", 3: "Amazon", 4: "Trade"}


@dataclass(frozen=True, slots=True)
class Product:
    """A stock-tracked product; the price is net, in cents of the order's currency."""

    id: int
    sku: str
    name: str
    price_cents: int
    options: tuple[tuple[str, str], ...] = ()


PRODUCTS: Final = (
    Product(640, "ACM-MUG-BLU", "Mug, blue", 1250, (("Colour", "Blue"),)),
    Product(641, "ACM-MUG-GRN", "Mug, green", 1250, (("Colour", "Green"),)),
    Product(642, "VER-POT-12", "Terracotta pot 12 cm", 690, (("Size", "12 cm"),)),
    Product(643, "VER-POT-18", "Terracotta pot 18 cm", 1090, (("Size", "18 cm"),)),
    Product(644, "VER-POT-30", "Terracotta pot 30 cm", 2490, (("Size", "30 cm"),)),
    Product(645, "HUERTO-SEMILLAS", "Semillas de huerto, surtido", 895),
    Product(646, "HUERTO-TOMATE", "Semillas de tomate rosa", 295),
    Product(647, "REG-05L", "Regadera 5 l", 1875),
    Product(648, "REG-10L", "Regadera 10 l", 2450),
    Product(649, "TIJ-PODA", "Tijeras de podar", 2199),
    Product(650, "GUANTE-M", "Guantes de jardín M", 799, (("Size", "M"),)),
    Product(651, "GUANTE-L", "Guantes de jardín L", 799, (("Size", "L"),)),
    Product(652, "LAMP-RATAN", "Rattan lamp", 5900),
    Product(653, "CESTA-ESPARTO", "Esparto basket", 3250),
    Product(654, "MANTA-LANA", "Wool throw", 4500),
    Product(655, "COJIN-LINO", "Linen cushion", 2350, (("Colour", "Natural"),)),
    Product(656, "VELA-ROMERO", "Rosemary candle", 1495),
    Product(657, "SUSTRATO-20", "Potting soil 20 l", 1120),
    Product(658, "MANG-25M", "Garden hose 25 m", 3990),
    Product(659, "ABONO-1KG", "Organic fertiliser 1 kg", 985),
)

WAREHOUSE_LOCATIONS: Final = {3: (14, 15, 16), 5: (31, 32)}

WAREHOUSES: Final[list[Json]] = [
    {
        "id": 3,
        "name": "Getafe",
        "typeCode": "warehouse",
        "typeDescription": "Warehouse",
        "address": {"addressId": 2},
        "clickAndCollectEnabled": False,
    },
    {
        "id": 5,
        "name": "Porto",
        "typeCode": "warehouse",
        "typeDescription": "Warehouse",
        "address": {"addressId": 3},
        "clickAndCollectEnabled": False,
    },
]

SHIPPING_METHODS: Final[list[Json]] = [
    {
        "id": 5,
        "name": "Courier Next Day",
        "code": "CND",
        "breaks": "10,100,250",
        "methodType": 1,
        "additionalInformationRequired": True,
        "carrier": "ExampleCarrier",
        "countries": "ES,PT",
        "channelBrandTemplates": {"1": 7},
    },
    {
        "id": 6,
        "name": "Standard Parcel",
        "code": "STD",
        "breaks": "10,100",
        "methodType": 1,
        "additionalInformationRequired": False,
        "countries": "",
        "channelBrandTemplates": {},
    },
    {
        "id": 7,
        "name": "Europe Road",
        "breaks": "50",
        "methodType": 2,
        "additionalInformationRequired": False,
        "countries": "FR,DE,UK,GB,PT",
        "channelBrandTemplates": {},
    },
    {
        "id": 8,
        "name": "International Air",
        "code": "AIR",
        "breaks": "1,5",
        "methodType": 3,
        "additionalInformationRequired": True,
        "carrier": "ExampleAir",
        "countries": "US,CA",
        "channelBrandTemplates": {},
    },
]


def _channel(number: int) -> Json:
    channel: Json = {
        "id": number,
        "name": CHANNEL_NAMES[number],
        "channelTypeId": 2 if number in (2, 3) else 1,
        "defaultWarehouseId": 3,
        "contactGroupId": 1,
        "defaultPriceListId": 1,
        "channelBrandId": 1,
        "warehouseIds": [3, 5],
    }
    if number == 3:
        channel["integrationDetail"] = {
            "installedIntegrationId": 1,
            "configSetId": 2,
            "providerCode": "amazon",
            "integrationTypeCode": "MKP",
            "active": True,
        }
    return channel


CHANNELS: Final[list[Json]] = [_channel(number) for number in sorted(CHANNEL_NAMES)]


CHANNEL_BRANDS: Final[list[Json]] = [{"id": 1, "name": "Casa Verde"}]


def _staff(number: int, first_name: str, last_name: str) -> Json:
    address = f"{first_name.lower()}@casa-verde.example"
    return {
        "contactId": number,
        "salutation": "",
        "firstName": first_name,
        "lastName": last_name,
        "communication": {"emails": {"PRI": {"email": address}}},
        "relationshipToAccount": {"isSupplier": False, "isStaff": True},
    }


STAFF: Final[list[Json]] = [_staff(STAFF_ID, "Rosa", "Vidal"), _staff(13, "Iker", "Soler")]


def _status(number: int, name: str, type_code: str, state: str, *, visible: bool = True) -> Json:
    return {
        "statusId": number,
        "name": name,
        "orderTypeCode": type_code,
        "sortOrder": number,
        "disabled": False,
        "visible": visible,
        "color": "#60a0ff",
        "remindAfterDays": 0,
        "alertEmails": [],
        "emailContent": "",
        "batchProcess": False,
        "state": state,
    }


CANCELLED_STATUS: Final = 5

ORDER_STATUSES: Final[list[Json]] = [
    _status(1, "Draft / Quote", "SO", "QUOTE"),
    _status(2, "New web order", "SO", "ORDER"),
    _status(3, "New phone order", "SO", "ORDER"),
    _status(4, "Invoiced", "SO", "INVOICED"),
    _status(CANCELLED_STATUS, "Cancelled", "SO", "CANCELLED"),
    _status(6, "Pending PO", "PO", "ORDER"),
    _status(7, "Placed with supplier", "PO", "ORDER"),
    _status(10, "Pending credit", "SC", "ORDER"),
    _status(12, "Purchase credit", "PC", "ORDER"),
    _status(21, "Old web order", "SO", "ORDER", visible=False),
    _status(22, "Ready to ship", "SO", "ORDER"),
    _status(23, "Shipped", "SO", "ORDER"),
]

STATUS_NAMES: Final = {str(status["statusId"]): status["name"] for status in ORDER_STATUSES}

ORDER_TYPES: Final[list[Json]] = [
    {"id": 1, "orderTypeCode": "SO", "name": "Sales order"},
    {"id": 2, "orderTypeCode": "PO", "name": "Purchase order"},
    {"id": 3, "orderTypeCode": "SC", "name": "Sales credit"},
    {"id": 4, "orderTypeCode": "PC", "name": "Purchase credit"},
]
ORDER_TYPE_IDS: Final = {"SO": 1, "PO": 2, "SC": 3, "PC": 4}

SHIPPING_STATUSES: Final[list[Json]] = [
    {"id": 1, "code": "NST", "description": "No stock tracked items"},
    {"id": 2, "code": "SNS", "description": "Stock not shipped"},
    {"id": 3, "code": "SPS", "description": "Some stock shipped"},
    {"id": 4, "code": "ASS", "description": "All stock shipped"},
]
SHIPPING_STATUS_IDS: Final = {"NST": 1, "SNS": 2, "SPS": 3, "ASS": 4}

STOCK_STATUSES: Final[list[Json]] = [
    {"id": 1, "code": "NON", "description": "No stock tracked items"},
    {"id": 2, "code": "SON", "description": "No stock"},
    {"id": 3, "code": "SOP", "description": "Partly in stock"},
    {"id": 4, "code": "SOA", "description": "All in stock"},
]
STOCK_STATUS_IDS: Final = {"NON": 1, "SON": 2, "SOP": 3, "SOA": 4}
PAYMENT_STATUS_IDS: Final = {"PAID": 1, "PARTIALLY_PAID": 2, "UNPAID": 3, "NOT_APPLICABLE": 4}

ORDER_TABLES: Final[dict[str, dict[int, str]]] = {
    "orderTypeNames": {1: "SALES_ORDER", 2: "PURCHASE_ORDER", 3: "SALES_CREDIT", 4: "PURCHASE_CREDIT"},
    "orderStatusNames": {status["statusId"]: status["name"] for status in ORDER_STATUSES},
    "orderStockStatusNames": {status["id"]: status["description"] for status in STOCK_STATUSES},
    "orderPaymentStatusNames": {number: code for code, number in PAYMENT_STATUS_IDS.items()},
    "orderShippingStatusNames": {status["id"]: status["description"] for status in SHIPPING_STATUSES},
}
"""What numbers in searches of orders stand for, as searches say it beside their rows."""

CUSTOM_FIELDS: Final[list[Json]] = [
    {"id": 1, "code": "PCF_GIFT", "name": "Gift message", "customFieldType": "TEXT", "required": False, "options": {}},
    {
        "id": 2,
        "code": "PCF_ZONE",
        "name": "Zone",
        "customFieldType": "SELECT",
        "required": False,
        "options": {"5": {"id": 5, "value": "South"}, "6": {"id": 6, "value": "North"}},
    },
    {"id": 3, "code": "PCF_TRACKING", "name": "Tracking", "customFieldType": "TEXT", "required": False, "options": {}},
]

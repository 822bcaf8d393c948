"""The form of a store's settings: what every store has, and what its kind adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from adapters.web.language import page_language
from adapters.web.seen_forms import SeenForm
from adapters.web.stores.fields import NumberField
from adapters.web.stores.setting_fields import SettingsOfKind, fields_of
from engine.model.buyer_mail import BuyerMail
from engine.model.store import Store
from engine.model.store_kind import Capability, StoreKind
from engine.model.store_preferences import NoticeTopic, ProductDetails, WeightUnit
from engine.model.store_settings import Setting, Stage
from engine.services.stores.change_store import StoreChanges

PRODUCT_DETAILS = (
    SelectChoice(ProductDetails.NEVER, lazy_gettext("Never: what the order says counts")),
    SelectChoice(ProductDetails.WHEN_MISSING, lazy_gettext("When missing: a product that is not known yet is looked up once")),
    SelectChoice(ProductDetails.ALWAYS, lazy_gettext("Always: every product of a new or changed order is looked up")),
)
WEIGHT_UNITS = (
    SelectChoice(WeightUnit.KILOGRAM, lazy_gettext("Kilograms (kg)")),
    SelectChoice(WeightUnit.GRAM, lazy_gettext("Grams (g)")),
    SelectChoice(WeightUnit.POUND, lazy_gettext("Pounds (lb)")),
    SelectChoice(WeightUnit.OUNCE, lazy_gettext("Ounces (oz)")),
)


class SettingsForm(SeenForm, SettingsOfKind):
    """Everything about a store that people may change; `settings_form` adds what is the kind's."""

    name = StringField(lazy_gettext("Name of the store"))
    logo = FileField(
        lazy_gettext("Logo"),
        description=lazy_gettext(
            "PNG or JPEG, at most 256 KiB. For packing slips, also those of a 3PL you delegate to, and for mails to buyers."
        ),
        render_kw={"accept": "image/png,image/jpeg"},
    )
    remove_logo = BooleanField(lazy_gettext("Take the logo away"))
    packing_slip_name = StringField(
        lazy_gettext("Name on packing slips"),
        description=lazy_gettext(
            "Left blank: your account's name. For packing slips and for mails to buyers; a 3PL you delegate to prints it as well."
        ),
    )
    keep_raw_days: NumberField
    refresh_minutes = NumberField(
        lazy_gettext("Import every (minutes)"),
        description=lazy_gettext("1 to 1440, which is once a day."),
        render_kw={"min": 1, "max": 1440},
    )
    daily_refresh_at = StringField(
        lazy_gettext("Look at everything daily at"),
        description=lazy_gettext("Hours and minutes in your account's time zone, such as 03:00."),
        render_kw={"maxlength": 5},
    )
    notices: SelectMultipleField

    def changes(self, kind: StoreKind) -> StoreChanges:
        """What was entered, as the use case wants it."""
        has_products, is_clients = kind.can(Capability.PRODUCTS), kind.can(Capability.REQUESTS)
        return StoreChanges(
            name=self.name.data or "",
            settings=self.values_of(kind.settings_at(Stage.CHANGE)),
            packing_slip_name=None if is_clients else self.packing_slip_name.data or "",
            notices=[NoticeTopic(topic) for topic in self.notices.data or []],
            buyer_mails=None if is_clients else [BuyerMail(mail) for mail in self["buyer_mails"].data or []],
            product_details=ProductDetails(self["product_details"].data) if has_products else None,
            weight_unit=WeightUnit(self["weight_unit"].data) if has_products else None,
            keep_raw_days=self.keep_raw_days.number,
            refresh_minutes=self.refresh_minutes.number,
            daily_refresh_at=(self.daily_refresh_at.data or "").strip(),
        )


def settings_form(kind: StoreKind, store: Store) -> SettingsForm:
    """The form of a store, with what is set."""
    fields: dict[str, Any] = {
        "keep_raw_days": NumberField(
            gettext("Keep %(kind)s's documents for (days)", kind=kind.name),
            description=gettext("1 to 365. They help to find out why an order came as it did."),
            render_kw={"min": 1, "max": 365},
        ),
        "notices": SelectMultipleField(gettext("Tell me when"), choices=_notices(kind)),
        **({} if kind.can(Capability.REQUESTS) else {"buyer_mails": _buyer_mails()}),
        **(_product_fields(kind) if kind.can(Capability.PRODUCTS) else {}),
        **fields_of(kind.settings_at(Stage.CHANGE), Stage.CHANGE),
    }
    form = type("SettingsFormOfKind", (SettingsForm,), fields)
    preferences = store.preferences
    return form(
        data={
            "name": store.name,
            "packing_slip_name": preferences.packing_slip_name,
            "product_details": preferences.product_details.value,
            "weight_unit": preferences.weight_unit.value,
            "keep_raw_days": str(preferences.keep_raw_days),
            "refresh_minutes": str(store.refresh_minutes),
            "daily_refresh_at": store.daily_refresh_at,
            "notices": [topic.value for topic in preferences.notices],
            "buyer_mails": [mail.value for mail in preferences.buyer_mails],
            **{setting.name: _shown(setting, store.settings) for setting in kind.settings_at(Stage.CHANGE)},
        }
    )


def _notices(kind: StoreKind) -> list[SelectChoice]:
    """What can happen to a store of the kind."""
    notices = {
        NoticeTopic.CREDENTIALS: gettext("The store no longer accepts the log-in") if kind.logins else "",
        NoticeTopic.IMPORT_FAILED: gettext("Imports fail again and again"),
        NoticeTopic.PARKED: kind.words.parked_notice.format(page_language()),
        NoticeTopic.WRITE_BACK: gettext("The store could not be told that an order shipped"),
    }
    return [SelectChoice(topic, words) for topic, words in notices.items() if words]


def _buyer_mails() -> SelectMultipleField:
    return SelectMultipleField(
        gettext("Write to buyers when"),
        choices=[
            SelectChoice(BuyerMail.SHIPMENT, gettext("their order leaves, with the tracking numbers")),
            SelectChoice(BuyerMail.DELIVERY, gettext("the carrier has delivered it")),
        ],
        description=gettext(
            "The mails come in the name on packing slips, with the logo, in the language of the country the order goes to. "
            "Answers to them go to the address of your account's first admin. "
            "Rules may say otherwise for an order. Leave both out where your sales channel writes to its buyers itself."
        ),
    )


def _product_fields(kind: StoreKind) -> dict[str, Any]:
    return {
        "product_details": RadioField(gettext("Weights and barcodes from product records"), choices=PRODUCT_DETAILS),
        "weight_unit": SelectField(
            gettext("Unit of weights in the product records"),
            choices=WEIGHT_UNITS,
            description=gettext(
                "%(kind)s does not tell which unit your records use: look at a product whose weight you know.", kind=kind.name
            ),
        ),
    }


def _shown(setting: Setting, settings: Mapping[str, Any]) -> Any:
    """A setting's value as its field takes it."""
    value = settings.get(setting.name) or setting.empty
    if isinstance(setting.empty, list):
        return list(value)
    if isinstance(setting.empty, bool):
        return value is True
    return "" if value is None else str(value)

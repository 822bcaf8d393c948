"""A store's settings: branding, what is imported, product details, refresh, what to do when an order ships, and notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.stores.blueprint import asking_app, pages, standing_of
from adapters.web.stores.fields import IdsField, NumberField, one_id, show_error
from adapters.web.stores.forms import LONGEST, ON_SHIP, STATUS_NEEDED, with_none
from engine.model.sentence import sentence_of
from engine.model.store import Choice, Store, StoreChoices
from engine.model.store_preferences import NoticeTopic, ProductDetails, StoreLogo, WeightUnit
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.change_store import StoreChanges, update_store
from engine.services.stores.connect_store import choices_of, try_out
from engine.services.stores.store_logo import read_logo, set_logo

NOTICES = (
    SelectChoice(NoticeTopic.CREDENTIALS, lazy_gettext("The store no longer accepts the log-in")),
    SelectChoice(NoticeTopic.IMPORT_FAILED, lazy_gettext("Imports fail again and again")),
    SelectChoice(NoticeTopic.PARKED, lazy_gettext("A goods-out note cannot be read as an order")),
    SelectChoice(NoticeTopic.WRITE_BACK, lazy_gettext("The store could not be told that an order shipped")),
)
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
STATUS_WHEN = (
    SelectChoice("all_shipped", lazy_gettext("when all goods-out notes of the order have shipped")),
    SelectChoice("always", lazy_gettext("with each goods-out note that ships")),
)


FIELD_SETTINGS = ("buyer_note_field", "gift_message_field", "custom_field_2", "custom_field_3")


class SettingsForm(FlaskForm):
    """Everything about a store that people may change."""

    name = StringField(lazy_gettext("Name of the store"))
    logo = FileField(
        lazy_gettext("Logo"),
        description=lazy_gettext("PNG or JPEG, at most 256 KiB. Kept for packing slips, which Relevo does not print yet."),
        render_kw={"accept": "image/png,image/jpeg"},
    )
    remove_logo = BooleanField(lazy_gettext("Take the logo away"))
    packing_slip_name = StringField(
        lazy_gettext("Name on packing slips"),
        description=lazy_gettext("Left blank: your account's name. Kept for packing slips, which Relevo does not print yet."),
    )
    channel_ids = IdsField(lazy_gettext("Channels"), render_kw={"inputmode": "numeric"})
    warehouse_ids = IdsField(
        lazy_gettext("Warehouses"),
        description=lazy_gettext("Without a choice, notes from all warehouses are imported."),
        render_kw={"inputmode": "numeric"},
    )
    product_details = RadioField(lazy_gettext("Weights and barcodes from product records"), choices=PRODUCT_DETAILS)
    weight_unit = SelectField(
        lazy_gettext("Unit of weights in the product records"),
        choices=WEIGHT_UNITS,
        description=lazy_gettext(
            "Brightpearl does not tell which unit your records use: look at a product whose weight you know."
        ),
    )
    keep_raw_days = NumberField(
        lazy_gettext("Keep Brightpearl's documents for (days)"),
        description=lazy_gettext("1 to 365. They help to find out why an order came as it did."),
        render_kw={"min": 1, "max": 365},
    )
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
    on_ship = RadioField(lazy_gettext("Do in Brightpearl"), choices=ON_SHIP)
    shipped_status_id = StringField(
        lazy_gettext("Status of shipped orders"), LONGEST, description=STATUS_NEEDED, render_kw={"inputmode": "numeric"}
    )
    status_when = RadioField(lazy_gettext("Set the status"), choices=STATUS_WHEN)
    event_owner_id = StringField(
        lazy_gettext("Event owner"),
        LONGEST,
        description=lazy_gettext("The contact number of a member of staff; goods-out notes are marked as shipped in that name."),
        render_kw={"inputmode": "numeric"},
    )
    order_note = TextAreaField(
        lazy_gettext("Note on the order"),
        [Length(max=4000)],
        description=lazy_gettext(
            "Written to the order in Brightpearl when it ships; left blank, none is. {tracking}, {carrier}, {service} and "
            "{order_number} are filled in."
        ),
    )
    order_note_public = BooleanField(lazy_gettext("The customer may see this note"))
    buyer_note_field = StringField(
        lazy_gettext("Buyer's note"),
        LONGEST,
        description=lazy_gettext(
            "The code of the custom field that holds it in Brightpearl, such as PCF_NOTE; left blank, none."
        ),
    )
    gift_message_field = StringField(lazy_gettext("Gift message"), LONGEST)
    custom_field_2 = StringField(lazy_gettext("Custom field 2"), LONGEST)
    custom_field_3 = StringField(lazy_gettext("Custom field 3"), LONGEST)
    notices = SelectMultipleField(lazy_gettext("Tell me when"), choices=NOTICES)

    def changes(self) -> StoreChanges:
        """What was entered, as the use case wants it."""
        return StoreChanges(
            name=self.name.data or "",
            settings={
                "channel_ids": self.channel_ids.data or [],
                "warehouse_ids": self.warehouse_ids.data or [],
                "on_ship": self.on_ship.data,
                "shipped_status_id": one_id(self.shipped_status_id.data),
                "status_when": self.status_when.data,
                "event_owner_id": one_id(self.event_owner_id.data),
                "order_note": (self.order_note.data or "").strip(),
                "order_note_public": bool(self.order_note_public.data),
                **{name: (self[name].data or "").strip() for name in FIELD_SETTINGS},
            },
            packing_slip_name=self.packing_slip_name.data or "",
            notices=[NoticeTopic(topic) for topic in self.notices.data or []],
            product_details=ProductDetails(self.product_details.data),
            weight_unit=WeightUnit(self.weight_unit.data),
            keep_raw_days=self.keep_raw_days.number,
            refresh_minutes=self.refresh_minutes.number,
            daily_refresh_at=(self.daily_refresh_at.data or "").strip(),
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """What the account has to choose from now, with what is chosen and it no longer has; or why it cannot be asked."""

    choices: StoreChoices | None
    problem: str = ""

    def channels(self, chosen: list[Any]) -> list[Choice]:
        return [] if self.choices is None else _with_chosen(with_none(self.choices.channels), chosen)

    def warehouses(self, chosen: list[Any]) -> list[Choice]:
        return [] if self.choices is None else _with_chosen(self.choices.warehouses, chosen)

    def statuses(self, chosen: str | None) -> list[Choice]:
        return [] if self.choices is None else _with_chosen(self.choices.order_statuses, [one_id(chosen)])


@pages.route("/<store_id>/settings", methods=["GET", "POST"])
@login_required
def settings(store_id: str) -> ResponseReturnValue:
    store = standing_of(store_id).store
    if store.is_closed:
        return redirect(url_for("stores.show", store_id=store_id))
    form = SettingsForm(data=_values_of(store))
    said: list[str] = []
    if form.is_submitted():
        if not this_person().may_change_stores:
            abort(403)
        is_valid = form.validate()
        logo = _read_logo(form)  # only now: validating forgets what was wrong
        if is_valid and not form.logo.errors:
            try:
                _save(store_id, form, logo)
            except Refused as error:
                said = show_error(form, error)
            else:
                flash(gettext("The settings are saved."), "success")
                return redirect(url_for("stores.settings", store_id=store_id))
    return _show(store, form, said)


def _show(store: Store, form: SettingsForm, said: list[str]) -> ResponseReturnValue:
    with parts().app.reading() as uow:
        has_logo = uow.stores.find_logo(store.account_id, store.id) is not None
    page = render_template(
        "stores/settings.html",
        store=store,
        form=form,
        said=said,
        offered=_offer(store),
        has_logo=has_logo,
        may_change=this_person().may_change_stores,
    )
    return page, 422 if form.is_submitted() else 200


def _values_of(store: Store) -> dict[str, Any]:
    given = store.settings
    return {
        "name": store.name,
        "packing_slip_name": store.preferences.packing_slip_name,
        "channel_ids": list(given.get("channel_ids") or []),
        "warehouse_ids": list(given.get("warehouse_ids") or []),
        "product_details": store.preferences.product_details.value,
        "weight_unit": store.preferences.weight_unit.value,
        "keep_raw_days": str(store.preferences.keep_raw_days),
        "refresh_minutes": str(store.refresh_minutes),
        "daily_refresh_at": store.daily_refresh_at,
        "on_ship": given.get("on_ship") or "none",
        "shipped_status_id": str(given.get("shipped_status_id") or ""),
        "status_when": given.get("status_when") or "all_shipped",
        "event_owner_id": str(given.get("event_owner_id") or ""),
        "order_note": given.get("order_note") or "",
        "order_note_public": given.get("order_note_public") is True,
        **{name: given.get(name) or "" for name in FIELD_SETTINGS},
        "notices": [topic.value for topic in store.preferences.notices],
    }


def _offer(store: Store) -> Offered:
    try:
        return Offered(_ask_for_choices(store))
    except (StoreError, Refused) as error:
        return Offered(None, sentence_of(error).format(page_language()))


def _ask_for_choices(store: Store) -> StoreChoices:
    app = asking_app()
    if store.settings.get("channel_ids"):
        return choices_of(app, store.account_id, store.id)
    with app.reading() as uow:  # agreed to by OAuth a moment ago: nothing is chosen yet
        whole = uow.stores.get(store.id)
    return try_out(app.connector(store.kind), whole)


def _read_logo(form: SettingsForm) -> StoreLogo | None:
    """The picture that was sent; None when there is none, or it is none, which then stands beside its field."""
    sent = form.logo.data
    image = sent.read() if sent else b""
    if not image:
        return None
    try:
        return read_logo(image)
    except Refused as refusal:
        form.logo.errors = [refusal.format(page_language())]
        return None


def _save(store_id: str, form: SettingsForm, logo: StoreLogo | None) -> None:
    person, app = this_person(), asking_app()
    update_store(app, person.account.id, store_id, form.changes(), person.user.id)
    if logo is not None or form.remove_logo.data:
        set_logo(app, person.account.id, store_id, logo, person.user.id)


def _with_chosen(known: tuple[Choice, ...], chosen: list[Any]) -> list[Choice]:
    ids = {choice.id for choice in known}
    lost = [str(one) for one in chosen if isinstance(one, int) and str(one) not in ids]
    return [*known, *(Choice(one, gettext("%(number)s (no longer in Brightpearl)", number=one)) for one in lost)]

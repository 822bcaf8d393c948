"""What people enter to connect a store, or to connect it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from adapters.web.stores.fields import IdsField, one_id
from engine.model.store import Choice
from engine.services.stores.connect_store import StoreForm

LONGEST = [Length(max=2000)]
NEEDED = [InputRequired(lazy_gettext("This is needed to connect.")), *LONGEST]
ON_SHIP = (
    SelectChoice("none", lazy_gettext("Nothing")),
    SelectChoice("mark_shipped", lazy_gettext("Mark the goods-out note as shipped")),
    SelectChoice("order_status", lazy_gettext("Set the order's status")),
    SelectChoice("both", lazy_gettext("Mark the note as shipped and set the order's status")),
)
STATUS_NEEDED = lazy_gettext("Needed only when the order's status is to be set.")
SCHEMES: Mapping[str, Any] = {
    "login": lazy_gettext("User name and password"),
    "staff_token": lazy_gettext("Private app, staff token"),
    "account_token": lazy_gettext("Private app, account token"),
    "oauth": lazy_gettext("OAuth 2"),
    "signed_token": lazy_gettext("Signed token"),
}
SCHEME_NOTES: Mapping[str, Any] = {
    "login": lazy_gettext("Legacy, will be removed by Brightpearl. A private app lasts longer."),
    "staff_token": lazy_gettext("In Brightpearl: App Store, Private apps, Manage users, with the member of staff."),
    "account_token": lazy_gettext("In Brightpearl: App Store, Private apps, shown with an app of type System."),
    "oauth": lazy_gettext("You agree on Brightpearl's own page, and no password is kept here."),
    "signed_token": lazy_gettext("For public apps made before Brightpearl had OAuth 2."),
}
SCHEME_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "login": (),
    "staff_token": ("app_ref",),
    "account_token": ("app_ref",),
    "oauth": ("app_ref", "dev_ref", "oauth_url"),
    "signed_token": ("app_ref", "dev_ref"),
}
SCHEME_CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    "login": ("username", "password"),
    "staff_token": ("token",),
    "account_token": ("token",),
    "oauth": ("client_secret",),
    "signed_token": ("developer_secret", "token"),
}
_SECRET = {"autocomplete": "off"}


class CredentialsForm(FlaskForm):
    """All that some way to log in needs; `for_scheme` leaves what one of them does."""

    app_ref = StringField(lazy_gettext("App reference"), NEEDED, render_kw=_SECRET)
    dev_ref = StringField(lazy_gettext("Developer reference"), NEEDED, render_kw=_SECRET)
    username = StringField(
        lazy_gettext("User name"),
        NEEDED,
        description=lazy_gettext("The e-mail address of a Brightpearl user with API access."),
        render_kw=_SECRET,
    )
    password = PasswordField(lazy_gettext("Password"), NEEDED, render_kw={"autocomplete": "new-password"})
    developer_secret = PasswordField(lazy_gettext("Developer secret"), NEEDED, render_kw=_SECRET)
    token = PasswordField(lazy_gettext("Token"), NEEDED, render_kw=_SECRET)
    client_secret = PasswordField(
        lazy_gettext("Client secret"),
        LONGEST,
        description=lazy_gettext("Only if Brightpearl gave the app one."),
        render_kw=_SECRET,
    )
    oauth_url = StringField(
        lazy_gettext("OAuth address"),
        LONGEST,
        description=lazy_gettext("Leave it blank for Brightpearl's own."),
        render_kw={"inputmode": "url", **_SECRET},
    )

    def entered(self, names: Iterable[str]) -> dict[str, str]:
        """What was entered in these fields; blank ones are left out. A password stays as it was typed."""
        typed = {name: self[name].data or "" for name in names}
        return {name: text if name == "password" else text.strip() for name, text in typed.items() if text.strip()}

    def keep_fields(self, names: Iterable[str]) -> None:
        """Take away the fields of other ways to log in."""
        known = {field for fields in (*SCHEME_SETTINGS.values(), *SCHEME_CREDENTIALS.values()) for field in fields}
        for name in known - set(names):
            delattr(self, name)


class ConnectForm(CredentialsForm):
    """The account and how to get in."""

    name = StringField(
        lazy_gettext("Name of the store"),
        [Length(max=100)],
        description=lazy_gettext("As your people call it; left blank, it is named after the account code."),
    )
    account_code = StringField(
        lazy_gettext("Account code"),
        NEEDED,
        description=lazy_gettext("What you enter as account when you log in to Brightpearl."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )
    datacenter = StringField(
        lazy_gettext("Data-centre code"),
        LONGEST,
        description=lazy_gettext("The first word of the address where you use Brightpearl, such as euw1 or use1."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )
    integration_url = StringField(
        lazy_gettext("Integration URL"),
        LONGEST,
        description=lazy_gettext("Leave it blank for the address of the data centre."),
        render_kw={"inputmode": "url"},
    )
    channel_ids = IdsField(
        lazy_gettext("Channel ID"),
        description=lazy_gettext("Several with commas. Left blank, you choose from the account's channels in the next step."),
        render_kw={"inputmode": "numeric"},
    )
    on_ship = SelectField(
        lazy_gettext("When an order ships, do in Brightpearl"), choices=ON_SHIP, default="mark_shipped", validate_choice=False
    )

    def to_store_form(self, kind: str, scheme: str) -> StoreForm:
        """What was entered, as the use cases want it."""
        places = {name: (self[name].data or "").strip() for name in ("account_code", "datacenter", "integration_url")}
        settings: dict[str, Any] = {
            "auth": scheme,
            **places,
            **self.entered(SCHEME_SETTINGS[scheme]),
            "channel_ids": self.channel_ids.data or [],
            "warehouse_ids": [],
            "on_ship": self.on_ship.data,
        }
        name = (self.name.data or "").strip() or f"Brightpearl {places['account_code']}"
        return StoreForm(kind, name, settings, self.entered(SCHEME_CREDENTIALS[scheme]))


def with_none(channels: Iterable[Choice]) -> tuple[Choice, ...]:
    """Channels to choose from, with the orders that have none."""
    return (*channels, Choice("0", gettext("Orders without a channel")))


class ChooseForm(FlaskForm):
    """The second step: what of the account is to be imported."""

    word = HiddenField()
    channel_ids = IdsField(lazy_gettext("Channels"))
    warehouse_ids = IdsField(
        lazy_gettext("Warehouses"), description=lazy_gettext("Without a tick, notes from all warehouses are imported.")
    )
    on_ship = SelectField(
        lazy_gettext("When an order ships, do in Brightpearl"), choices=ON_SHIP, default="mark_shipped", validate_choice=False
    )
    shipped_status_id = SelectField(lazy_gettext("Status of shipped orders"), description=STATUS_NEEDED, validate_choice=False)

    def settings(self) -> dict[str, Any]:
        """The chosen settings."""
        return {
            "channel_ids": self.channel_ids.data or [],
            "warehouse_ids": self.warehouse_ids.data or [],
            "on_ship": self.on_ship.data,
            "shipped_status_id": one_id(self.shipped_status_id.data),
        }


class ButtonForm(FlaskForm):
    """A button."""

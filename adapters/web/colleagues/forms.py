"""What admins enter about the people of their account."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from adapters.web.entering.forms import PlacedForm
from adapters.web.seen_forms import SeenForm
from engine.model.account import ADMIN, MEMBER, User
from engine.services.accounts.people import LONGEST_EMAIL

ROLES = [
    SelectChoice(MEMBER, lazy_gettext("Member: works with orders and sees everything of the account")),
    SelectChoice(ADMIN, lazy_gettext("Admin: also changes stores, settings and who belongs to the account")),
]


class InviteForm(PlacedForm):
    """Who is to join, as what."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter the address of your colleague.")), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(lazy_gettext("Role"), choices=ROLES, default=MEMBER)


class RoleForm(SeenForm, PlacedForm):
    """What somebody may do. Who gives up being an admin has to say that it is not a slip."""

    role = RadioField(lazy_gettext("Role"), choices=ROLES)
    sure = BooleanField(lazy_gettext("I give up being an admin; another admin would have to give it back."))

    def leave_out_unless(self, *, asks: bool) -> None:
        if not asks:
            del self.sure

    def needs_an_answer(self, user: User) -> bool:
        return "sure" in self and self.role.data != ADMIN and user.is_admin and not self.sure.data

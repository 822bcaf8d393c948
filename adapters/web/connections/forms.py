"""What people are asked when they answer or end a connection."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from adapters.web.language import page_language
from engine.model.connection_terms import UNDERSTOOD
from engine.services.connections.remove_connection import OpenOrders


class AnswerForm(FlaskForm):
    """The terms' check box. Which button was pressed is the answer."""

    understood = BooleanField()


class RemoveForm(FlaskForm):
    """What becomes of the orders that are with the provider."""

    open_orders = RadioField(
        lazy_gettext("What happens to the open orders?"),
        choices=[
            SelectChoice(OpenOrders.RETURN.value, lazy_gettext("Give open orders back")),
            SelectChoice(OpenOrders.FINISH.value, lazy_gettext("Let the provider finish them")),
        ],
        validate_choice=False,
    )

    def chosen(self) -> OpenOrders | None:
        """What was chosen, if it is one of the two."""
        return OpenOrders(self.open_orders.data) if self.open_orders.data in list(OpenOrders) else None


def answer_form() -> AnswerForm:
    """The form with its sentence in the page's language."""
    form = AnswerForm()
    form.understood.label.text = UNDERSTOOD.format(page_language())
    return form

"""Setting fields of one order on its page, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.orders.edited_fields import Returned
from adapters.web.orders.field_inputs import typed_fields
from adapters.web.orders.showing import show_order
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import EditResult, FieldEdit, Operation, Outcome


@pages.post("/<order_id>/fields")
@login_required
def edit_fields(order_id: str) -> ResponseReturnValue:
    """Save what was typed into fields of the order; what nobody touched stays as it is by now."""
    typed = list(typed_fields())
    edits = [FieldEdit(name, value=value, shown=shown) for name, value, shown in typed]
    result = _edit(order_id, edits)
    if result.problems:
        touched = {name: value for name, value, shown in typed if value != (shown or "").replace("\r\n", "\n").strip()}
        return show_order(order_id, edited=Returned(touched, result.problems)), 422
    _tell(result, gettext("The order is changed."), gettext("Nothing was changed."))
    return redirect(url_for("orders.show", order_id=order_id, _anchor="fields"))


@pages.post("/<order_id>/fields/undo")
@login_required
def undo_field(order_id: str) -> ResponseReturnValue:
    """Have one field be again what rules or the store say."""
    result = _edit(order_id, [FieldEdit(request.form.get("field", ""), Operation.UNDO)])
    _tell(result, gettext("The field is again what rules and the store say."), gettext("Nobody had set that field."))
    return redirect(url_for("orders.show", order_id=order_id, _anchor="fields"))


@pages.post("/edit")
@login_required
def edit_chosen() -> ResponseReturnValue:
    """Fields of several orders are set by the bulk action."""
    return redirect(url_for("bulk.begin", kind="edit"), 307)  # with what was sent


@pages.post("/edit/save")
@login_required
def save_chosen() -> ResponseReturnValue:
    """The same, of a form that was open."""
    return edit_chosen()


def _edit(order_id: str, edits: Sequence[FieldEdit]) -> EditResult:
    """Raises NotFound for what is not this account's."""
    person = this_person()
    parts().queries.order_detail(person.account.id, order_id)
    (result,) = edit_orders(parts().app, person.account.id, [order_id], edits, person.user.id)
    return result


def _tell(result: EditResult, changed: str, unchanged: str) -> None:
    """Say what came of it, and what follows."""
    language = page_language()
    if result.refusal is not None:
        flash(result.refusal.format(language), "warning")
    else:
        is_changed = result.outcome is Outcome.CHANGED
        flash(changed if is_changed else unchanged, "success" if is_changed else "warning")
    for message in result.follows:
        flash(message.format(language), "info")

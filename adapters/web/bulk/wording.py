"""What bulk actions are called on pages."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from adapters.web.formatting import number
from adapters.web.language import page_language
from engine.model.bulk_action import BulkAction
from engine.services.bulk.actions import BULK_KINDS


def counted(orders: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", orders, count=number(orders))


def title_of(action: BulkAction) -> str:
    """What was done, or that it was undone."""
    kind = BULK_KINDS.get(action.kind)
    title = action.kind if kind is None else kind.title.format(page_language(), **kind.shown(action.parameters))
    return title if action.undoes is None else gettext("Undone: %(title)s", title=title)


def so_far(action: BulkAction) -> str:
    if not action.seen and action.is_running:
        return gettext("It begins in a moment.")
    return ngettext(
        "%(seen)s of %(total)s order: %(done)s done, %(nothing)s with nothing to do, %(refused)s not done",
        "%(seen)s of %(total)s orders: %(done)s done, %(nothing)s with nothing to do, %(refused)s not done",
        action.total,
        seen=number(action.seen),
        total=number(action.total),
        done=number(action.done),
        nothing=number(action.unchanged),
        refused=number(action.refused),
    )

"""What an account has chosen: a package, a view of the grid, and how its person sees that."""

from __future__ import annotations

from typing import Any

from support.examples import NOON

from engine.model.order_view import GridSettings, OrderView
from engine.model.saved_package import SavedPackage
from engine.ports import UnitOfWork


def keep_choices(uow: UnitOfWork, some: Any) -> None:
    owners = account_id, user_id = some.account.id, some.user.id
    uow.order_views.put(OrderView(f"viw_{some.name}", *owners, some.name, some.name, "", is_shared=True, changed_at=NOON))
    uow.order_views.keep_settings(GridSettings(account_id, user_id, some.name, view_id=f"viw_{some.name}"))
    uow.packages.add(SavedPackage(f"pkg_{some.name}", account_id, some.name, is_default=True))

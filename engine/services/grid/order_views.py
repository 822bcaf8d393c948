"""Views of the grid: a person saves them, for themselves or for all of the account, and chooses what the grid opens with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.order_view import COLUMNS, WIDTHS, GridSettings, OrderView
from engine.ports import NotFound, UnitOfWork
from engine.services.grid.grid_query import check_query, write_query
from engine.services.refusals import NO_STORE, Refused
from rules.messages import Text
from rules.values import folded_text

LONGEST_NAME = 60
LONGEST_QUERY = 2_000
MOST_VIEWS = 50

NO_NAME = Text("Give the view a name of 1 to {longest} characters.", "Ponle a la vista un nombre de 1 a {longest} caracteres.")
NAME_TAKEN = Text(
    'There is a view "{name}" already: choose another name, or replace that one.',
    'Ya existe la vista "{name}": elige otro nombre o reemplaza esa.',
)
TOO_MANY = Text(
    "You see {limit} views already: delete one that is no longer used.",
    "Ya ves {limit} vistas: elimina alguna que ya no se use.",
)
TOO_LONG = Text(
    "The filters of this view are too long to be kept.", "Los filtros de esta vista son demasiado largos para guardarlos."
)
NO_COLUMN = Text(
    '"{column}" is not a column of the grid: there are {known}, each also with a width, such as `order:m` (s, m or l).',
    "«{column}» no es una columna de la lista: hay {known}, también con un ancho, como `order:m` (s, m o l).",
)
NO_SUCH_VIEW = Text(
    'There is no view "{name}" that you see: `views list` shows them.',
    "No hay ninguna vista «{name}» que veas: `views list` las muestra.",
)
NO_VIEW = Text("There is no such view any more.", "Esa vista ya no existe.")
NOT_YOURS = Text(
    "Only whoever saved this view, or an admin, may change it.",
    "Solo quien guardó esta vista, o un administrador, puede cambiarla.",
)


@dataclass(frozen=True, slots=True)
class GridChoices:
    """A person's settings, and the views that the person sees, by name."""

    settings: GridSettings
    views: tuple[OrderView, ...]

    def find(self, view_id: str | None) -> OrderView | None:
        return next((view for view in self.views if view.id == view_id), None)


def grid_choices(app: Application, account_id: str, user_id: str) -> GridChoices:
    with app.reading() as uow:
        settings, views = uow.order_views.choices(account_id, user_id)
        return GridChoices(settings or GridSettings(account_id, user_id), tuple(views))


def find_view(choices: GridChoices, named: str) -> OrderView:
    """A view by its id or its name. Raises Refused."""
    wanted = folded_text(" ".join(named.split()))
    for view in choices.views:
        if named == view.id or folded_text(view.name) == wanted:
            return view
    raise Refused("no_view", NO_SUCH_VIEW, name=named)


def check_view(app: Application, account: Account, query: str, columns: str) -> tuple[str, str]:
    """Filters and columns that somebody writes, as views keep them. Raises Refused for what the grid would not understand."""
    kept = check_query(query, account.time_zone)
    if kept.filter.store_id:
        with app.reading() as uow:
            try:
                uow.stores.get(account.id, kept.filter.store_id)
            except NotFound:
                raise Refused("no_store", NO_STORE, store=kept.filter.store_id) from None
    wanted = [part.strip() for part in columns.split(",") if part.strip()]
    for column in wanted:
        name, _, width = column.partition(":")
        if name not in COLUMNS or (":" in column and width not in WIDTHS):
            raise Refused("no_column", NO_COLUMN, column=column, known=", ".join(COLUMNS))
    return write_query(kept.pairs), ",".join(wanted)


def save_view(app: Application, user: User, *, name: str, query: str, columns: str, is_shared: bool) -> OrderView:
    """Keep what the grid shows now under a new name. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(user.account_id, for_change=True)  # nobody else takes the name meanwhile
        seen = uow.order_views.list_for(user.account_id, user.id)
        if len(seen) >= MOST_VIEWS:
            raise Refused("too_many_views", TOO_MANY, limit=MOST_VIEWS)
        if len(query) > LONGEST_QUERY:
            raise Refused("view_too_long", TOO_LONG)
        name = _free_name(seen, name, None)
        view = OrderView(new_id("viw"), user.account_id, user.id, name, query, columns, is_shared, app.clock.now())
        uow.order_views.put(view)
        _record(app, uow, user, "view.saved", view)
        uow.commit()
    return view


def rename_view(app: Application, user: User, view_id: str, name: str, *, is_shared: bool) -> OrderView:
    """Another name, and who sees it. Raises Refused."""

    def change(uow: UnitOfWork, view: OrderView) -> OrderView:
        seen = uow.order_views.list_for(user.account_id, user.id)
        return replace(view, name=_free_name(seen, name, view.id), is_shared=is_shared)

    return _change(app, user, view_id, "view.renamed", change)


def replace_view(app: Application, user: User, view_id: str, *, query: str, columns: str) -> OrderView:
    """Keep other filters, columns and sorting under its name. Raises Refused."""
    if len(query) > LONGEST_QUERY:
        raise Refused("view_too_long", TOO_LONG)
    return _change(app, user, view_id, "view.replaced", lambda _, view: replace(view, query=query, columns=columns))


def delete_view(app: Application, user: User, view_id: str) -> OrderView:
    """Raises Refused."""
    with app.unit_of_work() as uow:
        view = _own(uow, user, view_id)
        uow.order_views.remove(user.account_id, view.id)
        _record(app, uow, user, "view.deleted", view)
        uow.commit()
    return view


def choose_default_view(app: Application, user: User, view_id: str | None) -> None:
    """What the person's grid opens with; None: all orders. Raises Refused."""
    with app.unit_of_work() as uow:
        if view_id is not None:
            _seen(uow, user, view_id)
        settings = uow.order_views.settings(user.account_id, user.id) or GridSettings(user.account_id, user.id)
        uow.order_views.keep_settings(replace(settings, view_id=view_id))
        uow.commit()


def keep_grid_settings(app: Application, user: User, settings: GridSettings) -> None:
    """What the person sees from now on: columns, density and size of a page."""
    with app.unit_of_work() as uow:
        before = uow.order_views.settings(user.account_id, user.id)
        opens = before.view_id if before else None
        uow.order_views.keep_settings(replace(settings, account_id=user.account_id, user_id=user.id, view_id=opens))
        uow.commit()


def _change(
    app: Application, user: User, view_id: str, action: str, change: Callable[[UnitOfWork, OrderView], OrderView]
) -> OrderView:
    with app.unit_of_work() as uow:
        uow.accounts.get(user.account_id, for_change=True)
        changed = replace(change(uow, _own(uow, user, view_id)), changed_at=app.clock.now())
        uow.order_views.put(changed)
        _record(app, uow, user, action, changed)
        uow.commit()
    return changed


def _seen(uow: UnitOfWork, user: User, view_id: str) -> OrderView:
    try:
        view = uow.order_views.get(user.account_id, view_id)
    except NotFound:
        raise Refused("no_view", NO_VIEW) from None
    if view.owner_id != user.id and not view.is_shared:
        raise Refused("no_view", NO_VIEW)
    return view


def _own(uow: UnitOfWork, user: User, view_id: str) -> OrderView:
    view = _seen(uow, user, view_id)
    if view.owner_id != user.id and not user.is_admin:
        raise Refused("not_your_view", NOT_YOURS)
    return view


def _free_name(seen: list[OrderView], name: str, view_id: str | None) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("no_view_name", NO_NAME, longest=LONGEST_NAME)
    if any(folded_text(view.name) == folded_text(name) and view.id != view_id for view in seen):
        raise Refused("view_name_taken", NAME_TAKEN, name=name)
    return name


def _record(app: Application, uow: UnitOfWork, user: User, action: str, view: OrderView) -> None:
    uow.audit.append([AuditEntry(user.account_id, app.clock.now(), user.id, action, view.id, None, view.name)])

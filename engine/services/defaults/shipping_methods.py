"""Which service a store's shipping method is: mapping, removing, listing, and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.product_default import MethodService, SeenMethod, find_method
from engine.model.store import NameKind, Store
from engine.ports import NotFound, UnitOfWork
from engine.services.accounts.people import OPERATOR
from engine.services.deciding.rule_context import gather_context
from engine.services.defaults.lines import Columns, Imported, WrongCell, read_lines
from engine.services.refusals import NO_STORE, Refused
from engine.services.spreadsheets import write_rows
from rules.context import RuleContext
from rules.messages import Message, Text
from rules.placeholders import DID_YOU_MEAN
from rules.references import UNKNOWN_CARRIER, UNKNOWN_SERVICE_OF_CARRIER
from rules.values import folded_text

MOST_METHODS = 1000
LONGEST_TEXT = 100
ORDERS_LOOKED_AT = 1000  # the latest ones of a store, for what they ask for

COLUMNS = Columns(
    known=("store", "method", "code", "carrier", "service", "package"),
    needed=("method", "carrier", "service"),
    aliases={
        "tienda": "store",
        "metodo": "method",
        "método": "method",
        "codigo": "code",
        "código": "code",
        "transportista": "carrier",
        "servicio": "service",
        "embalaje": "package",
    },
)

NEEDED = Text("it is empty.", "está vacío.")
TOO_LONG = Text("this has more than {longest} characters.", "esto tiene más de {longest} caracteres.")
UNKNOWN_STORE = Text(
    'there is no store "{store}": the stores are {known}.', "no hay ninguna tienda «{store}»: las tiendas son {known}."
)
CODE_WITHOUT_STORE = Text(
    "a code is one of a store's: name the store, or leave the code out.",
    "un código es de una tienda: indica la tienda o quita el código.",
)
MAPPED_TWICE = Text(
    "it is mapped in line {first} already: leave one of the two.",
    "ya está asignado en la línea {first}: deja solo una de las dos.",
)
TOO_MANY = Text(
    "An account maps at most {limit} shipping methods: remove some that are no longer used.",
    "Una cuenta asigna como máximo {limit} métodos de envío: elimina los que ya no se usen.",
)
NO_METHOD = Text(
    'There is no shipping method "{id}" that is mapped: `stores methods list` shows them.',
    "No hay ningún método de envío asignado «{id}»: `stores methods list` los muestra.",
)


@dataclass(frozen=True, slots=True)
class StoreMethod:
    """A method of a store by its names, how many of its latest orders ask for it, and the service that these get."""

    seen: SeenMethod
    mapped: MethodService | None


def list_methods(app: Application, account_id: str) -> list[MethodService]:
    """Those of stores before those of all stores, by method."""
    with app.reading() as uow:
        return uow.shipping_methods.list_for(account_id)


def methods_of_store(app: Application, account_id: str, store_id: str) -> list[StoreMethod]:
    """All that the store is known to have or its latest orders ask for: those asked for most first. Raises NotFound."""
    with app.reading() as uow:
        store = uow.stores.get(account_id, store_id)
        mapped = tuple(uow.shipping_methods.list_for(account_id))
        seen = uow.shipping_methods.seen(account_id, store_id, ORDERS_LOOKED_AT)
        names = _names(uow, store)
    known = {(one.method, one.code) for one in seen}
    seen += [SeenMethod(name, code, 0) for code, name in names.items() if name and (name, code) not in known]
    ordered = sorted(seen, key=lambda one: (-one.orders, folded_text(one.method), one.code))
    return [StoreMethod(one, find_method(mapped, store_id, one.method, one.code)) for one in ordered]


def map_method(app: Application, account_id: str, cells: Mapping[str, str], actor: str = OPERATOR) -> MethodService:
    """Have a method sent with a service, in the place of what it was sent with; `cells` as a line of a file. The method may be
    named by the store's code. Raises WrongCell and Refused.
    """
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        wanted = _Reader(uow, account_id).read(cells)
        _put(app, uow, account_id, [wanted], actor)
        uow.commit()
    return wanted


def unmap_method(app: Application, account_id: str, method_id: str, actor: str = OPERATOR) -> MethodService:
    """Leave a method as the store names it; orders keep their service until their rules run again. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        found = next((one for one in uow.shipping_methods.list_for(account_id) if one.id == method_id), None)
        if found is None:
            raise Refused("no_method", NO_METHOD, id=method_id)
        uow.shipping_methods.remove(account_id, method_id)
        entry = AuditEntry(account_id, app.clock.now(), actor, "shipping_method.unmapped", account_id, _told(found))
        uow.audit.append([entry])
        uow.commit()
    return found


def write_methods(app: Application, account_id: str) -> str:
    """All of them as CSV, which `import_methods` reads again."""
    with app.reading() as uow:
        mapped = uow.shipping_methods.list_for(account_id)
        names = {store.id: store.name for store in uow.stores.list_for(account_id)}
    unique = {store_id: name if list(names.values()).count(name) == 1 else store_id for store_id, name in names.items()}
    rows = [(unique.get(one.store_id or "", ""), one.method, one.code, one.carrier, one.service, one.package) for one in mapped]
    return write_rows(COLUMNS.known, rows)


def import_methods(
    app: Application, account_id: str, content: bytes, actor: str = OPERATOR, *, replace_all: bool = False
) -> Imported:
    """Take a file's lines, each in the place of what its method was sent with; what the file does not name stays, or goes with
    `replace_all`. Raises Refused, and LinesRefused.
    """
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        reader, seen = _Reader(uow, account_id), dict[tuple[str | None, str, str], int]()

        def read(number: int, cells: Mapping[str, str]) -> MethodService:
            one = reader.read(cells)
            first = seen.setdefault(_key(one), number)
            if first != number:
                raise WrongCell("method", MAPPED_TWICE, first=first)
            return one

        wanted = read_lines(content, COLUMNS, read)
        removed = 0
        for one in uow.shipping_methods.list_for(account_id) if replace_all else ():
            if _key(one) not in seen:
                uow.shipping_methods.remove(account_id, one.id)
                removed += 1
        changed = _put(app, uow, account_id, wanted, actor, removed, is_file=True)
        uow.commit()
    return Imported(changed, len(wanted) - changed, removed)


class _Reader:
    """Reads lines in the light of what the account has: its stores with the names of their methods, its carrier accounts."""

    def __init__(self, uow: UnitOfWork, account_id: str) -> None:
        self._uow = uow
        self._account_id = account_id
        self._stores = uow.stores.list_for(account_id)
        self._context = gather_context(uow, uow.accounts.get(account_id)).context
        self._names: dict[str, Mapping[str, str]] = {}

    def read(self, cells: Mapping[str, str]) -> MethodService:
        """Raises WrongCell."""
        texts = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS.known}
        for name in COLUMNS.known:
            if not texts[name] and name in COLUMNS.needed:
                raise WrongCell(name, NEEDED)
            if len(texts[name]) > LONGEST_TEXT:
                raise WrongCell(name, TOO_LONG, longest=LONGEST_TEXT)
        store = self._store(texts["store"]) if texts["store"] else None
        if store is None and texts["code"]:
            raise WrongCell("code", CODE_WITHOUT_STORE)
        method, code = (texts["method"], "") if store is None else self._called(store, texts["method"], texts["code"])
        check_service(self._context, texts["carrier"], texts["service"])
        made = MethodService(
            "", self._account_id, None if store is None else store.id, method, code, texts["carrier"], texts["service"]
        )
        return replace(made, id=new_id("mth"), package=texts["package"])

    def _store(self, named: str) -> Store:
        by_id = [one for one in self._stores if one.id == named]
        by_name = [one for one in self._stores if folded_text(one.name) == folded_text(named)]
        if by_id or len(by_name) == 1:
            return (by_id or by_name)[0]
        known = ", ".join(one.id if by_name else one.name for one in by_name or self._stores) or "-"
        raise WrongCell("store", UNKNOWN_STORE, store=named, known=known)

    def _called(self, store: Store, method: str, code: str) -> tuple[str, str]:
        """The method's name and code as the store has them, as far as either is known."""
        if store.id not in self._names:
            self._names[store.id] = _names(self._uow, store)
        names = self._names[store.id]
        if code or method in names:
            return names.get(code or method) or method, code or method
        named = [number for number, name in names.items() if folded_text(name) == folded_text(method)]
        return (names[named[0]], named[0]) if len(named) == 1 else (method, "")


def offered_services(app: Application, account_id: str) -> list[tuple[str, str]]:
    """What a method may be sent with: carriers of the account with their services."""
    with app.reading() as uow:
        carrier_accounts = [*uow.carrier_accounts.list_for(account_id)]
        if uow.accounts.get(account_id).ships_for_others:
            carrier_accounts += uow.carrier_accounts.list_usable_by_provider(account_id)
    return sorted({(one.carrier, service) for one in carrier_accounts for service in one.services})


def check_service(context: RuleContext, carrier: str, service: str) -> None:
    """A carrier that the account can ship with, and a service of it, as for rules. Raises WrongCell."""
    offers = context.offers or ()
    services = {name for offer in offers if offer.carrier == folded_text(carrier) for name in offer.services}
    carriers = {offer.carrier for offer in offers}
    if folded_text(carrier) not in carriers:
        raise WrongCell("carrier", UNKNOWN_CARRIER, **_found(context, carrier, carriers))
    if folded_text(service) not in services:
        raise WrongCell("service", UNKNOWN_SERVICE_OF_CARRIER, carrier=carrier, **_found(context, service, services))


def _found(context: RuleContext, found: str, known: set[str]) -> dict[str, object]:
    spelled = {name: context.spellings.get(name, name) for name in sorted(known)}
    close = get_close_matches(folded_text(found), list(spelled), n=1)
    hint = Message("hint", DID_YOU_MEAN, {"name": spelled[close[0]]}) if close else ""
    return {"found": found, "known": ", ".join(spelled.values()) or "-", "hint": hint}


def _names(uow: UnitOfWork, store: Store) -> Mapping[str, str]:
    known = uow.stores.names(store.account_id, store.id).get(NameKind.SHIPPING_METHODS)
    return {} if known is None else known.names


def _put(
    app: Application,
    uow: UnitOfWork,
    account_id: str,
    wanted: list[MethodService],
    actor: str,
    removed: int = 0,
    *,
    is_file: bool = False,
) -> int:
    """How many are not as they were."""
    known = {_key(one): one for one in uow.shipping_methods.list_for(account_id)}
    changed = [one for one in wanted if (before := known.get(_key(one))) is None or replace(before, id=one.id) != one]
    for one in changed:
        if _key(one) in known:
            uow.shipping_methods.remove(account_id, known[_key(one)].id)
        uow.shipping_methods.add(one)
    if len({*known, *map(_key, changed)}) > MOST_METHODS:
        raise Refused("too_many_methods", TOO_MANY, limit=MOST_METHODS)
    before, now = known.get(_key(wanted[0])), app.clock.now()
    if is_file:
        counts = {"changed": len(changed), "removed": removed}
        entry = AuditEntry(account_id, now, actor, "shipping_method.imported", account_id, None, counts)
    else:
        told = before and _told(before), _told(wanted[0])
        entry = AuditEntry(account_id, now, actor, "shipping_method.mapped", account_id, *told)
    if changed or removed:
        uow.audit.append([entry])
    return len(changed)


def _key(one: MethodService) -> tuple[str | None, str, str]:
    """Two with one key are one: of a store's methods with a code the code says which it is."""
    return one.store_id, one.code, "" if one.code else folded_text(one.method)


def _told(one: MethodService) -> dict[str, str]:
    """What of it is said, as the history keeps it."""
    values = {"store": one.store_id or "", "method": one.method, "code": one.code, "carrier": one.carrier}
    return {name: value for name, value in {**values, "service": one.service, "package": one.package}.items() if value}


def require_store(app: Application, account_id: str, store_id: str) -> Store:
    """A store of the account. Raises Refused."""
    with app.reading() as uow:
        try:
            return uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None

"""What an account says of its products, by SKU or by tag: setting, removing, listing, and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.order_defaults import SIDES
from engine.model.product_default import DefaultKey, DefaultOf, ProductDefault
from engine.model.written_number import MAY_BE_TWO, NumberLimits, both_numbers, may_be_two_numbers, read_number, write_number
from engine.ports import UnitOfWork
from engine.services.accounts.people import OPERATOR
from engine.services.defaults.lines import Columns, Imported, WrongCell, read_lines
from engine.services.inventory.change_counts import LONGEST_SKU
from engine.services.labels.label_request import HEAVIEST_G, LONGEST_MM
from engine.services.refusals import Refused
from engine.services.spreadsheets import write_rows
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text
from rules.values import folded_text

MOST_DEFAULTS = 100_000
ON_A_PAGE = 1000  # of what a file is written from
LONGEST_DESCRIPTION = 200
LONGEST_TEXT = 60
_HS_DIGITS = range(6, 13)

COLUMNS = Columns(
    known=(
        *(kind.value for kind in DefaultOf),
        *("weight_g", *SIDES, "package", "warehouse_location", "hs_code", "origin_country", "customs_description"),
    ),
    needed=(),
    aliases={
        "etiqueta": "tag",
        "peso_g": "weight_g",
        "largo_mm": "length_mm",
        "ancho_mm": "width_mm",
        "alto_mm": "height_mm",
        "embalaje": "package",
        "ubicacion": "warehouse_location",
        "ubicación": "warehouse_location",
        "codigo_hs": "hs_code",
        "código_hs": "hs_code",
        "pais_origen": "origin_country",
        "país_origen": "origin_country",
        "descripcion_aduana": "customs_description",
        "descripción_aduana": "customs_description",
    },
)
WEIGHTS = NumberLimits(Decimal(HEAVIEST_G), 3)

SKU_OR_TAG = Text("write a SKU or a tag, and not both.", "escribe un SKU o una etiqueta, y no ambos.")
TOO_LONG = Text("this has more than {longest} characters.", "esto tiene más de {longest} caracteres.")
BAD_WEIGHT = Text(
    '"{text}" is not a weight: write grams, above 0 and up to {heaviest}, such as 250.',
    "«{text}» no es un peso: escribe gramos, más de 0 y hasta {heaviest}, como 250.",
)
BAD_SIDE = Text(
    '"{text}" is not a length: write whole millimetres from 1 to {longest}, such as 300.',
    "«{text}» no es una longitud: escribe milímetros enteros de 1 a {longest}, como 300.",
)
ALL_SIDES = Text("write all three sides or none.", "escribe los tres lados o ninguno.")
BAD_HS_CODE = Text(
    '"{text}" is not an HS code: write its 6 to 12 digits, such as 6912.00.',
    "«{text}» no es un código HS: escribe sus 6 a 12 cifras, como 6912.00.",
)
BAD_COUNTRY = Text(
    '"{text}" is not a country: write its two letters, such as ES.', "«{text}» no es un país: escribe sus dos letras, como ES."
)
SAYS_NOTHING = Text("nothing is said of it: write at least one value.", "no se dice nada: escribe al menos un valor.")
TWICE = Text("it is in line {first} already: leave one of the two.", "ya está en la línea {first}: deja solo una de las dos.")
TOO_MANY = Text(
    "An account keeps at most {limit} product defaults: remove some that are no longer used.",
    "Una cuenta guarda como máximo {limit} valores por producto: elimina los que ya no se usen.",
)
NO_DEFAULT = Text(
    'There is no default for the {kind} "{name}": `products defaults list` shows them.',
    "No hay valores para {kind} «{name}»: `products defaults list` los muestra.",
)
KINDS: Mapping[DefaultOf, Text] = {DefaultOf.SKU: Text("SKU", "el SKU"), DefaultOf.TAG: Text("tag", "la etiqueta")}


def set_default(app: Application, account_id: str, cells: Mapping[str, str], actor: str = OPERATOR) -> ProductDefault:
    """Say something of a product or a tag, in the place of what was said; `cells` as a line of a file.

    Raises WrongCell and Refused.
    """
    wanted = parse_default(account_id, cells)
    with app.unit_of_work() as uow:
        _put(app, uow, account_id, [wanted], actor, "product_default.set")
        uow.commit()
    return wanted


def remove_default(app: Application, account_id: str, kind: DefaultOf, name: str, actor: str = OPERATOR) -> ProductDefault:
    """Say nothing of a product or a tag any longer; orders keep what they got until their rules run again. Raises Refused."""
    key = kind, folded_text(name)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        found = uow.product_defaults.find_many(account_id, [key])
        if not found:
            raise Refused("no_default", NO_DEFAULT, kind=KINDS[kind], name=name)
        uow.product_defaults.remove_many(account_id, [key])
        entry = AuditEntry(account_id, app.clock.now(), actor, "product_default.removed", account_id, _told(found[0]))
        uow.audit.append([entry])
        uow.commit()
    return found[0]


@dataclass(frozen=True, slots=True)
class DefaultsPage:
    """Some defaults, and the key of the last one where others follow."""

    defaults: tuple[ProductDefault, ...]
    next_after: DefaultKey | None


def page_defaults(
    app: Application, account_id: str, *, search: str = "", after: DefaultKey | None = None, limit: int = ON_A_PAGE
) -> DefaultsPage:
    """SKUs before tags, by name."""
    with app.reading() as uow:
        found = uow.product_defaults.page(account_id, search=search, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    return DefaultsPage(shown, shown[-1].key if len(found) > limit else None)


def write_defaults(app: Application, account_id: str) -> str:
    """All of them as CSV, which `import_defaults` reads again."""
    rows: list[list[str]] = []
    page = page_defaults(app, account_id)
    rows += map(_cells, page.defaults)
    while page.next_after is not None:
        page = page_defaults(app, account_id, after=page.next_after)
        rows += map(_cells, page.defaults)
    return write_rows(COLUMNS.known, rows)


def import_defaults(
    app: Application, account_id: str, content: bytes, actor: str = OPERATOR, *, replace_all: bool = False
) -> Imported:
    """Take a file's lines, each in the place of what was said of its product or tag; what the file does not name stays, or goes
    with `replace_all`. Raises Refused, and LinesRefused.
    """
    seen: dict[DefaultKey, int] = {}

    def read(number: int, cells: Mapping[str, str]) -> ProductDefault:
        one = parse_default(account_id, cells)
        first = seen.setdefault(one.key, number)
        if first != number:
            raise WrongCell(one.kind.value, TWICE, first=first)
        return one

    wanted = read_lines(content, COLUMNS, read)
    with app.unit_of_work() as uow:
        removed = _remove_others(uow, account_id, set(seen)) if replace_all else 0
        changed = _put(app, uow, account_id, wanted, actor, "product_default.imported", removed)
        uow.commit()
    return Imported(changed, len(wanted) - changed, removed)


def _remove_others(uow: UnitOfWork, account_id: str, kept: set[DefaultKey]) -> int:
    uow.accounts.get(account_id, for_change=True)
    known = uow.product_defaults.page(account_id, limit=MOST_DEFAULTS)
    return uow.product_defaults.remove_many(account_id, {one.key for one in known} - kept)


def _put(
    app: Application, uow: UnitOfWork, account_id: str, wanted: list[ProductDefault], actor: str, action: str, removed: int = 0
) -> int:
    """How many are not as they were."""
    uow.accounts.get(account_id, for_change=True)  # nobody adds others meanwhile
    known = {one.key: one for one in uow.product_defaults.find_many(account_id, [one.key for one in wanted])}
    changed = [one for one in wanted if known.get(one.key) != one]
    uow.product_defaults.put_many(account_id, changed)
    if uow.product_defaults.count(account_id) > MOST_DEFAULTS:
        raise Refused("too_many_defaults", TOO_MANY, limit=MOST_DEFAULTS)
    before, after = known.get(wanted[0].key), _told(wanted[0])
    if action == "product_default.set":
        entry = AuditEntry(account_id, app.clock.now(), actor, action, account_id, before and _told(before), after)
    else:
        counts = {"changed": len(changed), "removed": removed}
        entry = AuditEntry(account_id, app.clock.now(), actor, action, account_id, None, counts)
    if changed or removed:
        uow.audit.append([entry])
    return len(changed)


def parse_default(account_id: str, cells: Mapping[str, str]) -> ProductDefault:
    """What a line of a file says. Raises WrongCell."""
    kind, name = sku_or_tag(cells)
    length, width, height = _sides(cells)
    made = ProductDefault(
        account_id,
        kind,
        name,
        weight_g=_weight(cells.get("weight_g", "").strip()),
        length_mm=length,
        width_mm=width,
        height_mm=height,
        package=_text(cells, "package"),
        warehouse_location=_text(cells, "warehouse_location"),
        hs_code=_hs_code(cells.get("hs_code", "").strip()),
        origin_country=_country(cells.get("origin_country", "").strip()),
        customs_description=_text(cells, "customs_description", LONGEST_DESCRIPTION),
    )
    if made == ProductDefault(account_id, kind, name):
        raise WrongCell(kind.value, SAYS_NOTHING)
    return made


def sku_or_tag(cells: Mapping[str, str]) -> tuple[DefaultOf, str]:
    """Of which of both something is said, and its name. Raises WrongCell where it is none of them, or both."""
    sku, tag = (_text(cells, kind.value, LONGEST_SKU) for kind in DefaultOf)
    if bool(sku) == bool(tag):
        raise WrongCell(DefaultOf.SKU.value, SKU_OR_TAG)
    return (DefaultOf.SKU, sku) if sku else (DefaultOf.TAG, tag)


def _text(cells: Mapping[str, str], column: str, longest: int = LONGEST_TEXT) -> str:
    text = " ".join(cells.get(column, "").split())
    if len(text) > longest:
        raise WrongCell(column, TOO_LONG, longest=longest)
    return text


def _weight(text: str) -> Decimal | None:
    if not text:
        return None
    if may_be_two_numbers(text):
        raise WrongCell("weight_g", MAY_BE_TWO, **both_numbers(text))
    grams, beyond = read_number(text), WEIGHTS.beyond(text)
    if beyond is not None and not text.startswith("-"):
        raise WrongCell("weight_g", beyond.text, **beyond.params)
    if grams is None or grams <= 0:
        raise WrongCell("weight_g", BAD_WEIGHT, text=text, heaviest=HEAVIEST_G)
    return grams.normalize()


def _sides(cells: Mapping[str, str]) -> tuple[int | None, int | None, int | None]:
    texts = {name: cells.get(name, "").strip() for name in SIDES}
    for name, text in texts.items():
        if text and not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= LONGEST_MM):
            raise WrongCell(name, BAD_SIDE, text=text, longest=LONGEST_MM)
    missing = [name for name, text in texts.items() if not text]
    if len(missing) == len(SIDES):
        return None, None, None
    if missing:
        raise WrongCell(missing[0], ALL_SIDES)
    length, width, height = map(int, texts.values())
    return length, width, height


def _hs_code(text: str) -> str:
    digits = "".join(text.split()).replace(".", "").replace("-", "")
    if text and not (digits.isascii() and digits.isdecimal() and len(digits) in _HS_DIGITS):
        raise WrongCell("hs_code", BAD_HS_CODE, text=text)
    return text


def _country(text: str) -> str:
    if text and text.upper() not in COUNTRIES.codes:
        raise WrongCell("origin_country", BAD_COUNTRY, text=text)
    return text.upper()


def _cells(one: ProductDefault) -> list[str]:
    named = {one.kind.value: one.name}
    values = {part.name: getattr(one, part.name) for part in fields(one)}
    return [named.get(name) or _cell(values.get(name)) for name in COLUMNS.known]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return write_number(value) if isinstance(value, Decimal) else str(value)


def _told(one: ProductDefault) -> dict[str, str]:
    """What of it is said, as the history keeps it."""
    return {name: cell for name, cell in zip(COLUMNS.known, _cells(one), strict=True) if cell}

"""Values of a rate sheet: amounts, whole numbers, dates, codes. What is wrong with one is reported in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rules.fields.closed_values import ClosedValues
from rules.messages import Message, Text
from rules.order_document import plain
from rules.parser.reading import WRONG_TYPE, Reader, as_mapping, join
from rules.placeholders import DID_YOU_MEAN, NOTHING
from rules.problems import Problems
from rules.source import Node, Scalar, text_of, to_plain
from rules.values import shown

AN_AMOUNT = Text("an amount such as 4.20, with a point and without quotes", "un importe como 4.20, con punto y sin comillas")
A_WHOLE_NUMBER = Text("a whole number from {low} to {high}", "un número entero de {low} a {high}")
A_DATE = Text("a day such as 2026-01-31", "un día como 2026-01-31")
A_CHOICE = Text("one of {choices}", "uno de {choices}")
NEGATIVE = Text(
    "{found} is negative: a price is 0 or more. What makes something cheaper goes into its price",
    "{found} es negativo: un precio es 0 o más. Lo que abarata algo va en su precio",
)
TOO_HIGH = Text("{found} is too high: at most {limit}", "{found} es demasiado: como mucho {limit}")
TOO_FINE = Text("{found} has more than {limit} decimals: round it", "{found} tiene más de {limit} decimales: redondéalo")
UNKNOWN_CODE = Text('"{found}" is not {kind}{hint}', '"{found}" no es {kind}{hint}')

HIGHEST_AMOUNT = 1_000_000
MOST_DECIMALS = 6
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_amount(reader: Reader, key: str) -> Decimal | None:
    """The amount at a key; None when there is none, or none that can be."""
    if key not in reader.mapping.entries:
        return None
    number = _number(reader.mapping.entries[key])
    if number is None:
        reader.wrong_type(key, AN_AMOUNT)
        return None
    line, path = reader.line_of(key), join(reader.path, key)
    if number < 0:
        reader.problems.error(line, path, "negative", NEGATIVE, found=plain(number))
    elif number > HIGHEST_AMOUNT:
        reader.problems.error(line, path, "too_high", TOO_HIGH, found=plain(number), limit=HIGHEST_AMOUNT)
    elif _decimals(number) > MOST_DECIMALS:
        reader.problems.error(line, path, "too_fine", TOO_FINE, found=plain(number), limit=MOST_DECIMALS)
    else:
        return number
    return None


def read_whole(reader: Reader, key: str, low: int, high: int) -> int | None:
    """The whole number at a key; None when there is none, or none in bounds."""
    if key not in reader.mapping.entries:
        return None
    number = _number(reader.mapping.entries[key])
    if number is None or number != int(number) or not low <= number <= high:
        _expected(reader, key, A_WHOLE_NUMBER, low=low, high=high)
        return None
    return int(number)


def read_day(reader: Reader, key: str) -> date | None:
    """The date at a key; None when there is none, or no such day."""
    if key not in reader.mapping.entries:
        return None
    text = text_of(reader.mapping.entries[key]) or ""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:  # a day that its month does not have
        pass
    reader.wrong_type(key, A_DATE)
    return None


def read_choice(reader: Reader, key: str, choices: Iterable[str], default: str) -> str:
    """One of a few words."""
    known = list(choices)
    text = reader.text(key, default)
    if text not in known:
        _expected(reader, key, A_CHOICE, choices=", ".join(known))
        return default
    return text


def read_code(node: Node, path: str, problems: Problems, values: ClosedValues) -> str | None:
    """A country or a currency. For another text the code that is plainly meant is named."""
    text = text_of(node) or ""
    if text in values.codes:
        return text
    meant = text.upper() if text.upper() in values.codes else values.meant(text)
    hint = Message("hint", NOTHING) if meant is None else Message("hint", DID_YOU_MEAN, {"name": meant})
    problems.error(node.line, path, "unknown_code", UNKNOWN_CODE, found=text[:40], kind=values.kind, hint=hint)
    return None


def read_group(reader: Reader, key: str) -> Reader | None:
    """A reader of the group at a key; None when it is missing or no group, which is reported."""
    node = reader.mapping.entries.get(key)
    return None if node is None else as_mapping(node, join(reader.path, key), reader.problems)


def _expected(reader: Reader, key: str, wanted: Text, /, **params: object) -> None:
    said = {"wanted": Message("wanted", wanted, params), "found": shown(to_plain(reader.mapping.entries[key]))}
    reader.problems.error(reader.line_of(key), join(reader.path, key), "wrong_type", WRONG_TYPE, **said)


def _number(node: Node) -> Decimal | None:
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | Decimal):
        return None
    return Decimal(node.value)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0

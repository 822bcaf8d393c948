"""What an account says of its own carrier: the rate sheet, and the numbers that its parcels get."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.carriers.house.numbers import HIGHEST_RUNNING
from adapters.carriers.house.rate_sheet.parser import parse_rate_sheet
from adapters.carriers.house.rate_sheet.sheet import RateSheet
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierSetting
from engine.model.sentence import Sentence
from engine.ports.carriers import CarrierRefused
from rules.messages import LANGUAGES, Language, Message, Text
from rules.problems import Problem
from rules.values import shown

BAD_PREFIX = Text(
    "{found} cannot begin tracking numbers: write 1 to 6 capital letters or digits, such as ACME.",
    "{found} no puede ser el comienzo de los números de seguimiento: escribe de 1 a 6 mayúsculas o cifras, como ACME.",
)
NO_PREFIX = Text(
    "The carrier account has no beginning for its tracking numbers: write 1 to 6 capital letters or digits, such as ACME.",
    "La cuenta de envío no tiene comienzo para sus números de seguimiento: escribe de 1 a 6 mayúsculas o cifras, como ACME.",
)
BAD_LAST = Text(
    "{found} cannot be the last running number: write a whole number from 1 to {limit}.",
    "{found} no puede ser el último número correlativo: escribe un número entero de 1 a {limit}.",
)
NO_TEXT = Text(
    "The rate sheet has to be a text in YAML, and this is {found}.",
    "La hoja de tarifas debe ser un texto en YAML y esto es {found}.",
)
BROKEN = Text("The rate sheet cannot be used.", "La hoja de tarifas no se puede usar.")
PLACED = Text("Line {line}: {problem}", "Línea {line}: {problem}")
AND_MORE = Text("And {count} more.", "Y {count} más.")

SETTINGS = (
    CarrierSetting(
        "number_prefix",
        Text("Tracking numbers begin with", "Los números de seguimiento empiezan por"),
        Text(
            "Capital letters or digits of your own, such as ACME; four letters are made up, if left out.",
            "Mayúsculas o cifras propias, como ACME; si se deja en blanco se inventan cuatro letras.",
        ),
    ),
    CarrierSetting(
        "number_last",
        Text("Last running number", "Último número correlativo"),
        Text(
            "Where the range of your tracking numbers ends; 999999999, if left out.",
            "Donde termina el rango de tus números de seguimiento; 999999999 si se deja en blanco.",
        ),
        is_number=True,
    ),
    CarrierSetting(
        "rate_sheet",
        Text("Rate sheet", "Hoja de tarifas"),
        Text(
            "What its services cost by zone and weight, in YAML. Without one, no prices are known.",
            "Lo que cuestan sus servicios por zona y peso, en YAML. Sin ella no se conoce ningún precio.",
        ),
        is_long=True,
    ),
)
_PREFIX = re.compile(r"[A-Z0-9]{1,6}")
_MOST_SAID = 20


class RateSheetRefused(CarrierRefused):
    """A rate sheet with errors. Its sentence names them; `problems` are all, for those who can show them in place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_sentence(problems))
        self.problems = tuple(problems)


def rate_sheet(account: CarrierAccount) -> RateSheet | None:
    """The account's sheet; None where it has none. Raises CarrierRefused when it cannot be used."""
    text = account.settings.get("rate_sheet")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise CarrierRefused(Message("rate_sheet", NO_TEXT, {"found": shown(text)}))
    sheet, problems = _parsed(text)
    if sheet is None:
        raise RateSheetRefused([problem for problem in problems if problem.severity == "error"])
    return sheet


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Which tracking numbers are the account's: what they begin with, and the last running number."""

    prefix: str
    last: int


def number_range(account: CarrierAccount) -> NumberRange:
    """Raises CarrierRefused when numbers cannot be made of what the account says of them."""
    prefix, last = account.settings.get("number_prefix", ""), account.settings.get("number_last", HIGHEST_RUNNING)
    if prefix and not (isinstance(prefix, str) and _PREFIX.fullmatch(prefix)):
        raise CarrierRefused(Message("number_prefix", BAD_PREFIX, {"found": shown(prefix)}))
    if not isinstance(last, int) or isinstance(last, bool) or not 1 <= last <= HIGHEST_RUNNING:
        raise CarrierRefused(Message("number_last", BAD_LAST, {"found": shown(last), "limit": HIGHEST_RUNNING}))
    return NumberRange(prefix, last)


@lru_cache(maxsize=64)  # an account's sheet is read for every label
def _parsed(text: str) -> tuple[RateSheet | None, Sequence[Problem]]:
    return parse_rate_sheet(text)


def _sentence(problems: Sequence[Problem]) -> Sentence:
    return Sentence(*(_said(problems, language) for language in LANGUAGES))


def _said(problems: Sequence[Problem], language: Language) -> str:
    parts = [BROKEN.format(language)]
    for problem in problems[:_MOST_SAID]:
        place = f"{problem.path}: " if problem.path else ""
        said = f"{place}{problem.message.format(language)}"
        parts.append(PLACED.format(language, line=problem.line, problem=said))
    if len(problems) > _MOST_SAID:
        parts.append(AND_MORE.format(language, count=len(problems) - _MOST_SAID))
    return "\n".join(parts)

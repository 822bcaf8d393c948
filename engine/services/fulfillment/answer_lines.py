"""The lines that a provider names in a rejection or a close: checked against the request, and as both sides read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from engine.model.reason_line import ReasonLine
from engine.model.reject_reasons import OTHER, REJECT_REASONS
from engine.model.request import FulfillmentRequest, RequestAction, RequestLine
from engine.model.sentence import Sentence, full_sentence
from engine.model.transitions import Side
from engine.services.refusals import Refused
from rules.messages import LANGUAGES, Language, Text

LONGEST_LINE_TEXT = 500

NO_SUCH_LINE = Text("The request has no line {line}. It has {known}.", "La solicitud no tiene la línea {line}. Tiene {known}.")
ONLY_WITH_REASON = Text(
    "Only a rejection and a close name lines: leave them out here.",
    "Solo un rechazo y un cierre nombran líneas: no las indiques aquí.",
)
TWICE = Text("Line {line} is named twice: name it once.", "La línea {line} aparece dos veces: nómbrala una sola vez.")
BAD_UNITS = Text(
    "Of line {line} you can name 1 to {most} units, not {quantity}.",
    "De la línea {line} puedes indicar de 1 a {most} unidades, no {quantity}.",
)
HAS_LEFT = Text(
    "All of line {line} has shipped: there is no rest to close.",
    "Toda la línea {line} se ha enviado: no queda nada que cerrar.",
)
BAD_LINE_CODE = Text(
    'Line {line}: "{code}" is not a reason: use one of {known}.', 'Línea {line}: "{code}" no es un motivo: usa uno de {known}.'
)
NO_LINE_TEXT = Text(
    "Line {line}: write a sentence that says why, as the reason is another one.",
    "Línea {line}: escribe una frase que diga por qué, ya que el motivo es otro.",
)
LONG_LINE_TEXT = Text(
    "Line {line}: the text is longer than {limit} characters: shorten it.",
    "Línea {line}: el texto supera los {limit} caracteres: acórtalo.",
)
LINES_TOLD = Text("Lines: {lines}", "Líneas: {lines}")
_UNITS = Text("{quantity} × {sku} {name}", "{quantity} × {sku} {name}")


def check_lines(
    request: FulfillmentRequest, action: RequestAction, lines: Sequence[ReasonLine], code: str | None
) -> tuple[ReasonLine, ...]:
    """The lines with their units and reasons filled in: all that can be, and the reason of the whole answer. Raises Refused."""
    if lines and action not in (RequestAction.REJECT, RequestAction.CLOSE):
        raise Refused("lines_not_wanted", ONLY_WITH_REASON)
    asked = {line.line_key: line for line in request.lines if line.quantity}
    named: dict[str, ReasonLine] = {}
    for line in lines:
        if line.line_key not in asked:
            raise Refused("no_such_line", NO_SUCH_LINE, line=line.line_key, known=", ".join(asked))
        if line.line_key in named:
            raise Refused("line_twice", TWICE, line=line.line_key)
        units = _units(asked[line.line_key], action, line)
        named[line.line_key] = replace(line, quantity=units, code=_reason(line, code), text=line.text.strip())
    return tuple(named.values())


def _units(asked: RequestLine, action: RequestAction, line: ReasonLine) -> Decimal:
    most = asked.rest if action is RequestAction.CLOSE else asked.quantity
    if not most:
        raise Refused("line_has_left", HAS_LEFT, line=line.line_key)
    units = most if line.quantity is None else line.quantity
    if not units.is_finite() or not 0 < units <= most:
        raise Refused("bad_units", BAD_UNITS, line=line.line_key, most=most, quantity=line.quantity)
    return units


def _reason(line: ReasonLine, code: str | None) -> str | None:
    if line.code is not None and line.code not in REJECT_REASONS:
        raise Refused("bad_line_code", BAD_LINE_CODE, line=line.line_key, code=line.code, known=", ".join(REJECT_REASONS))
    if line.code == OTHER and code != OTHER and not line.text.strip():
        raise Refused("no_line_text", NO_LINE_TEXT, line=line.line_key)
    if len(line.text) > LONGEST_LINE_TEXT:
        raise Refused("long_line_text", LONG_LINE_TEXT, line=line.line_key, limit=LONGEST_LINE_TEXT)
    return line.code or code


def line_words(request: FulfillmentRequest, lines: Sequence[ReasonLine], side: Side, language: Language) -> list[str]:
    """Each line as a side reads it: units, its own SKU, name, and why."""
    asked = {line.line_key: line for line in request.lines}
    return [_words(asked.get(one.line_key), one, side, language) for one in lines]


def lines_told(request: FulfillmentRequest, lines: Sequence[ReasonLine]) -> Sentence | None:
    """All of them in one sentence for the merchant; None where none is named."""
    if not lines:
        return None
    told = [[words.rstrip(".") for words in line_words(request, lines, Side.MERCHANT, language)] for language in LANGUAGES]
    return Sentence.of(LINES_TOLD, lines=Sentence(*(full_sentence("; ".join(words)) for words in told)))


def _words(asked: RequestLine | None, line: ReasonLine, side: Side, language: Language) -> str:
    sku, name = ("", line.line_key) if asked is None else (asked.sku, asked.name)
    if asked is not None and side is Side.PROVIDER and asked.provider_sku:
        sku = asked.provider_sku
    quantity = "" if line.quantity is None else line.quantity
    units = " ".join(_UNITS.format(language, quantity=quantity, sku=sku, name=name).split())
    reason = REJECT_REASONS.get(line.code or "")
    why = ", ".join(part for part in (None if reason is None else reason.format(language), line.text) if part)
    return f"{units}: {why}" if why else units

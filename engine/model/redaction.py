"""Takes what says who somebody is out of orders, decisions and texts. Pure; what is left still says what was decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.sentence import Sentence
from rules.fields import ORDER_FIELDS
from rules.order_document import Document, read_field

ERASED = "[erased]"
PERSONAL = tuple(field.name for field in ORDER_FIELDS if field.personal)
# Values of these fields appear in other texts only because of the person; a city or a postal code may appear there anyway.
_TELLING = re.compile(r"\.(name|company|street\d|phone|email|username)$|^(notes\.|gift_message$)")
_SHORTEST = 4


def personal_values(document: Document) -> dict[str, str]:
    """What an order says of a person, by field; only what it says anything of."""
    found = {name: read_field(document, name) for name in PERSONAL}
    return {name: str(value) for name, value in found.items() if value not in (None, "", [], {})}


def telling_values(values: Mapping[str, str]) -> set[str]:
    """Those that are taken out of other texts too."""
    return {value for name, value in values.items() if _TELLING.search(name)}


class Redaction:
    """What is taken out: all personal fields, and in other texts wherever one of these values stands."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = frozenset(value.strip() for value in values)
        self._whole = frozenset(value.casefold() for value in self._values if value)
        self._addresses = tuple(value for value in self._whole if "@" in value)
        wanted = sorted((value for value in self._values if len(value) >= _SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE) if wanted else None

    def also(self, values: Iterable[str]) -> Redaction:
        """One that takes out these as well."""
        return Redaction((*self._values, *values))

    def finds(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None

    def names(self, text: str) -> bool:
        """Whether a text says nothing else than one of the values, or holds an e-mail address among them."""
        folded = text.strip().casefold()
        return folded in self._whole or any(address in folded for address in self._addresses)

    def text(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(ERASED, text)

    def value(self, value: Any) -> Any:
        """A JSON value with its texts redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(part) for part in value]
        return value

    def sentence(self, sentence: Sentence | None) -> Sentence | None:
        return None if sentence is None else Sentence.from_data(self.value(sentence.to_data()))

    def document(self, document: Any) -> Any:
        """An order document, or parts of one, without its personal fields; anything else with its texts redacted."""
        if not isinstance(document, Mapping):
            return self.value(document)
        return self.value(_without_personal(document, ""))

    def layer(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """The same for a map from field names to values."""
        return {name: self.document({name: value})[name] for name, value in layer.items() if name not in PERSONAL}

    def change(self, change: Mapping[str, Any]) -> dict[str, Any]:
        """A change that a decision made."""
        kept = self.value(change)
        if change.get("field") in PERSONAL:
            kept |= {name: ERASED for name in ("before", "after", "from", "to", "operand") if change.get(name) is not None}
        return dict(kept)


def _without_personal(document: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    kept = {}
    for name, value in document.items():
        path = f"{prefix}{name}"
        if path in PERSONAL:
            continue
        kept[name] = _without_personal(value, f"{path}.") if isinstance(value, Mapping) else value
    return kept

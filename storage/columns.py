"""Column types that mean the same on SQLite and PostgreSQL: instants, exact decimals, JSON and sentences.

Where many values are written, a type hands out a plain function instead of a method of its own: imports notice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.model.sentence import Sentence
from rules.messages import LANGUAGES
from rules.order_document import UnreadableDocument, dumps, loads, plain


class UtcDateTime(TypeDecorator[datetime]):
    """An instant with microseconds, always aware and in UTC.

    SQLite: ISO 8601 text of one length and one offset, so that text order is time order. PostgreSQL: timestamptz.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _instant_to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _text_to_instant if dialect.name == "sqlite" else _in_utc


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept digit for digit. SQLite: text (which does not sort by amount). PostgreSQL: numeric."""

    impl = Numeric()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return plain(value) if dialect.name == "sqlite" else Decimal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return Decimal(value) if isinstance(value, str) else value


class JsonText(TypeDecorator[Any]):
    """Any JSON value with exact numbers.

    Plain text on PostgreSQL too: its JSON types would rewrite the numbers, and nothing is searched inside the documents.
    """

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        return _to_json

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json_from(value)


def json_from(kept: str) -> Any:
    """A JSON value as a row holds it."""
    if kept == "[]":  # most of all lists
        return []
    # Documents are objects; the wrapping lets lists and scalars through the same exact reader.
    return loads(f'{{"value":{kept}}}')["value"]


class SentenceText(TypeDecorator[Sentence]):
    """A sentence in every language, as JSON. Any other text that a row holds is a sentence that reads the same in all."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sentence | None, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value.to_data()).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Sentence | None:
        return None if value is None else sentence_from(value)


def sentence_from(kept: str) -> Sentence:
    """A sentence as a row holds it."""
    try:
        data = loads(kept)
    except UnreadableDocument:
        return Sentence.of(kept)
    return Sentence.from_data(data if data.keys() == set(LANGUAGES) else kept)


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=1024)  # as above, and who reads the heads of decisions reads the decisions next
def _text_to_instant(value: str | None) -> datetime | None:
    return None if value is None else _in_utc(datetime.fromisoformat(value))


@lru_cache(maxsize=256)  # the rows of a batch mostly share one instant
def _instant_to_text(value: datetime | None) -> str | None:
    instant = _to_utc(value)
    return None if instant is None else instant.isoformat(timespec="microseconds")


def _to_json(value: Any) -> str | None:
    if value is None:
        return None
    if not value and type(value) in _EMPTY:  # most of an order's lists and maps are
        return _EMPTY[type(value)]
    return dumps(value).decode()


_EMPTY: dict[type, str] = {dict: "{}", list: "[]", tuple: "[]"}

"""What orders are found by: each order's terms, such as `tag:gift` or `w:nunez`, and the words that a search looks for.

A term of an order stands twice: in the order, as a line of `orders.terms`, and as a row of `order_terms`, whose key finds the
orders of a term without looking at any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from engine.model.order import Order
from rules.order_document import Document

WORD, ENDING, PARCEL, PARCEL_ENDING = "w", "e", "p", "q"
SEARCHED = (WORD, ENDING, PARCEL, PARCEL_ENDING)
_BACKWARDS = (ENDING, PARCEL_ENDING)
OF_PARCELS = (f"{PARCEL}:", f"{PARCEL_ENDING}:")
CHANNEL = "channel"
OF_CHANNEL = f"{CHANNEL}:"
_LONGEST_WORD = 60
_MOST_LINES = 50  # whose SKUs are found; more would fill the index with one order
_MOST_WORDS = 200
_SEPARATE = re.compile(r"[\W_]+")
LAST = "\U0010ffff"  # sorts behind whatever a term goes on with


def fold(text: str) -> str:
    """A text as it is compared when orders are looked for: without accents and case, so that "NÚÑEZ" is "nunez"."""
    if text.isascii():
        return text.lower()
    # Folded before and after: what folding makes of a letter may carry an accent, and what is left without it may have a case.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=8_192)  # cities, products and tags come again and again
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared; nothing for what has no letter and no digit."""
    return tuple(word[:_LONGEST_WORD] for word in _SEPARATE.split(fold(text)) if word)


@lru_cache(maxsize=8_192)
def exact_term(kind: str, value: str) -> str:
    """The term of a whole value, such as a tag."""
    return f"{kind}:{fold(value).strip()[:_LONGEST_WORD]}".replace("\n", " ").replace("\0", "")


def search_terms(word: str) -> tuple[str, ...]:
    """What the terms that a word of a search finds begin with."""
    return tuple(f"{kind}:{word[::-1] if kind in _BACKWARDS else word}" for kind in SEARCHED)


def order_terms(order: Order, document: Document) -> list[str]:
    """All terms of an order but those of its parcels."""
    tags = [tag for tag in _list(document.get("tags")) if isinstance(tag, str)]
    country = _part(document, "ship_to", "country")
    named = {"provider": document.get("logistics_provider"), CHANNEL: order.channel, "country": country}
    named |= {name: document.get(name) for name in ("carrier", "service")}
    terms = [exact_term(kind, value) for kind, value in named.items() if isinstance(value, str) and value.strip()]
    terms += [exact_term("tag", tag) for tag in tags if tag.strip()]
    terms += [exact_term("rule", rule) for rule in order.matched]
    numbers = (order.order_number, order.external_id, order.external_order_id, document.get("reference"))
    texts = [_part(document, "ship_to", name) for name in ("name", "company", "city", "postal_code", "email")]
    texts += [_part(document, "customer", name) for name in ("name", "email")]
    texts += [line.get("sku") for line in _list(document.get("items"))[:_MOST_LINES] if isinstance(line, dict)]
    return list(dict.fromkeys([*terms, *_number_terms(numbers, WORD, ENDING), *_word_terms([*texts, *tags])][:_MOST_WORDS]))


def parcel_terms(tracking_numbers: Iterable[str | None]) -> list[str]:
    """The terms of an order's parcels; they stay when the order changes."""
    return list(dict.fromkeys(_number_terms(tracking_numbers, PARCEL, PARCEL_ENDING)))


def _number_terms(numbers: Iterable[Any], whole: str, ending: str) -> Iterator[str]:
    """Of a number also what it is without its dashes, and its end: what people read off a paper."""
    for number in numbers:
        words = words_of(number) if isinstance(number, str) else ()
        joined = "".join(words)[:_LONGEST_WORD]
        yield from (f"{whole}:{word}" for word in [*words, joined] if word)
        if joined:
            yield f"{ending}:{joined[::-1]}"


def _word_terms(texts: Iterable[Any]) -> Iterator[str]:
    return (f"{WORD}:{word}" for text in texts if isinstance(text, str) for word in words_of(text))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _part(document: Document, name: str, part: str) -> Any:
    found = document.get(name)
    return found.get(part) if isinstance(found, dict) else None


def joined(terms: Sequence[str]) -> str:
    """Terms as an order keeps them: each a line, so that a line break before one marks its beginning."""
    return "".join(f"\n{term}" for term in terms) + "\n"

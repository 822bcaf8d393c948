"""Sentences that are kept are read in either language later."""

from __future__ import annotations

import pytest

from engine.model.sentence import Sentence, sentence_of
from engine.ports import NotFound, StoreUnavailable
from engine.services.refusals import NO_STORE, LeaseLost, Refused
from rules.messages import Message, Text

GREETING = Text("Hello {name}", "Hola {name}")


def test_a_template_is_filled_in_for_every_language_parts_of_their_own_too() -> None:
    inner = Message("inner", Text("from {place}", "desde {place}"), {"place": "Vigo"})

    assert Sentence.of(GREETING, name=inner) == Sentence("Hello from Vigo", "Hola desde Vigo")
    assert Sentence.of(Message("hi", GREETING, {"name": "Ana"})) == Sentence("Hello Ana", "Hola Ana")
    assert Sentence.of(GREETING, name=Sentence("all", "todos")).format("es") == "Hola todos"


def test_a_merchants_text_stays_as_it_is() -> None:
    assert Sentence.of("Look at {order}").format("es") == "Look at {order}"
    assert Sentence.of(GREETING, name=Sentence.of("{order}")).format("es") == "Hola {order}"


@pytest.mark.parametrize("data", ["kept long ago", {"en": "only"}, 7])
def test_what_is_no_sentence_reads_the_same_in_every_language(data: object) -> None:
    assert Sentence.from_data(data) == Sentence(str(data), str(data))


def test_a_sentence_comes_back_from_its_data() -> None:
    assert Sentence.from_data(Sentence("one", "uno").to_data()) == Sentence("one", "uno")


@pytest.mark.parametrize(
    ("error", "spanish"),
    [
        (Refused("no_store", NO_STORE, store="sto_1"), 'No existe la tienda "sto_1": `stores list` muestra los ids.'),
        (NotFound(Message("hi", GREETING, {"name": "Ana"})), "Hola Ana"),
        (StoreUnavailable(Sentence("down", "caída")), "caída"),
        (StoreUnavailable("plain words"), "plain words"),
        (NotFound(), ""),
    ],
)
def test_an_error_says_its_sentence(error: Exception, spanish: str) -> None:
    assert sentence_of(error).format("es") == spanish


def test_a_lost_lease_says_what_happened() -> None:
    assert "Another process has taken over" in str(LeaseLost())
    assert sentence_of(LeaseLost()).format("es").startswith("Otro proceso se ha hecho cargo")

"""Sentences that are kept are read in either language later."""

from __future__ import annotations

import pytest

from engine.model.sentence import Sentence, full_sentence, in_a_row, sentence_of
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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("it broke", "it broke."),
        ("It broke. ", "It broke."),
        ("why?", "why?"),
        ("They wrote “it broke.”", "They wrote “it broke.”"),
        ("(all of it)", "(all of it)."),
        ("It goes on…", "It goes on…"),
        ("–", "–"),
        (" ", ""),
    ],
)
def test_a_text_that_somebody_wrote_ends_like_a_sentence(text: str, sentence: str) -> None:
    assert full_sentence(text) == sentence


def test_sentences_stand_in_a_row_with_one_blank_between_those_that_say_something() -> None:
    row = in_a_row(Text("Gone.", "Ya no está."), "", "{it} broke\x1b.", Sentence("So it is.", "Así es."))

    assert row == Sentence("Gone. {it} broke<U+001B>. So it is.", "Ya no está. {it} broke<U+001B>. Así es.")
    assert in_a_row("", "") == Sentence("", "")


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

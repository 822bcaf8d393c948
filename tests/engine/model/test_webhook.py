from __future__ import annotations

from engine.model.webhook import digest_of, order_reference, split_references


def test_hints_are_external_ids_or_orders() -> None:
    assert split_references(["81", order_reference("7001"), "82"]) == (["81", "82"], ["7001"])
    assert split_references([]) == ([], [])


def test_a_digest_takes_any_text_and_tells_nothing_of_it() -> None:
    assert len(digest_of("secret")) == 64
    assert digest_of("secret") != digest_of("secret ")
    assert "secret" not in digest_of("secret")
    assert digest_of("\ud83d")  # half an emoji, as an address can hold it

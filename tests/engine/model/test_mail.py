"""What is certain of kinds of mails, and of their words."""

from __future__ import annotations

import pytest

from engine.model.mail import MailContent, MailKind, MailLink
from engine.model.mail_address import is_address


def test_every_kind_has_its_words_in_both_languages() -> None:
    labels = [kind.label for kind in MailKind]
    assert len({label.en for label in labels}) == len({label.es for label in labels}) == len(MailKind)


def test_what_nobody_can_do_without_cannot_be_switched_off() -> None:
    always = {kind for kind in MailKind if not kind.can_be_switched_off}
    assert always == {
        MailKind.CONNECTION_INVITED,
        MailKind.COLLEAGUE_INVITED,
        MailKind.ADDRESS_VERIFICATION,
        MailKind.PASSWORD_RESET,
        MailKind.DIGEST,
        MailKind.BUYER_SHIPMENT,  # to somebody who has no log-in; whether it is written, the store and rules say
        MailKind.BUYER_DELIVERY,
    }
    assert {kind for kind in MailKind if kind.has_one_time_link} == {
        MailKind.COLLEAGUE_INVITED,
        MailKind.ADDRESS_VERIFICATION,
        MailKind.PASSWORD_RESET,
    }


@pytest.mark.parametrize(
    ("path", "base", "address"),
    [
        ("/orders/1", "https://relevo.example", "https://relevo.example/orders/1"),
        ("/orders/1", "https://relevo.example/app/", "https://relevo.example/app/orders/1"),
        ("//eve.example/x", "https://relevo.example", "https://relevo.example/eve.example/x"),
        ("join", "http://localhost", "http://localhost/join"),
    ],
)
def test_a_link_leads_nowhere_but_here(path: str, base: str, address: str) -> None:
    assert MailContent("s", (), MailLink("Go", path)).address(base) == address


def test_content_is_what_it_was_after_being_kept() -> None:
    for content in (MailContent("s", ("a", "b"), MailLink("Go", "/x")), MailContent("s", ())):
        assert MailContent.from_data(content.to_data()) == content


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ana@casa-verde.example", True),
        ("o'neil+x@sub.example", True),
        ("josé@españa.example", True),
        ("relevo@localhost", True),
        ("nobody", False),
        ("a@b@c.example", False),
        ("a b@c.example", False),
        ("Ana <a@b.example>", False),
        ("a@b.example,c@d.example", False),
        ("a@b.example\n", False),
        ("a\x00@b.example", False),
        (f"{'a' * 250}@b.example", False),
        ("", False),
    ],
)
def test_addresses(text: str, is_one: bool) -> None:
    assert is_address(text) == is_one

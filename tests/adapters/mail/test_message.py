"""A mail in somebody's name has that name, a logo that travels along, and addresses elsewhere in both of its parts."""

from __future__ import annotations

from email import message_from_bytes, policy

from support.examples import NOON

from adapters.mail.message import build_message
from engine.model.mail import Mail, MailBrand, MailContent, MailKind, OutsideLink
from engine.model.store_preferences import StoreLogo

ADDRESS = "https://carrier.example/track?a=1&n=T%201"
CONTENT = MailContent(
    "On its way", ("2 × <Mug>",), outside=(OutsideLink("Track", ADDRESS),), brand=MailBrand('Casa "Verde", Ñ & Co', "sto_1")
)
MAIL = Mail("mai_1_shipment", "acc_1", "ana@elsewhere.example", MailKind.BUYER_SHIPMENT, "en", NOON, CONTENT)


def test_it_comes_in_the_name_of_the_brand_with_its_logo() -> None:
    sent = build_message(MAIL, "relevo@localhost", "http://x", StoreLogo("image/png", b"\x89PNG"))
    message = message_from_bytes(sent.as_bytes(), policy=policy.default)
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Casa "Verde", Ñ & Co', "relevo@localhost")
    html = message.get_body(("html",))
    plain = message.get_body(("plain",))
    assert plain.get_content().replace("\r", "") == f'Casa "Verde", Ñ & Co\n\n2 × <Mug>\n\nTrack:\n{ADDRESS}\n'
    text = html.get_content()
    assert 'href="https://carrier.example/track?a=1&amp;n=T%201"' in text
    assert "2 × &lt;Mug&gt;" in text
    [picture] = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert (picture.get_content(), picture.get_content_type()) == (b"\x89PNG", "image/png")
    assert f"cid:{picture['Content-ID'][1:-1]}" in text


def test_without_a_logo_the_name_stands_alone() -> None:
    message = message_from_bytes(build_message(MAIL, "relevo@localhost", "http://x").as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "<img" not in message.get_body(("html",)).get_content()

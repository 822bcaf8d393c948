"""A store's branding says where it is seen."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.sandbox_shop import SandboxShop


@pytest.mark.parametrize(
    ("language", "logo", "name"),
    [
        (
            "en",
            "For packing slips, also those of a 3PL you delegate to, and for mails to buyers.",
            "For packing slips and for mails to buyers; a 3PL you delegate to prints it as well.",
        ),
        (
            "es",
            "Para los albaranes, también los de un 3PL en el que delegas, y los correos a los compradores.",
            "Para los albaranes, también los que imprime un 3PL en el que delegas, y los correos a los compradores.",
        ),
    ],
)
def test_branding_says_that_it_is_on_slips_and_mails(
    shop: SandboxShop, owner: FlaskClient, language: str, logo: str, name: str
) -> None:
    with owner.session_transaction() as session:
        session["language"] = language
    page = words_of(owner.get(f"/stores/{shop.store.id}/settings"))

    assert logo in page
    assert name in page

"""The pages of named lists: made, filled, searched, taken out of, downloaded and removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.partners import MEMBER, add_member
from support.rule_runs import publish
from support.shop import OWNER, Shop
from werkzeug.test import TestResponse

from adapters.web.settings.lists import SHOWN
from engine.services.lists.named_lists import find_list, list_lists, set_list

LogIn = Callable[[str], FlaskClient]
PAGE = "/settings/rules/lists"
FRAGILE = "{id: fragile, when: {any_item: {field: sku, is: in, value: {list: skus}}}, then: []}"


def members_of(shop: Shop, name: str = "skus") -> list[str]:
    return list(find_list(shop.app, shop.merchant, name)[1])


def upload(client: FlaskClient, action: str, content: bytes, **form: str) -> TestResponse:
    """Send a form with a file; as bytes, since a large one would be put into a file that nobody closes."""
    fields = {"csrf_token": token_of(client.get(PAGE)), **form}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n' + content)
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return client.post(action, data=body, content_type="multipart/form-data; boundary=b", follow_redirects=True)


def test_a_list_is_made_of_a_pasted_column_and_changed(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert f'href="{PAGE}"' in client.get("/settings").text
    assert f'href="{PAGE}"' in client.get("/rules").text
    assert 'aria-current="page">Lists</a>' in client.get(PAGE).text
    made = words_of(press(client, PAGE, PAGE, name=" skus ", members="GLASS-1\r\n vase \r\n\r\nMug & co\r\n"))
    assert "The list skus is made." in made
    assert f"Members 3 Used by rules – Last change 2 Mar 2026, 10:30 · {OWNER}" in made
    assert "Mug & co" in made
    assert members_of(shop) == ["GLASS-1", "vase", "Mug & co"]
    assert f"skus 3 – 2 Mar 2026, 10:30 {OWNER}" in words_of(client.get(PAGE))

    said = words_of(press(client, f"{PAGE}/skus", f"{PAGE}/skus", do="add", members="GLASS-2\nvase"))
    assert ("Added: 1. Taken out: 0." in said, members_of(shop)) == (True, ["GLASS-1", "vase", "Mug & co", "GLASS-2"])
    assert "Added: 0. Taken out: 2." in words_of(
        client.post(
            f"{PAGE}/skus",
            data={"csrf_token": token_of(client.get(PAGE)), "do": "drop", "member": ["vase", "Mug & co"]},
            follow_redirects=True,
        )
    )
    assert members_of(shop) == ["GLASS-1", "GLASS-2"]
    upload(client, f"{PAGE}/skus", b"member\r\n'=1\r\nGLASS-2\r\n", do="replace")
    assert members_of(shop) == ["=1", "GLASS-2"]
    press(client, f"{PAGE}/skus", f"{PAGE}/skus", do="empty")
    assert members_of(shop) == []
    assert "The list skus is removed." in words_of(press(client, f"{PAGE}/skus", f"{PAGE}/skus", do="remove"))
    assert list_lists(shop.app, shop.merchant) == []
    assert client.get(f"{PAGE}/skus").status_code == 404


def test_members_are_searched_and_not_all_of_many_are_shown(shop: Shop, log_in: LogIn) -> None:
    set_list(shop.app, shop.merchant, "skus", [f"GLASS-{number}" for number in range(1000)])
    client = log_in(OWNER)
    page = client.get(f"{PAGE}/skus")
    assert page.text.count('name="member"') == SHOWN
    assert "The first 200 of 1,000 are shown: search, or export all." in words_of(page)
    found = client.get(f"{PAGE}/skus?q=glass-99")
    assert (found.text.count('name="member"'), "are shown" in words_of(found)) == (11, False)
    assert "No member fits." in words_of(client.get(f"{PAGE}/skus?q=vase"))


def test_a_list_is_downloaded_for_a_spreadsheet_and_carries_out_no_formula(shop: Shop, log_in: LogIn) -> None:
    set_list(shop.app, shop.merchant, "skus", ["a,b", "=1+1"])
    answer = log_in(OWNER).get(f"{PAGE}/skus/members.csv")
    assert answer.data.decode() == '\ufeffmember\r\n"a,b"\r\n\'=1+1\r\n'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="skus.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    again = upload(log_in(OWNER), PAGE, answer.data, name="again")
    assert (again.status_code, members_of(shop, "again")) == (200, ["a,b", "=1+1"])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "My list"}, '"My list" is not a name for a list: write 1 to 60 lower-case letters'),
        ({"name": "skus"}, 'There is a list "skus" already: choose another name, or change that one.'),
        ({"name": "b", "members": f"a\n{'x' * 4097}"}, "these lines cannot be used Line What is wrong 2 a member has 1 to 4096"),
    ],
)
def test_what_is_no_list_is_said_and_what_was_entered_stays(
    shop: Shop, log_in: LogIn, form: dict[str, str], sentence: str
) -> None:
    set_list(shop.app, shop.merchant, "skus", ["a"])
    refused = press(log_in(OWNER), PAGE, PAGE, **form)
    assert refused.status_code == 422
    assert sentence in words_of(refused)
    assert f'value="{form["name"]}"' in refused.text
    assert [one.kept.name for one in list_lists(shop.app, shop.merchant)] == ["skus"]


def test_what_cannot_be_changed_is_said(shop: Shop, log_in: LogIn) -> None:
    set_list(shop.app, shop.merchant, "skus", ["a"])
    publish(shop, FRAGILE)
    client = log_in(OWNER)
    page = words_of(client.get(f"{PAGE}/skus"))
    assert ("Used by rules fragile" in page, "Rules name it, so it stays." in page) == (True, True)
    for form, sentence in (
        ({"do": "remove"}, "stays, because rules name it: fragile."),
        ({"do": "add", "members": " \n"}, "Paste members, or choose a file."),
        ({"do": "replace"}, "Paste members, or choose a file."),
        ({"do": "drop", "member": "b"}, 'does not hold "b": nothing was changed.'),
    ):
        refused = press(client, f"{PAGE}/skus", f"{PAGE}/skus", **form)
        assert refused.status_code == 422
        assert sentence in words_of(refused)
    assert press(client, f"{PAGE}/skus", f"{PAGE}/skus", do="something").status_code == 400
    assert members_of(shop) == ["a"]


def test_a_form_may_be_as_large_as_a_list_and_no_larger(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    many = b"\n".join(b"a-member-that-is-long-%06d-%s" % (number, b"x" * 20) for number in range(100_000))
    assert 4_000_000 < len(many) < 5 * 1024 * 1024
    assert upload(client, PAGE, many, name="by-file").status_code == 200
    assert press(client, PAGE, PAGE, name="by-paste", members=many.decode()).status_code == 200
    assert [one.kept.count for one in list_lists(shop.app, shop.merchant)] == [100_000, 100_000]
    too_long = upload(client, PAGE, b"x\n" * (5 * 1024 * 1024 // 2 + 1), name="too-long")
    assert (too_long.status_code, "The file is larger than 5 MiB" in words_of(too_long)) == (422, True)
    assert upload(client, PAGE, b"x" * (6 * 1024 * 1024), name="too-long").status_code == 413


def test_members_of_an_account_look_and_admins_change(shop: Shop, log_in: LogIn) -> None:
    set_list(shop.app, shop.merchant, "skus", ["a"])
    add_member(shop)
    client = log_in(MEMBER)
    page = client.get(f"{PAGE}/skus")
    assert ("Admins of your account can change this." in words_of(page), 'type="checkbox"' in page.text) == (True, False)
    assert "Make list" not in words_of(client.get(PAGE))
    assert press(client, "/orders", f"{PAGE}/skus", do="empty").status_code == 403


def test_the_pages_are_there_in_spanish(shop: Shop, log_in: LogIn) -> None:
    set_list(shop.app, shop.merchant, "skus", ["a"])
    client = log_in(OWNER)
    press(client, "/orders", "/language", language="es")
    assert "Elementos 1 Reglas que la usan – Último cambio" in words_of(client.get(f"{PAGE}/skus"))
    assert "Crear una lista" in words_of(client.get(PAGE))

"""The versions of a rule set on pages: listed, compared, downloaded, and taken up again after a question."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.shop import OWNER, STRANGER, Shop

from engine.services.deciding.arrange_rules import export_rule_set, withdraw_rule_set
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.rule_versions import list_versions

LogIn = Callable[[str], FlaskClient]
FIRST = "set: tags\nname: Tags\nrules:\n  - {id: a, when: {field: gift, is: is_true}, then: [{do: add_tag, tag: x}]} # as ever\n"
SECOND = FIRST.replace("tag: x", "tag: y")


@pytest.fixture
def versions(shop: Shop) -> Shop:
    """Two versions of the set `tags`, beside the shop's own set."""
    publish_rules(shop.app, shop.merchant.slug, FIRST.encode(), by=OWNER, note="The beginning")
    publish_rules(shop.app, shop.merchant.slug, SECOND.encode())
    return shop


def words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words_of(answer)


def test_versions_are_listed_set_by_set(versions: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = words(client, "/rules/versions?set=tags")

    assert "2 runs Tags" in page
    assert f"{OWNER} The beginning 1" in page
    assert "Operator – 1" in page
    assert "casa-verde" in page, "the other set can be chosen"
    assert "1 runs Casa Verde" in words(client, "/rules/versions"), "the first set"
    assert "No rules are published yet." in words(log_in(STRANGER), "/rules/versions?set=tags")


def test_each_version_leads_to_what_it_did(versions: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get("/rules/versions?set=tags").text
    for one in list_versions(versions.app, versions.merchant.slug, "tags").listed:
        address = f"/rules/undo?version={one.version.id}"
        assert f'href="{address}">Undo<span class="visually-hidden"> {one.version.number}</span>' in page
        assert client.get(address).status_code == 200


def test_a_withdrawn_set_still_has_its_versions(versions: Shop, log_in: LogIn) -> None:
    withdraw_rule_set(versions.app, versions.merchant.slug, "tags")
    page = words(log_in(OWNER), "/rules/versions?set=tags")

    assert "The beginning" in page
    assert "runs Tags" not in page


def test_many_versions_come_page_by_page(shop: Shop, log_in: LogIn) -> None:
    for number in range(52):
        publish_rules(shop.app, shop.merchant.slug, FIRST.replace("ever", f"ever {number}").encode(), note=f"note-{number}-")
    client = log_in(OWNER)
    page = client.get("/rules/versions?set=tags").text

    assert "note-51-" in page
    assert "note-1-" not in page
    assert 'href="/rules/versions?set=tags&amp;below=3"' in page
    older = client.get("/rules/versions?set=tags&below=3").text
    assert "note-1-" in older
    assert "note-2-" not in older
    assert "Newest versions" in older
    assert len(list(csv.reader(io.StringIO(client.get("/rules/versions.csv?set=tags").text)))) == 53


def test_two_versions_are_compared_in_sentences_and_by_their_lines(versions: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get("/rules/versions/compare?set=tags&before=1&after=2").text

    assert "Action changed: Add the tag x → Add the tag y" in page
    assert '<span class="line-removed">-  - {id: a,' in page
    assert '<span class="line-added">+  - {id: a,' in page
    client.post("/language", data={"language": "es", "csrf_token": token_of(client.get("/profile"))})
    spanish = client.get("/rules/versions/compare?set=tags&before=1&after=2", headers={"Accept-Language": "es"}).text
    assert "→ " in spanish


def test_texts_that_are_too_long_are_compared_in_sentences_alone(versions: Shop, log_in: LogIn) -> None:
    publish_rules(versions.app, versions.merchant.slug, (FIRST + "# line\n" * 6_000).encode())
    page = words(log_in(OWNER), "/rules/versions/compare?set=tags&before=2&after=3")

    assert "Action changed: Add the tag y → Add the tag x" in page
    assert "too long to be compared line by line here" in page


@pytest.mark.parametrize("query", ["", "?set=tags", "?set=tags&before=1&after=x", "?set=tags&before=0&after=1"])
def test_who_asks_for_no_two_versions_comes_back_to_the_list(versions: Shop, log_in: LogIn, query: str) -> None:
    answer = log_in(OWNER).get(f"/rules/versions/compare{query}")

    assert answer.status_code == 302
    assert answer.location.startswith("/rules/versions")


@pytest.mark.parametrize(
    "address",
    [
        "/rules/versions/compare?set=tags&before=1&after=9",
        "/rules/versions/restore?set=tags&number=9",
        "/rules/versions/document?set=tags&number=9",
    ],
)
def test_a_version_that_there_is_not_is_said(versions: Shop, log_in: LogIn, address: str) -> None:
    answer = log_in(OWNER).get(address, follow_redirects=True)

    assert 'The rule set "tags" has no version 9; the newest is 2.' in words_of(answer)
    assert "Nothing was ever published as" in words_of(log_in(STRANGER).get(address, follow_redirects=True))


def test_a_version_is_downloaded_to_the_letter(versions: Shop, log_in: LogIn) -> None:
    answer = log_in(OWNER).get("/rules/versions/document?set=tags&number=1")

    assert answer.data == FIRST.encode()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tags-1.yaml"'


def test_a_version_runs_again_after_a_question(versions: Shop, log_in: LogIn) -> None:
    client, address = log_in(OWNER), "/rules/versions/restore?set=tags&number=1"
    asked = client.get(address)

    assert "Restore version 1?" in words_of(asked)
    assert "Action changed: Add the tag y → Add the tag x" in words_of(asked)
    answer = client.post(address, data={"csrf_token": token_of(asked), "note": "Back to x"}, follow_redirects=True)
    assert "Version 1 is restored, as version 3." in words_of(answer)
    newest = list_versions(versions.app, versions.merchant.slug, "tags").listed[0]
    assert (newest.version.number, newest.version.note, newest.by, newest.is_current) == (3, "Back to x", OWNER, True)
    assert newest.version.document == FIRST

    again = client.post(address, data={"csrf_token": token_of(asked)}, follow_redirects=True)
    assert "Nothing has changed: this document runs already, as version 3." in words_of(again)


def test_what_no_longer_passes_is_not_published_again(shop: Shop, log_in: LogIn) -> None:
    test = "tests:\n  - {name: gifts, order: {gift: true}, expect: {matched: [a]}}\n"
    publish_rules(shop.app, shop.merchant.slug, (FIRST + test).encode())
    publish_rules(shop.app, shop.merchant.slug, SECOND.encode())
    stop = "set: early\nrules: [{id: z, when: always, then: [{do: stop}]}]"
    publish_rules(shop.app, shop.merchant.slug, stop.encode(), position=1)
    client, address = log_in(OWNER), "/rules/versions/restore?set=tags&number=1"
    answer = client.post(address, data={"csrf_token": token_of(client.get(address)), "note": "once more"})

    assert answer.status_code == 422
    assert 'It was not published: The saved test "gifts" does not hold.' in words_of(answer)
    assert 'value="once more"' in answer.text
    assert export_rule_set(shop.app, shop.merchant.slug, "tags").number == 2


def test_a_version_whose_rule_another_set_has_by_now_is_not_published_again(shop: Shop, log_in: LogIn) -> None:
    for document in (FIRST, FIRST.replace("id: a", "id: b"), FIRST.replace("set: tags", "set: other")):
        publish_rules(shop.app, shop.merchant.slug, document.encode())
    client, address = log_in(OWNER), "/rules/versions/restore?set=tags&number=1"
    answer = client.post(address, data={"csrf_token": token_of(client.get(address))})

    assert answer.status_code == 422
    assert 'the id "a" is already used by the rule on line 4 of the rule set "other"' in words_of(answer)

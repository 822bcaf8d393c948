from __future__ import annotations

PATH = "/order-service/order-note-search"


def rows(reply) -> list[dict[str, object]]:
    response = reply.json()["response"]
    names = [column["name"] for column in response["metaData"]["columns"]]
    return [dict(zip(names, row, strict=True)) for row in response["results"]]


def test_notes_are_found_by_their_orders(api, order_of) -> None:
    order = order_of["html_order_notes"]
    listed = api.get(f"/order-service/order/{order}/note").json()["response"]

    found = rows(api.get(PATH, orderId=f"7001-{order}"))

    assert [(row["orderId"], row["noteId"], row["noteText"], row["isPublic"], row["dateAdded"]) for row in found] == [
        (order, note["noteId"], note["text"], note["isPublic"], note["addedOn"]) for note in listed
    ]
    assert rows(api.get(PATH, orderId="1-7000")) == []


def test_a_new_note_is_found_at_once(api, order_of) -> None:
    order = order_of["gift"]
    assert rows(api.get(PATH, orderId=str(order))) == []

    api.server.data.add_order_note(order, "by hand")

    assert [row["noteText"] for row in rows(api.get(PATH, orderId=str(order)))] == ["by hand"]
    assert len(rows(api.get(PATH, noteText="BY HAND"))) == 1


def test_the_search_describes_itself(api) -> None:
    columns = api.get(f"{PATH}/meta-data").json()["response"]["columns"]
    assert {column["name"]: column["reportDataType"] for column in columns} == {
        "orderId": "IDSET",
        "noteId": "IDSET",
        "contactId": "IDSET",
        "noteText": "SEARCH_STRING",
        "isPublic": "BOOLEAN",
        "dateAdded": "PERIOD",
        "addedBy": "IDSET",
        "orderStatusId": "IDSET",
    }

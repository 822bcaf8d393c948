from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from support.command_line import Call, connect, create
from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer
from engine.services.refusals import LeaseLost

FIELDS = {"reference", "status", "order_date", "currency", "order_total", "shipment_value", "ship_to", "bill_to", "items"}


def orders(relevo: Call, account: str = "merchant-a") -> list[dict[str, object]]:
    answer = relevo("orders", "list", "--account", account, "--json-lines")
    assert answer.code == 0
    return answer.lines


def test_a_store_is_connected_after_its_credentials_were_checked(
    relevo: Call, merchant: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = connect(relevo, merchant, server)

    assert answer.json["status"] == "connected"
    assert answer.json["id"].startswith("sto_")
    assert server.state()["requests"]["by_path"] == {
        "POST /testacct/authorise": {"requests": 1, "answered": 1},
        "GET /public-api/testacct/product-service/channel": {"requests": 1, "answered": 1},
    }
    listed = relevo("stores", "list", "--account", merchant, "--json").json["stores"]
    assert [store["id"] for store in listed] == [answer.json["id"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"account": "nobody"}, 1, 'no account "nobody"'),
        ({"account_code": "other"}, 1, "API access"),
        ({"account_code": "a/../b"}, 1, "account code a/../b"),
        ({"integration_url": "http://10.1.2.3"}, 1, "RELEVO_ALLOW_NETWORKS"),
        ({"integration_url": "http://169.254.169.254"}, 1, "link-local"),
        ({"integration_url": "file:///etc/passwd"}, 1, "is not a web address"),
        ({"integration_url": "http://user:pw@127.0.0.1"}, 1, "is not a web address"),
        ({"datacenter": "mars"}, 1, "data centre mars"),
        ({"channel_id": "-1"}, 1, "channel"),
        ({"channel_id": "two"}, 2, "'two' is not a whole number"),
        ({"on_ship": "sometimes"}, 2, "'sometimes' is not one of"),
        ({"refresh_minutes": "0"}, 1, "every 1 to 1440 minutes"),
        ({"daily_refresh_at": "25:00"}, 1, '"25:00" is not a time of day'),
    ],
)
def test_a_store_that_cannot_be_connected_leaves_nothing(
    relevo: Call, merchant: str, server: SandboxServer, changes: dict[str, str], code: int, says: str
) -> None:
    answer = connect(relevo, merchant, server, **changes)

    assert answer.code == code
    assert says in answer.sentence
    assert relevo("stores", "list", "--account", merchant, "--json").json == {"stores": []}


def test_a_refused_password_is_told_and_the_next_try_succeeds(relevo: Call, merchant: str, server: SandboxServer) -> None:
    answer = connect(relevo, merchant, server, password="wrong-password-9")

    assert answer.code == 1
    assert "password" in answer.sentence
    assert "wrong-password-9" not in answer.err
    assert server.state()["requests"]["requests"] <= 3
    assert connect(relevo, merchant, server).json["status"] == "connected"


def test_a_closed_port_is_told(relevo: Call, merchant: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.clock.SystemClock.sleep", lambda _clock, _seconds: None)

    answer = connect(relevo, merchant, server, integration_url=f"http://127.0.0.1:{free_port()}")

    assert answer.code == 1
    assert "connection failed" in answer.sentence


def test_the_first_import_and_the_second(relevo: Call, store: str, server: SandboxServer) -> None:
    expected = {str(note) for note in server.expected()["imported"]}

    first = relevo("stores", "import", store, "--json")
    assert first.code == 0
    assert first.err == ""
    summary = first.json
    assert (summary["imported"], summary["updated"], summary["closed"]) == (len(expected), 0, 0)
    assert {"unchanged", "parked", "skipped", "skipped_notes", "requests"} <= set(summary)
    assert set(summary["skipped_notes"][0]) == {"external_id", "order_number", "reason", "message"}
    listed = orders(relevo)
    assert {order["external_id"] for order in listed} == expected

    second = relevo("stores", "import", store, "--json").json
    assert (second["imported"], second["unchanged"]) == (0, len(expected))
    assert orders(relevo) == listed


def test_an_order_is_listed_with_all_its_fields(relevo: Call, store: str) -> None:
    relevo("stores", "import", store)

    for order in orders(relevo):
        assert set(order) >= {"id", "external_id", "external_order_id", "order_number", "flags", "matched"}
        assert (set(order) | {"reference"}) >= FIELDS
        assert order["status"] == "awaiting_shipment"
        assert str(order["order_number"]).partition("/")[0] == order["external_order_id"]
        assert order["flags"] == ["unhandled"]
        for item in order["items"]:  # type: ignore[attr-defined]
            assert set(item) >= {"name", "quantity", "unit_price"}
    lines = relevo("orders", "list", "--account", "merchant-a").out.decode().splitlines()
    assert len(lines) == len(orders(relevo))


def test_closed_and_skipped_orders_are_listed_too(relevo: Call, store: str, server: SandboxServer, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("name: n\nrules:\n  - {id: no, when: always, then: [{do: dont_import}]}\n")
    if relevo("rules", "publish", str(rules), "--account", "merchant-a").code != 0:  # an action of later days
        rules.write_text("name: n\nrules:\n  - {id: no, when: always, then: [{do: hold}]}\n")
        assert relevo("rules", "publish", str(rules), "--account", "merchant-a").code == 0
    relevo("stores", "import", store)
    server.data.ship_note(server.expected()["imported"][0])
    summary = relevo("stores", "import", store, "--json").json

    assert summary["closed"] == 1
    statuses = [order["status"] for order in orders(relevo)]
    assert statuses.count("shipped") == 1
    assert set(statuses) <= {"shipped", "skipped", "on_hold"}


def test_numbers_in_the_list_are_exact(relevo: Call, store: str, server: SandboxServer) -> None:
    note = server.expected()["imported"][0]
    with server.data.edit_order(server.data.note(note)["orderId"]) as order:
        order["totalValue"]["total"] = "12345678901234567890.10"
    relevo("stores", "import", store)

    assert b"12345678901234567890.10" in relevo("orders", "list", "--account", "merchant-a", "--json-lines").out


def test_an_order_can_be_explained(relevo: Call, store: str, server: SandboxServer) -> None:
    relevo("stores", "import", store)
    note = server.expected()["imported"][0]
    order_id = str(server.data.note(note)["orderId"])

    answer = relevo("stores", "explain", store, "--order", order_id, "--json")
    assert answer.code == 0
    assert set(answer.json) >= {"order", "imported", "reason", "message", "notes"}
    assert (answer.json["order"], answer.json["imported"], answer.json["reason"]) == (order_id, True, "imported")
    assert set(answer.json["notes"][0]) >= {"external_id", "imported", "reason", "message"}

    refused = relevo("stores", "explain", store, "--order", "999999", "--json")
    assert (refused.code, refused.json["imported"], refused.json["reason"]) == (0, False, "order_not_found")
    assert relevo("stores", "explain", "sto_x", "--order", "1").sentence.startswith('There is no store "sto_x"')
    text = relevo("stores", "explain", store, "--order", order_id)
    assert text.out.decode().startswith(f"Order {order_id} was imported.")


def test_an_explanation_from_the_record_says_as_of_when(relevo: Call, store: str, server: SandboxServer) -> None:
    relevo("stores", "import", store)
    order_id = str(server.data.note(server.expected()["imported"][0])["orderId"])
    assert "cannot be reached" not in relevo("stores", "explain", store, "--order", order_id).out.decode()
    server.stop()

    *_, said = relevo("stores", "explain", store, "--order", order_id).out.decode().splitlines()
    assert re.fullmatch(r"The store cannot be reached; this was so on \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)\.", said)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("sto_x",), 1, 'There is no store "sto_x"'),
        ((), 2, "Name one store"),
        (("sto_x", "--all"), 2, "Name one store"),
        (("sto_x", "--since", "yesterday"), 2, '"yesterday" is not a date'),
        (("sto_x", "--since", "2026-13-01"), 2, "is not a date"),
    ],
)
def test_an_import_that_cannot_be_is_told(relevo: Call, arguments: tuple[str, ...], code: int, says: str) -> None:
    answer = relevo("stores", "import", *arguments, "--json")

    assert answer.code == code
    assert says in answer.sentence


def test_since_is_a_date(relevo: Call, store: str, server: SandboxServer) -> None:
    old = next(note for note, record in server.data.notes.items() if server.data.kinds.get(record.order_id) == "outside_window")
    relevo("stores", "import", store)

    assert relevo("stores", "import", store, "--since", "2001-01-01", "--json").json["imported"] == 1
    assert str(old) in {order["external_id"] for order in orders(relevo)}
    assert relevo("stores", "import", store, "--since", "2999-01-01", "--json").json["closed"] == 0


def test_one_stores_failure_does_not_stop_the_others(relevo: Call, store: str, server: SandboxServer) -> None:
    create(relevo, "Merchant B", "merchant")
    second = connect(relevo, "merchant-b", server, channel_id="1").json["id"]
    server.set_password("another")
    third = connect(relevo, "merchant-b", server, password="another", channel_id="3").json["id"]

    answer = relevo("stores", "import", "--all", "--json")

    assert answer.code == 1
    by_id = {entry["id"]: entry for entry in answer.json["stores"]}
    assert set(by_id) == {store, second, third}
    assert "password" in by_id[store]["error"]
    assert "password" in by_id[second]["error"]
    assert by_id[third]["imported"] == len(server.expected(channels=[3])["imported"])
    assert answer.err.count("refuses the log-in") == 2


def test_importing_all_of_none_is_fine(relevo: Call) -> None:
    assert relevo("stores", "import", "--all", "--json").json == {"stores": []}
    assert relevo("stores", "import", "--all").out.startswith(b"There is no store to import from")


def test_a_failed_import_is_a_sentence_on_stderr(
    relevo: Call, store: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.clock.SystemClock.sleep", lambda _clock, _seconds: None)
    server.fault("html_502", "order-service", times=100)

    answer = relevo("stores", "import", store, "--json")

    assert answer.code == 1
    assert answer.sentence.startswith("Brightpearl cannot be read at the moment")


def test_secrets_are_nowhere(
    relevo: Call, merchant: str, server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LOG_LEVEL", "debug")
    monkeypatch.setattr("adapters.clock.SystemClock.sleep", lambda _clock, _seconds: None)
    outputs = [connect(relevo, merchant, server, password="wrong-password-9"), connect(relevo, merchant, server)]
    store = outputs[1].json["id"]
    outputs.append(relevo("stores", "import", store, "--json"))
    server.fault("expire_token", "goods-out/")
    for kind in ("error_500", "truncated", "html_200", "reset"):
        server.fault(kind, "order-service")
    outputs.append(relevo("stores", "import", store))
    outputs += [relevo("stores", "explain", store, "--order", "7003"), relevo("orders", "list", "--account", merchant)]
    server.set_password("changed-at-the-store")
    outputs.append(relevo("stores", "import", store))

    tokens = server.tokens_given()
    assert len(tokens) >= 6  # those of the apps, and three log-ins
    assert outputs[-1].code == 1
    assert b"POST" in outputs[2].err.encode()  # the log does tell of requests
    for secret in (STORE_PASSWORD, "wrong-password-9", *tokens):
        for output in outputs:
            assert secret.encode() not in output.out + output.err.encode()
        for path in (tmp_path / "data").rglob("*"):
            assert secret.encode() not in path.read_bytes(), path


def test_the_worker_does_what_is_due_and_ends(relevo: Call, store: str, tmp_path: Path) -> None:
    create(relevo, "Acme 3PL", "3pl")
    relevo("connections", "create", "--provider", "acme-3pl", "--client", "merchant-a")
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "name: n\nrules:\n  - {id: send, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}\n"
    )
    published = relevo("rules", "publish", str(rules), "--account", "merchant-a", "--json")
    assert (published.code, published.json["number"]) == (0, 1)
    imported = relevo("stores", "import", store, "--json").json["imported"]

    answer = relevo("worker", "--drain")

    assert answer.code == 0
    handed_over = imported - 1  # and for each of them its notes were fetched; the provider reads as often as there is something
    done, _, rest = answer.out.decode().partition(" ")
    assert 2 * handed_over < int(done) <= 4 * handed_over
    assert rest == "done, 0 to try again, 0 held back, 1 given up\n"
    assert "has no SKU" in answer.err
    statuses = [order["status"] for order in orders(relevo)]
    assert statuses.count("pending_fulfillment") == imported - 1
    assert relevo("worker", "--drain").out.decode() == "0 done, 0 to try again, 0 held back, 0 given up\n"


def test_the_worker_says_in_the_operators_language_what_went_wrong(
    relevo: Call, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "name: n\nrules:\n  - {id: s, when: {any_item: {field: sku, is: blank}}, then: "
        "[{do: set_logistics_provider, provider: acme-3pl, send: true}]}\n"
    )
    create(relevo, "Acme 3PL", "3pl")
    relevo("connections", "create", "--provider", "acme-3pl", "--client", "merchant-a")
    assert relevo("rules", "publish", str(rules), "--account", "merchant-a").code == 0
    relevo("stores", "import", store)
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    answer = relevo("worker", "--drain")

    assert "delegate: El pedido no se ha delegado: la línea 1" in answer.err
    assert "1 abandonados" in answer.out.decode()


def test_settings_that_cannot_be_used_are_told_in_the_operators_language(
    relevo: Call, merchant: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    sentence = connect(relevo, merchant, server, account_code="a/../b", channel_id="-1").sentence

    assert sentence.startswith("El código de cuenta a/../b no es válido")
    assert "Indica al menos un canal" in sentence


@pytest.mark.parametrize("which", ["this one", "--all"])
def test_an_import_that_was_taken_over_says_so(relevo: Call, store: str, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    def lose(*_args: object, **_options: object) -> None:
        raise LeaseLost

    monkeypatch.setattr("adapters.cli.stores.import_store", lose)
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    assert (
        "Otro proceso se ha hecho cargo de esta importación"
        in relevo("stores", "import", store if which == "this one" else which).sentence
    )


def test_the_worker_holds_back_what_is_no_longer_wanted(relevo: Call, store: str, server: SandboxServer, tmp_path: Path) -> None:
    create(relevo, "Acme 3PL", "3pl")
    relevo("connections", "create", "--provider", "acme-3pl", "--client", "merchant-a")
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "name: n\nrules:\n  - {id: send, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}\n"
    )
    relevo("rules", "publish", str(rules), "--account", "merchant-a")
    relevo("stores", "import", store)
    server.data.unprint_note(server.expected()["imported"][0])
    relevo("stores", "import", store)

    answer = relevo("worker", "--drain")

    assert answer.code == 0
    assert "1 held back" in answer.out.decode()


def test_orders_are_released_and_reprocessed(relevo: Call, store: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("name: n\nrules:\n  - {id: h, when: always, then: [{do: hold}]}\n")
    assert relevo("rules", "publish", str(rules), "--account", "merchant-a").code == 0
    count = relevo("stores", "import", store, "--json").json["imported"]
    order_id = str(orders(relevo)[0]["id"])

    assert relevo("orders", "release", "--account", "merchant-a", order_id, "--json").json["status"] == "awaiting_shipment"
    again = relevo("orders", "release", "--account", "merchant-a", order_id, "--json")
    assert (again.code, again.sentence.split(":")[1]) == (1, " there is nothing to release.")
    assert relevo("orders", "release", "--account", "merchant-a", "ord_x").code == 1

    assert relevo("orders", "reprocess", "--account", "merchant-a", "--json").json == {"reprocessed": count}
    assert relevo("orders", "reprocess", "--account", "merchant-a", order_id, "--json").json == {"reprocessed": 1}
    unknown = relevo("orders", "reprocess", "--account", "merchant-a", "ord_x", "--json")
    assert (unknown.code, unknown.sentence) == (1, 'There is no order "ord_x" in this account.')


def test_a_second_store_of_the_same_channel_is_refused_and_a_later_one_goes_on(
    relevo: Call, merchant: str, server: SandboxServer
) -> None:
    store = connect(relevo, merchant, server).json["id"]
    relevo("stores", "import", store)
    before = [line["id"] for line in relevo("orders", "list", "--account", merchant, "--json-lines").lines]
    twin = connect(relevo, merchant, server)
    assert twin.code == 1
    assert "imports the same channels of this account already" in twin.sentence
    relevo("stores", "disconnect", store)
    again = connect(relevo, merchant, server).json["id"]
    assert relevo("stores", "import", again, "--json").json["imported"] == 0
    listed = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    assert [(line["id"], line["store_id"]) for line in listed] == [(order_id, again) for order_id in before]

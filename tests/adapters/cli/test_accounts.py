from __future__ import annotations

import pytest
from support.command_line import PASSWORD, Answer, Call, create

from app import Runtime

CREATE = ("accounts", "create", "--name", "Shop", "--kind", "merchant", "--email", "a@shop.example", "--password-stdin")


def test_an_account_gets_the_slug_of_its_name(relevo: Call) -> None:
    answer = relevo(*CREATE, "--country", "gb", "--time-zone", "Europe/London", "--json", stdin=f"{PASSWORD}\n")

    assert answer.code == 0
    assert answer.json["slug"] == "shop"
    assert answer.json["id"].startswith("acc_")
    assert (answer.json["kind"], answer.json["country"], answer.json["time_zone"]) == ("merchant", "GB", "Europe/London")
    assert answer.err == ""


@pytest.mark.parametrize(
    ("country", "zone"), [("GB", "Europe/London"), ("es", "Europe/Madrid"), ("PT", "Europe/Lisbon"), ("JP", "Asia/Tokyo")]
)
def test_the_time_zone_follows_the_country(relevo: Call, country: str, zone: str) -> None:
    answer = relevo(*CREATE, "--country", country, "--json", stdin=f"{PASSWORD}\n")

    assert answer.json["time_zone"] == zone
    assert answer.err == ""


def test_where_a_country_has_several_the_time_zone_is_asked_for(relevo: Call) -> None:
    asked = relevo(*CREATE, "--country", "US", "--json", stdin=f"{PASSWORD}\n").sentence
    assert asked.startswith("US has several time zones: give the account's with --time-zone, one of America/New_York,")
    assert "America/Los_Angeles" in asked
    assert "--time-zone" in relevo(*CREATE, "--country", "ZZ", stdin=f"{PASSWORD}\n").sentence

    given = relevo(*CREATE, "--country", "US", "--time-zone", "America/Chicago", "--json", stdin=f"{PASSWORD}\n")
    assert given.json["time_zone"] == "America/Chicago"
    other = relevo(*CREATE, "--email", "b@shop.example", "--country", "ES", "--time-zone", "UTC", "--json", stdin=f"{PASSWORD}\n")
    assert other.json["time_zone"] == "UTC", "what was asked for counts"


def test_the_time_zone_of_an_account_is_changed_by_command_alone(relevo: Call) -> None:
    slug = create(relevo, "Shop", "merchant", time_zone="UTC")
    assert relevo("accounts", "list", "--json").json["accounts"][0]["time_zone"] == "UTC"

    answer = relevo("accounts", "set", "--account", slug, "--time-zone", "Europe/Madrid", "--json")
    assert (answer.json["slug"], answer.json["time_zone"]) == (slug, "Europe/Madrid")
    assert relevo("accounts", "list", "--json").json["accounts"][0]["time_zone"] == "Europe/Madrid"
    assert "is not a time zone" in relevo("accounts", "set", "--account", slug, "--time-zone", "Mars/Olympus").sentence
    assert 'no account "nobody"' in relevo("accounts", "set", "--account", "nobody", "--time-zone", "UTC").sentence


def test_a_slug_that_is_taken_is_told(relevo: Call) -> None:
    create(relevo, "Acme 3PL", "3pl", "one@a.example")
    arguments = ("accounts", "create", "--name", "Acme 3PL", "--kind", "3pl", "--email", "two@a.example", "--country", "ES")
    second = relevo(*arguments, "--password-stdin", "--json", stdin=f"{PASSWORD}\n")

    assert (second.code, second.json["slug"]) == (0, "acme-3pl-2")
    assert second.err.startswith("An account called acme-3pl is here already: this one is acme-3pl-2.")


def test_a_second_account_of_one_name_gets_another_slug(relevo: Call) -> None:
    assert create(relevo, "Merchant A", "merchant", "one@a.example") == "merchant-a"
    assert create(relevo, "Merchant A", "3pl", "two@a.example") == "merchant-a-2"
    assert create(relevo, "Ñandú & Söhne", "merchant", "three@a.example") == "nandu-sohne"

    listed = relevo("accounts", "list", "--json").json["accounts"]
    assert [account["slug"] for account in listed] == ["merchant-a", "merchant-a-2", "nandu-sohne"]


def test_the_first_user_can_log_in(relevo: Call) -> None:
    from app import Runtime
    from engine.services.accounts.log_in import log_in

    create(relevo, "Merchant A", "merchant", "Owner@A.example")

    runtime = Runtime()
    try:
        (user,) = log_in(runtime.application, " owner@a.EXAMPLE", PASSWORD)
        assert user.role == "admin"
        assert log_in(runtime.application, "owner@a.example", PASSWORD + "x") == []
        assert log_in(runtime.application, "nobody@a.example", PASSWORD) == []
    finally:
        runtime.database.close()


@pytest.mark.parametrize(
    ("changes", "stdin", "code", "says"),
    [
        ({}, "", 2, "No password came"),
        ({}, "\n", 2, "No password came"),
        ({}, b"caf\xe9-and-more\n", 2, "not UTF-8"),
        ({}, "short\n", 1, "needs at least 10"),
        ({}, "1234567890\n", 1, "first that are tried"),
        ({}, " " * 10 + "\n", 1, "same few characters"),
        ({}, "a@shop.example\n", 1, "made of the e-mail address"),
        ({"--country": "GBR"}, None, 1, '"GBR" is not a country code'),
        ({"--country": "4X"}, None, 1, "not a country code"),
        ({"--time-zone": "Mars/Olympus"}, None, 1, '"Mars/Olympus" is not a time zone'),
        ({"--time-zone": "../etc"}, None, 1, "is not a time zone"),
        ({"--email": "nobody"}, None, 1, '"nobody" is not an e-mail'),
        ({"--name": "  "}, None, 1, "name is empty"),
        ({"--kind": "shop"}, None, 2, "'shop' is not one of"),
        ({"--name": "\udcff"}, None, 2, "is not text"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    relevo: Call, changes: dict[str, str], stdin: str | bytes | None, code: int, says: str
) -> None:
    options = {"--name": "Shop", "--kind": "merchant", "--email": "a@shop.example", "--country": "ES", **changes}
    parts = [part for pair in options.items() for part in pair]

    answer = relevo("accounts", "create", *parts, "--password-stdin", "--json", stdin=f"{PASSWORD}\n" if stdin is None else stdin)

    assert answer.code == code
    assert says in answer.sentence
    assert relevo("accounts", "list", "--json").json == {"accounts": []}


def test_an_address_may_belong_to_several_accounts_with_one_password(relevo: Call) -> None:
    from app import Runtime
    from engine.services.accounts.log_in import log_in

    one = create(relevo, "One", "merchant", "owner@a.example")

    answer = relevo(*CREATE, "--email", "OWNER@a.example", "--country", "ES", stdin="quite another one\n")

    assert answer.code == 0
    assert "keeps the password they have" in answer.err
    runtime = Runtime()
    try:
        assert log_in(runtime.application, "owner@a.example", "quite another one") == []
        users = log_in(runtime.application, "owner@a.example", PASSWORD)
        with runtime.application.reading() as unit:
            assert [unit.accounts.get(user.account_id).slug for user in users] == [one, "shop"]
        assert len({user.id for user in users}) == 1
    finally:
        runtime.database.close()


def test_shipping_for_others_is_a_switch(relevo: Call) -> None:
    merchant = create(relevo, "Merchant A", "merchant", "one@a.example")
    create(relevo, "Merchant B", "merchant", "two@a.example")

    refused = relevo("connections", "create", "--provider", merchant, "--client", "merchant-b")
    assert "is not a 3PL" in refused.sentence

    assert relevo("accounts", "set", "--account", merchant, "--ships-for-others", "yes", "--json").json["kind"] == "3pl"
    assert relevo("connections", "create", "--provider", merchant, "--client", "merchant-b").code == 0
    refused = relevo("accounts", "set", "--account", merchant, "--ships-for-others", "no")
    assert (refused.code, "has clients" in refused.sentence) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("accounts", "create"), "Missing option '--name'. `python app.py accounts create --help`"),
        (("accounts", "creat"), "No such command 'creat'"),
        (("nothing",), "No such command 'nothing'"),
        (("accounts", "list", "--jsn"), "No such option '--jsn'"),
        (("orders", "list"), "Missing option '--account'"),
        (("stores", "explain", "sto_1", "--order", " "), "Option '--order' requires an argument. `"),
        (("services", "list", "--order", ""), "Option '--order' requires an argument."),
        (("accounts", "create", "--name", "x"), "Missing option '--kind'. Choose from: merchant, 3pl."),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(relevo: Call, arguments: tuple[str, ...], says: str) -> None:
    answer = relevo(*arguments)

    assert answer.code == 2
    assert says in answer.sentence


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("accounts", "create"), "Falta la opción '--name'. `python app.py accounts create --help` lo explica."),
        (("accounts", "create", "--name", "x"), "Falta la opción '--kind'. Elige entre: merchant, 3pl. `"),
        (("rules", "check"), "Falta el argumento 'FILE'. `"),
        (("nothing",), "No existe el comando 'nothing'. `"),
        (("accounts", "creat"), "No existe el comando 'creat'. ¿Querías decir 'create'? `"),
        (("accounts", "list", "--jsn"), "No existe la opción '--jsn'. ¿Querías decir '--json'? `"),
        (("accounts", "create", "--kind", "shop"), "Valor no válido para '--kind': 'shop' no es ninguno de 'merchant', '3pl'. `"),
        (
            ("sandbox", "brightpearl", "--port", "70000"),
            "Valor no válido para '--port': 70000 no es un número entero de 0 a 65535. `",
        ),
        (("sandbox", "brightpearl", "--seed", "a"), "Valor no válido para '--seed': 'a' no es un número entero. `"),
        (("accounts", "create", "--name"), "La opción '--name' necesita un valor."),
        (("stores", "explain", "sto_1", "--order", ""), "La opción '--order' necesita un valor. `"),
        (("accounts", "list", "--json=1"), "La opción '--json' no admite ningún valor."),
        (("accounts", "list", "a", "b"), "Sobran argumentos: a b. `"),
    ],
)
def test_wrong_usage_is_told_in_spanish_too(
    relevo: Call, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    answer = relevo(*arguments)

    assert answer.code == 2
    assert answer.sentence.startswith(says)


def test_without_a_command_the_commands_are_listed(relevo: Call) -> None:
    answer = relevo()

    assert answer.code == 2
    assert answer.out == b""
    for name in ("serve", "worker", "migrate", "demo", "sandbox", "accounts", "stores", "orders", "rules"):
        assert f"\n  {name} " in answer.err
    assert relevo("--help").code == 0


def test_help_needs_no_settings(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_PORT", "x")

    for group in ("serve", "stores", "rules", "orders"):
        answer = relevo(group, "--help")
        assert answer.code == 0
        assert b"Usage:" in answer.out


def test_what_belongs_to_an_account(relevo: Call) -> None:
    merchant, provider = create(relevo, "Shop", "merchant"), create(relevo, "Acme 3PL", "3pl")

    location = relevo("locations", "add", "--account", merchant, "--code", "main", "--country", "es", "--city", "Vigo", "--json")
    assert location.json["code"] == "main"
    again = relevo("locations", "add", "--account", merchant, "--code", "MAIN", "--country", "ES", "--json")
    assert (again.code, again.sentence) == (1, 'The account already has a location "MAIN".')
    assert "code" in relevo("locations", "add", "--account", merchant, "--code", " ", "--country", "ES").sentence

    carrier = relevo(
        *("carrier-accounts", "add", "--account", merchant, "--carrier", "dhl", "--service", "a", "--service", "b"),
        *("--share-with", provider, "--json"),
    )
    assert (carrier.json["services"], carrier.json["shared_with"]) == (["a", "b"], [provider])
    assert relevo("carrier-accounts", "add", "--account", merchant, "--carrier", "dhl").code == 2
    blank = relevo("carrier-accounts", "add", "--account", merchant, "--carrier", "dhl", "--service", " ")
    assert "at least one service" in blank.sentence
    stranger = relevo("carrier-accounts", "add", "--account", merchant, "--carrier", "d", "--service", "a", "--share-with", "x")
    assert 'no account "x"' in stranger.sentence

    connection = relevo("connections", "create", "--provider", provider, "--client", merchant, "--json")
    assert connection.json["state"] == "active"
    for provider_slug, client_slug, says in (
        (provider, merchant, "are connected already"),
        (merchant, provider, "is not a 3PL"),
        (provider, provider, "cannot be its own client"),
        (provider, "nobody", 'no account "nobody"'),
    ):
        answer = relevo("connections", "create", "--provider", provider_slug, "--client", client_slug, "--json")
        assert answer.code == 1
        assert says in answer.sentence


def test_who_connects_on_somebody_s_behalf_names_an_admin_of_either_account(relevo: Call, merchant: str) -> None:
    provider = create(relevo, "Acme 3PL", "3pl")
    create(relevo, "Merchant B", "merchant")
    added = ("people", "add", "--account", provider, "--email", "mo@acme.example", "--role", "member", "--password-stdin")
    assert relevo(*added, stdin=f"{PASSWORD}\n").code == 0

    def connect(client: str, by: str) -> Answer:
        return relevo("connections", "create", "--provider", provider, "--client", client, "--by", by, "--json")

    assert f'Nobody in the account "{provider}"' in connect(merchant, "owner@merchant-b.example").sentence
    assert "Nobody here has the e-mail address" in connect(merchant, "nobody@nowhere.example").sentence
    assert "is a member of the account: an admin has to do this." in connect(merchant, "mo@acme.example").sentence
    connected = connect(merchant, "owner@acme-3pl.example").json["id"]
    assert connect("merchant-b", "owner@merchant-b.example").json["state"] == "active"

    runtime = Runtime()
    with runtime.application.reading() as uow:
        [admin] = uow.users.list_by_email("owner@acme-3pl.example")
        [client] = uow.users.list_by_email("owner@merchant-a.example")
        records = [uow.audit.list_for(account_id, connected) for account_id in (admin.account_id, client.account_id)]
    runtime.database.close()
    told = [[(entry.action, entry.actor) for entry in record] for record in records]
    assert told == [[("connection.active", admin.id)], [("connection.active", "provider")]]


def test_everything_is_said_in_spanish_too(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    assert relevo("orders", "list", "--account", "nadie").sentence.startswith('No existe la cuenta "nadie"')
    assert relevo("stores", "import").sentence == "Indica una tienda, o usa --all."
    assert relevo("migrate").out.decode().strip() == "La base de datos está al día."


def test_what_happens_to_outdated_choices_is_set(relevo: Call) -> None:
    slug = create(relevo, "Merchant A", "merchant", "one@a.example")
    answer = relevo("accounts", "set", "--account", slug, "--decide-anew", "auto", "--json")
    assert (answer.json["slug"], answer.json["decide_anew"]) == (slug, "auto")
    assert (
        relevo("accounts", "set", "--account", slug, "--decide-anew", "flag").out
        == b"merchant-a: merchant, Europe/London, decide-anew flag\n"
    )
    assert relevo("accounts", "set", "--account", slug, "--decide-anew", "never").code == 2
    assert "no account" in relevo("accounts", "set", "--account", "nobody", "--decide-anew", "auto").sentence
    nothing = relevo("accounts", "set", "--account", slug)
    assert (nothing.code, "--decide-anew or --ships-for-others" in nothing.sentence) == (2, True)


def test_by_how_much_labels_may_cost_more_is_set(relevo: Call) -> None:
    slug = create(relevo, "Merchant A", "merchant", "one@a.example")
    assert relevo("accounts", "set", "--account", slug, "--price-limit", "10", "--json").json["price_limit"] == 10
    assert relevo("accounts", "set", "--account", slug, "--price-limit", "none", "--json").json["price_limit"] is None
    assert "write a whole number" in relevo("accounts", "set", "--account", slug, "--price-limit", "dear").sentence

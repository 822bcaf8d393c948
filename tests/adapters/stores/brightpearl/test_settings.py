from __future__ import annotations

from typing import Any

import pytest

from adapters.stores.brightpearl.auth.credentials import Login
from adapters.stores.brightpearl.settings import InvalidSettings, parse_settings
from rules.messages import LANGUAGES

GOOD: dict[str, Any] = {
    "integration_url": "https://proxy.example/bp/",
    "account_code": "testacct",
    "datacenter": "eu1",
    "channel_ids": [2, "5"],
    "on_ship": "both",
    "warehouse_ids": [3],
}
CREDENTIALS = {"username": " u@example.com ", "password": " hush-hush "}


def test_good_settings() -> None:
    settings = parse_settings(GOOD, CREDENTIALS)

    assert settings.base_url == "https://proxy.example/bp"
    assert (settings.channel_ids, settings.warehouse_ids) == (frozenset({2, 5}), frozenset({3}))
    assert settings.access == Login("u@example.com", " hush-hush ")
    assert (settings.event_owner_id, settings.shipped_status_id, settings.status_when) == (None, None, "all_shipped")
    assert (settings.order_note, settings.order_note_public) == ("", False)
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("datacenter", "host"),
    [
        ("eu1", "euw1.brightpearlconnect.com"),
        ("EUW1", "euw1.brightpearlconnect.com"),
        ("use", "use1.brightpearlconnect.com"),
        ("use1", "use1.brightpearlconnect.com"),
        ("usw", "ws-usw.brightpearl.com"),
        ("ws-eu1.brightpearl.com", "ws-eu1.brightpearl.com"),
    ],
)
def test_data_centres_without_an_integration_url(datacenter: str, host: str) -> None:
    assert parse_settings({**GOOD, "integration_url": None, "datacenter": datacenter}, CREDENTIALS).base_url == f"https://{host}"


def test_the_integration_url_alone_is_enough() -> None:
    assert parse_settings({**GOOD, "datacenter": ""}, CREDENTIALS).base_url == "https://proxy.example/bp"


def test_every_problem_at_once() -> None:
    with pytest.raises(InvalidSettings) as caught:
        parse_settings(
            {
                "integration_url": "proxy.example",
                "account_code": "../x",
                "datacenter": "mars",
                "channel_ids": [],
                "warehouse_ids": [0],
                "on_ship": "explode",
            },
            {},
        )

    problems = caught.value.problems
    assert [problem.field for problem in problems] == [
        "integration_url",
        "datacenter",
        "account_code",
        "channel_ids",
        "warehouse_ids",
        "on_ship",
        "username",
        "password",
    ]
    for problem in problems:
        sentences = {problem.message.format(language) for language in LANGUAGES}
        assert len(sentences) == 2
        assert not any("{" in sentence for sentence in sentences)
    assert "mars" in str(caught.value)
    assert "explode" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("integration_url", "ftp://h"),
        ("integration_url", "http://user:hush@h"),
        ("integration_url", "http://h?x=1"),
        ("integration_url", "http://h:99999"),
        ("integration_url", "http://h h"),
        ("account_code", ""),
        ("account_code", "a/b"),
        ("account_code", None),
        ("datacenter", "evil.example"),
        ("datacenter", "evil.example/x.brightpearl.com"),
        ("channel_ids", None),
        ("channel_ids", ["two"]),
        ("channel_ids", [-1]),
        ("channel_ids", [True]),
        ("channel_ids", ["9" * 5000]),
        ("channel_ids", 2),
        ("warehouse_ids", "3"),
        ("on_ship", "ship"),
        ("on_ship", ["both"]),
        ("auth", "magic"),
        ("event_owner_id", "ann"),
        ("event_owner_id", 0),
        ("event_owner_id", True),
        ("shipped_status_id", "22.5"),
        ("status_when", "sometimes"),
        ("order_note", "Shipped {when}"),
        ("order_note", "Shipped {tracking.__class__}"),
        ("order_note", "Shipped {tracking!r}"),
        ("order_note", "Shipped {0}"),
        ("order_note", "Shipped {"),
        ("order_note", "x" * 1001),
        ("order_note_public", "maybe"),
        ("service_methods", "seur 24h"),
        ("service_methods", "seur 24h: 0"),
        ("service_methods", ": 12"),
        ("service_methods", "\n".join(f"seur {number}: 1" for number in range(201))),
    ],
)
def test_one_bad_setting(field: str, value: Any) -> None:
    with pytest.raises(InvalidSettings) as caught:
        parse_settings({**GOOD, field: value}, CREDENTIALS)

    assert [problem.field for problem in caught.value.problems] == [field]
    assert "hush" not in str(caught.value)


def test_what_is_written_back() -> None:
    wishes = {
        "event_owner_id": "12",
        "shipped_status_id": 22,
        "status_when": "always",
        "order_note": "Shipped {tracking} by {carrier} {service}: {order_number} {{!}}",
        "order_note_public": True,
    }

    settings = parse_settings({**GOOD, **wishes}, CREDENTIALS)

    assert (settings.event_owner_id, settings.shipped_status_id, settings.status_when) == (12, 22, "always")
    assert (settings.order_note, settings.order_note_public) == (wishes["order_note"], True)


def test_channels_may_be_chosen_later_but_not_wrongly() -> None:
    later = {**GOOD, "channel_ids": []}

    assert parse_settings(later, CREDENTIALS, may_lack=("channel_ids",)).channel_ids == frozenset()
    with pytest.raises(InvalidSettings, match="channel"):
        parse_settings({**GOOD, "channel_ids": ["two"]}, CREDENTIALS, may_lack=("channel_ids",))


OAUTH = {**GOOD, "auth": "oauth", "app_ref": "relevo", "dev_ref": "acme", "integration_url": ""}


@pytest.mark.parametrize(
    ("settings", "api_domain", "base_url"),
    [
        ({}, "ws-use.brightpearl.com", "https://ws-use.brightpearl.com"),
        ({"datacenter": ""}, "use1.brightpearlconnect.com", "https://use1.brightpearlconnect.com"),
        ({}, None, "https://euw1.brightpearlconnect.com"),
        ({"integration_url": "https://proxy.example"}, "evil.example", "https://proxy.example"),
    ],
)
def test_what_oauth_says_of_the_account_counts_before_the_data_centre(
    settings: dict[str, str], api_domain: str | None, base_url: str
) -> None:
    credentials = {"access_token": "abc", **({"api_domain": api_domain} if api_domain else {})}

    assert parse_settings({**OAUTH, **settings}, credentials).base_url == base_url


@pytest.mark.parametrize("domain", ["evil.example", "brightpearl.com.evil.example", "10.0.0.1", "evil.example/.brightpearl.com"])
def test_an_address_from_oauth_that_is_not_brightpearls_is_not_followed(domain: str) -> None:
    with pytest.raises(InvalidSettings, match="integration URL") as caught:
        parse_settings(OAUTH, {"access_token": "abc", "api_domain": domain})

    assert [problem.field for problem in caught.value.problems] == ["integration_url"]


@pytest.mark.parametrize(
    ("settings", "credentials", "fields"),
    [
        ({"auth": "account_token"}, {}, ["app_ref", "token"]),
        ({"auth": "account_token", "app_ref": "other_relevo"}, {"token": "abc"}, ["app_ref"]),
        ({"auth": "staff_token", "app_ref": "testacct_"}, {"token": "abc"}, ["app_ref"]),
        ({"auth": "staff_token", "app_ref": "testacct_a b"}, {"token": "abc"}, ["app_ref"]),
        ({"auth": "staff_token", "app_ref": "testacct_a"}, {"token": "hush\nhush"}, ["token"]),
        ({"auth": "staff_token", "app_ref": "testacct_a"}, {"token": "húsh"}, ["token"]),
        ({"auth": "signed_token"}, {}, ["app_ref", "dev_ref", "developer_secret", "token"]),
        ({"auth": "oauth"}, {}, ["app_ref", "dev_ref", "access_token"]),
        ({"auth": "oauth", "app_ref": "a", "dev_ref": "b", "oauth_url": "ftp://h"}, {"access_token": "x"}, ["oauth_url"]),
    ],
)
def test_what_each_way_to_log_in_needs(settings: dict[str, str], credentials: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(InvalidSettings) as caught:
        parse_settings({**GOOD, **settings}, credentials)

    assert [problem.field for problem in caught.value.problems] == fields
    assert "hush" not in str(caught.value)


def test_who_shares_an_allowance() -> None:
    def pool(auth: str, **credentials: str) -> str:
        app = {"auth": auth, "app_ref": "testacct_relevo", "dev_ref": "acme"}
        return parse_settings({**GOOD, **app}, {**CREDENTIALS, "token": "abc", **credentials}).pool

    assert pool("login") == pool("account_token") == pool("staff_token")
    assert pool("signed_token", developer_secret="s") == pool("oauth", access_token="x") != pool("login")


def test_custom_fields_are_named_by_their_codes() -> None:
    named = parse_settings({**GOOD, "custom_field_2": " PCF_ZONE ", "custom_field_3": ""}, CREDENTIALS)
    assert named.custom_fields == (("custom_field_2", "PCF_ZONE"),)

    with pytest.raises(InvalidSettings) as caught:
        parse_settings({**GOOD, "custom_field_3": "zone"}, CREDENTIALS)
    assert [problem.field for problem in caught.value.problems] == ["custom_field_3"]

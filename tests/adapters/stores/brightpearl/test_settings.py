from __future__ import annotations

from typing import Any

import pytest

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
    assert (settings.username, settings.password) == ("u@example.com", " hush-hush ")
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
    ],
)
def test_one_bad_setting(field: str, value: Any) -> None:
    with pytest.raises(InvalidSettings) as caught:
        parse_settings({**GOOD, field: value}, CREDENTIALS)

    assert [problem.field for problem in caught.value.problems] == [field]
    assert "hush" not in str(caught.value)

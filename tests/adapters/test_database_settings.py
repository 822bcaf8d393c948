"""Where the database is, as the operator says it."""

from __future__ import annotations

import pytest

from adapters.settings import Settings, SettingsError
from rules.messages import LANGUAGES


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("sqlite:////srv/relevo.db", "sqlite:////srv/relevo.db"),
        ("sqlite:///relevo.db", "sqlite:///relevo.db"),
        ("postgres://db/relevo", "postgresql+psycopg://db/relevo"),
        ("postgres://db:5433/relevo?application_name=r", "postgresql+psycopg://db:5433/relevo?application_name=r"),
        ("postgresql+psycopg:///relevo?host=/run/postgresql", "postgresql+psycopg:///relevo?host=/run/postgresql"),
    ],
)
def test_database_addresses(url: str, used: str) -> None:
    assert Settings.from_environment({"RELEVO_DATABASE_URL": url}).database_url == used


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://u:p@h/db", "setting_not_a_database"),
        ("sqlite://", "setting_not_a_database"),
        ("sqlite:///:memory:", "setting_not_a_database"),
        ("postgresql://host", "setting_not_a_database"),
        ("postgresql://[::1/db", "setting_not_a_database"),
        ("postgresql://u:p@host:abc/db", "setting_not_a_database"),
        ("postgresql://u:p@host:0/db", "setting_not_a_database"),
        ("postgresql://u:p@host:99999/db", "setting_not_a_database"),
        ("postgresql://u:p@host/db?foo=bar", "setting_not_a_database_option"),
        ("postgresql://u:p@host/db?sslmode=require&foo=", "setting_not_a_database_option"),
        ("sqlite:////x.db?foo=bar", "setting_not_a_database_option"),
    ],
)
def test_a_wrong_address_has_a_sentence_with_the_name_of_the_setting(url: str, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"RELEVO_DATABASE_URL": url})

    assert [problem.code for problem in caught.value.problems] == [code]
    sentences = {language: caught.value.format(language) for language in LANGUAGES}
    assert all("RELEVO_DATABASE_URL" in sentence and "{" not in sentence for sentence in sentences.values())
    assert sentences["en"] != sentences["es"]

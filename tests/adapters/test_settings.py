"""The operator's settings: what they mean, what is wrong with them, and where the key comes from."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ProcessPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest
import requests

from adapters import secret_key
from adapters.printer_address import NamedPrinter
from adapters.settings import DEFAULTS, Settings, SettingsError
from adapters.smtp_address import Security, SmtpServer
from engine.model.retention import Retention
from rules.messages import LANGUAGES

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "settings.md"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(32, 64))).decode()


def codes_of(environ: dict[str, str]) -> list[str]:
    """Codes of everything wrong with these variables."""
    try:
        Settings.from_environment(environ)
    except SettingsError as error:
        return [problem.code for problem in error.problems]
    return []


def test_nothing_set_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environment({"PATH": "/bin"})

    assert settings == Settings(
        data_dir=tmp_path / "var",
        database_url=f"sqlite:///{tmp_path}/var/relevo.db",
        redis_url="",
        secret_keys=(),
        allow_networks=(),
        host="127.0.0.1",
        port=8080,
        demo=True,
        language="en",
        log_level="info",
        workers=2,
    )
    assert not (tmp_path / "var").exists(), "reading settings makes nothing"


def test_every_setting_is_taken(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "RELEVO_DATA_DIR": str(tmp_path),
            "RELEVO_DATABASE_URL": "postgresql://u:p%40ss@db.example/relevo?sslmode=require",
            "RELEVO_REDIS_URL": "rediss://u:p%40ss@cache.example:6380/2",
            "RELEVO_SECRET_KEY": f"{KEY}, {OTHER_KEY.rstrip('=')}",
            "RELEVO_ALLOW_NETWORKS": "10.0.0.0/8, fd00::/8 192.168.1.7",
            "RELEVO_PUBLIC_URL": "https://relevo.example/orders/",
            "RELEVO_SMTP_URL": "smtp+starttls://u%40x:p%2Fw@mail.example:2525",
            "RELEVO_MAIL_FROM": "relevo@example.com",
            "RELEVO_ALLOWED_HOSTS": "Relevo.LAN, .shop.example [::1] *",
            "RELEVO_TRUSTED_PROXIES": "10.0.0.1, fd00::/8",
            "RELEVO_PRINTERS": "10.0.0.5:9100, acme-3pl=[fd00::5]:9101",
            "RELEVO_HOST": "0.0.0.0",
            "RELEVO_PORT": "0",
            "RELEVO_DEMO": "no",
            "RELEVO_SIGN_UP": "off",
            "RELEVO_LANGUAGE": "ES",
            "RELEVO_LOG_LEVEL": "Debug",
            "RELEVO_WORKERS": "8",
            "RELEVO_RETENTION_DECISIONS": "1",
            "RELEVO_RETENTION_AUDIT": "2",
            "RELEVO_RETENTION_ALERTS": "3",
            "RELEVO_RETENTION_SKIPPED": "4",
            "RELEVO_RETENTION_IMPORTS": "0",
            "RELEVO_RETENTION_MAILS": "5",
            "RELEVO_RETENTION_DOCUMENTS": "6",
        }
    )

    assert settings == Settings(
        data_dir=tmp_path,
        database_url="postgresql+psycopg://u:p%40ss@db.example/relevo?sslmode=require",
        redis_url="rediss://u:p%40ss@cache.example:6380/2",
        secret_keys=(bytes(range(32)), bytes(range(32, 64))),
        allow_networks=(ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("192.168.1.7/32")),
        host="0.0.0.0",
        port=0,
        demo=False,
        sign_up=False,
        language="es",
        log_level="debug",
        workers=8,
        retention=Retention(decisions=1, audit=2, alerts=3, skipped=4, imports=0, mails=5, documents=6),
        public_url="https://relevo.example/orders",
        smtp=SmtpServer(Security.STARTTLS, "mail.example", 2525, "u@x", "p/w"),
        mail_from="relevo@example.com",
        allowed_hosts=("relevo.lan", ".shop.example", "::1", "*"),
        trusted_proxies=(ip_network("10.0.0.1/32"), ip_network("fd00::/8")),
        printers=(NamedPrinter("10.0.0.5", 9100), NamedPrinter("fd00::5", 9101, "acme-3pl")),
    )


@pytest.mark.parametrize(
    "url", ["redis://cache", "redis://:p%40ss@cache.example:6379", "rediss://u:p@[::1]:6379/15", "unix:///run/redis.sock"]
)
def test_addresses_of_redis(url: str) -> None:
    assert Settings.from_environment({"RELEVO_REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize("name", DEFAULTS)
def test_an_empty_variable_counts_as_not_set(name: str) -> None:
    assert Settings.from_environment({name: " "}) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("RELEVO_DATA_DIR", __file__, "setting_not_a_folder"),
        ("RELEVO_DATA_DIR", "~nobody-of-that-name/x", "setting_no_home"),
        ("RELEVO_DATA_DIR", "/tmp/" + "x" * 300, "setting_folder_unreadable"),  # noqa: S108 - longer than a name can be
        ("RELEVO_TRUSTED_CA", "/etc/ssl/ca.pem", "setting_not_a_certificate"),
        ("RELEVO_TRUSTED_CA", "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----", "setting_not_a_certificate"),
        ("RELEVO_TRUSTED_CA", "ñ", "setting_not_a_certificate"),
        ("RELEVO_REDIS_URL", "cache.example:6379", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "http://cache.example", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "redis:///0", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "redis://cache.example:port/0", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "redis://cache.example/zero", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "redis://cache.example/0?db=1", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "redis://[::1", "setting_not_a_redis"),
        ("RELEVO_REDIS_URL", "unix://", "setting_not_a_redis"),
        ("RELEVO_SECRET_KEY", "abc", "setting_not_a_key"),
        ("RELEVO_SECRET_KEY", f"{KEY},", "setting_not_a_key"),
        ("RELEVO_SECRET_KEY", KEY.replace("A", "ñ"), "setting_not_a_key"),
        ("RELEVO_ALLOW_NETWORKS", "10.0.0.0/33", "setting_not_a_network"),
        ("RELEVO_ALLOW_NETWORKS", "10.1.2.3/8", "setting_network_with_host"),
        ("RELEVO_ALLOW_NETWORKS", "169.254.169.254", "setting_link_local"),
        ("RELEVO_ALLOW_NETWORKS", "fe80::/10", "setting_link_local"),
        ("RELEVO_ALLOWED_HOSTS", "https://relevo.example", "setting_not_a_name"),
        ("RELEVO_ALLOWED_HOSTS", "relevo.example:8080", "setting_not_a_name"),
        ("RELEVO_ALLOWED_HOSTS", "*.example", "setting_not_a_name"),
        ("RELEVO_TRUSTED_PROXIES", "proxy.example", "setting_not_a_network"),
        ("RELEVO_TRUSTED_PROXIES", "10.1.2.3/8", "setting_network_with_host"),
        ("RELEVO_HOST", "http://localhost", "setting_not_a_host"),
        ("RELEVO_HOST", "256.1.1.1", "setting_not_a_host"),
        ("RELEVO_PORT", "65536", "setting_not_a_number"),
        ("RELEVO_PORT", "-1", "setting_not_a_number"),
        ("RELEVO_PORT", "٨٠٨٠", "setting_not_a_number"),
        ("RELEVO_DEMO", "perhaps", "setting_not_a_choice"),
        ("RELEVO_SIGN_UP", "perhaps", "setting_not_a_choice"),
        ("RELEVO_LANGUAGE", "fr", "setting_not_a_choice"),
        ("RELEVO_LOG_LEVEL", "loud", "setting_not_a_choice"),
        ("RELEVO_WORKERS", "0", "setting_not_a_number"),
        ("RELEVO_RETENTION_DECISIONS", "-1", "setting_not_a_number"),
        ("RELEVO_RETENTION_AUDIT", "two years", "setting_not_a_number"),
        ("RELEVO_WORKERS", "65", "setting_not_a_number"),
    ],
)
def test_a_wrong_setting_has_a_sentence_with_its_name(name: str, value: str, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})

    assert [problem.code for problem in caught.value.problems] == [code]
    sentences = {language: caught.value.format(language) for language in LANGUAGES}
    assert all(name in sentence and "{" not in sentence for sentence in sentences.values())
    assert sentences["en"] != sentences["es"]


def test_a_file_in_place_of_the_usual_folder_has_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").touch()

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"RELEVO_PORT": "x", "RELEVO_LANGUAGE": "es"})

    [sentence] = str(caught.value).splitlines()
    assert sentence.startswith("RELEVO_DATA_DIR no puede ser './var': no es una carpeta")


def test_all_wrong_settings_come_at_once_in_the_language_set() -> None:
    wrong = {"RELEVO_PORT": "http", "RELEVO_WORKERS": "many", "RELEVO_DEMO": "2", "RELEVO_LANGUAGE": "es"}

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(wrong)

    assert str(caught.value).splitlines() == [
        "RELEVO_PORT no puede ser 'http': escribe un número entero de 0 a 65535.",
        "RELEVO_DEMO no puede ser '2': escribe uno de 0, 1.",
        "RELEVO_WORKERS no puede ser 'many': escribe un número entero de 1 a 64.",
    ]


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    secret_file = tmp_path / "secret"
    secret_file.write_text("hunter2")
    wrong = {
        "RELEVO_DATABASE_URL": "mysql://u:hunter2@h/db",
        "RELEVO_REDIS_URL": "redis://u:hunter2@h:port",
        "RELEVO_SMTP_URL": "smtp://u:hunter2@h:port",
        "RELEVO_SECRET_KEY": "hunter2",
        "RELEVO_PORT_FILE": str(secret_file),
    }

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(wrong)

    assert len(caught.value.problems) == 5
    assert "hunter2" not in str(caught.value) + repr(caught.value)
    assert "RELEVO_PORT_FILE" in str(caught.value)
    right = Settings.from_environment(
        {
            "RELEVO_DATABASE_URL": "postgresql://u:hunter2@h/db",
            "RELEVO_REDIS_URL": "redis://u:hunter2@h",
            "RELEVO_SMTP_URL": "smtp://u:hunter2@h",
            "RELEVO_MAIL_FROM": "relevo@example.com",
            "RELEVO_SECRET_KEY": KEY,
        }
    )
    assert "hunter2" not in repr(right)
    assert repr(right.secret_keys[0]) not in repr(right)


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_can_come_from_a_file(tmp_path: Path, name: str) -> None:
    values = {
        "RELEVO_DATA_DIR": str(tmp_path),
        "RELEVO_DATABASE_URL": "sqlite:////x.db",
        "RELEVO_REDIS_URL": "redis://cache",
        "RELEVO_SECRET_KEY": KEY,
        "RELEVO_ALLOW_NETWORKS": "10.0.0.0/8",
        "RELEVO_PUBLIC_URL": "https://relevo.example",
        "RELEVO_TRUSTED_CA": Path(requests.utils.DEFAULT_CA_BUNDLE_PATH)
        .read_text("utf-8")
        .partition("-----END CERTIFICATE-----")[0]
        + "-----END CERTIFICATE-----",
        "RELEVO_SMTP_URL": "smtp://mail.example",
        "RELEVO_MAIL_FROM": "relevo@example.com",
        "RELEVO_ALLOWED_HOSTS": "relevo.lan",
        "RELEVO_TRUSTED_PROXIES": "10.0.0.1",
        "RELEVO_PRINTERS": "10.0.0.5:9100",
        "RELEVO_HOST": "::1",
        "RELEVO_PORT": "99",
        "RELEVO_DEMO": "0",
        "RELEVO_SIGN_UP": "off",
        "RELEVO_LANGUAGE": "es",
        "RELEVO_LOG_LEVEL": "error",
        "RELEVO_WORKERS": "3",
        **{name: "7" for name in DEFAULTS if name.startswith("RELEVO_RETENTION_")},
    }
    file = tmp_path / "value"
    file.write_text(values[name] + "\n", "utf-8")

    beside = {"RELEVO_MAIL_FROM": "other@example.com"} if name == "RELEVO_SMTP_URL" else {}
    from_file = Settings.from_environment({f"{name}_FILE": str(file), **beside})
    assert from_file == Settings.from_environment({name: values[name], **beside})
    assert from_file != Settings.from_environment(beside)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")

    assert codes_of({"RELEVO_PORT": "1", "RELEVO_PORT_FILE": str(binary)}) == ["setting_set_twice"]
    assert codes_of({"RELEVO_PORT_FILE": str(tmp_path / "none")}) == ["setting_file_unreadable"]
    assert codes_of({"RELEVO_PORT_FILE": str(binary)}) == ["setting_file_unreadable"]


def test_unknown_variables_warn_with_the_nearest_name() -> None:
    settings = Settings.from_environment({"RELEVO_PROT": "1", "RELEVO_SECRET_KEY_FIEL": "x", "RELEVO_ZZZZZZ": "1", "OTHER": "1"})

    assert [warning.format("en") for warning in settings.unknown] == [
        "RELEVO_PROT is not a setting of Relevo and is ignored: did you mean RELEVO_PORT?",
        "RELEVO_SECRET_KEY_FIEL is not a setting of Relevo and is ignored: did you mean RELEVO_SECRET_KEY_FILE?",
        "RELEVO_ZZZZZZ is not a setting of Relevo and is ignored: docs/settings.md lists them all.",
    ]


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings.from_environment({"RELEVO_DATA_DIR": str(tmp_path / "data")})

    keys = settings.open_secret_keys()

    file = tmp_path / "data" / "secret_key"
    assert [len(key) for key in keys] == [32]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]
    assert settings.open_secret_keys() == keys


def test_a_set_key_leaves_the_data_folder_alone(tmp_path: Path) -> None:
    settings = Settings.from_environment({"RELEVO_DATA_DIR": str(tmp_path), "RELEVO_SECRET_KEY": KEY})

    assert settings.open_secret_keys() == (bytes(range(32)),)
    assert list(tmp_path.iterdir()) == []


def test_a_key_may_be_in_plain_base64_too() -> None:
    key = bytes([0xFB, 0xFF] * 16)

    settings = Settings.from_environment({"RELEVO_SECRET_KEY": base64.b64encode(key).decode()})

    assert settings.open_secret_keys() == (key,)


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert secret_key.open_secret_keys(tmp_path / "a") != secret_key.open_secret_keys(tmp_path / "b")


def test_who_loses_the_race_takes_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret_key").write_text(KEY)
    monkeypatch.setattr(Path, "exists", lambda path: False)

    assert secret_key.open_secret_keys(tmp_path) == (bytes(range(32)),)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        keys = list(pool.map(secret_key.open_secret_keys, [tmp_path / "data"] * 8))

    assert len(set(keys)) == 1


def test_a_damaged_key_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("half a k")
    settings = Settings.from_environment({"RELEVO_DATA_DIR": str(tmp_path), "RELEVO_LANGUAGE": "es"})

    with pytest.raises(SettingsError, match="ya no contiene una clave: recupera el archivo"):
        settings.open_secret_keys()
    assert (tmp_path / "secret_key").read_text() == "half a k"


def test_a_place_that_cannot_hold_the_key_has_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings.from_environment({"RELEVO_DATA_DIR": str(tmp_path / "file" / "data")})

    with pytest.raises(SettingsError, match=r"cannot be kept in .*RELEVO_DATA_DIR"):
        settings.open_secret_keys()


def test_the_documentation_has_every_setting_with_its_default_and_no_other() -> None:
    documented = dict(re.findall(r"^\| `(RELEVO_\w+)` \| (?:`([^`]*)`)?", DOCUMENTATION.read_text("utf-8"), re.MULTILINE))

    assert documented == dict(DEFAULTS)


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("https://relevo.example.com:8443", []),
        ("http://localhost:8080", []),
        ("http://127.0.0.1:8080", []),
        ("http://10.1.2.3", []),
        ("http://192.168.1.1", ["setting_not_https"]),
        ("http://relevo.example", ["setting_not_https"]),
        ("relevo.example", ["setting_not_an_address"]),
        ("ftp://relevo.example", ["setting_not_an_address"]),
        ("https://", ["setting_not_an_address"]),
        ("https://[", ["setting_not_an_address"]),
        ("https://x:99999", ["setting_not_an_address"]),
        ("https://relevo.example?x=1", ["setting_not_an_address"]),
        ("https://relevo.example#", ["setting_not_an_address"]),
        ("https://relevo .example", ["setting_not_an_address"]),
    ],
)
def test_the_public_address_is_one_that_secrets_may_be_sent_to(url: str, codes: list[str]) -> None:
    assert codes_of({"RELEVO_PUBLIC_URL": url, "RELEVO_ALLOW_NETWORKS": "10.0.0.0/8"}) == codes


def test_a_password_in_the_public_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"RELEVO_PUBLIC_URL": "https://me:hunter2@relevo.example"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("127.0.0.1", "8080", "http://127.0.0.1:8080"),
        ("0.0.0.0", "80", "http://127.0.0.1:80"),
        ("localhost", "80", "http://127.0.0.1:80"),
        ("10.0.0.1", "80", None),
        ("127.0.0.1", "0", None),
    ],
)
def test_this_machine_reaches_the_service_where_it_listens(host: str, port: str, expected: str | None) -> None:
    assert Settings.from_environment({"RELEVO_HOST": host, "RELEVO_PORT": port}).local_url == expected

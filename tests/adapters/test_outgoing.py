from __future__ import annotations

import io
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from support.brightpearl_stub import Answer, StubBrightpearl, serving

from adapters import outgoing
from adapters.outgoing import AddressRefused, check_address, outgoing_session
from engine.ports import StoreError, StoreUnavailable
from rules.messages import Message

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
EVERYTHING = [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]


@pytest.fixture
def stub() -> Iterator[StubBrightpearl]:
    with serving(StubBrightpearl()) as running:
        running.reply = lambda seen: Answer(200, b'"hello"')
        yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Host name to the answers that one look-up after the other gets; the last one stays."""
    table: dict[str, list[list[str]]] = {}

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in table:
            return resolve(host, port, *args, **kwargs)
        answers = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    resolve = socket.getaddrinfo
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", getaddrinfo)
    return table


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "fd00::1",
        "fec0::1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1",
    ],
)
def test_private_addresses_need_the_operators_leave(names: dict[str, list[list[str]]], address: str) -> None:
    names["shop.example"] = [[address]]

    with pytest.raises(AddressRefused, match="RELEVO_ALLOW_NETWORKS"):
        check_address("https://shop.example", [])
    check_address("https://shop.example", EVERYTHING)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "64:ff9b::a9fe:a9fe"],
)
def test_some_addresses_are_never_called(names: dict[str, list[list[str]]], address: str) -> None:
    names["shop.example"] = [[address]]

    with pytest.raises(AddressRefused) as caught:
        check_address("http://shop.example", EVERYTHING)

    message = caught.value.args[0]
    assert isinstance(message, Message)
    assert message.format("en") != message.format("es")
    assert isinstance(caught.value, StoreError)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses_are_fine(names: dict[str, list[list[str]]], address: str) -> None:
    names["shop.example"] = [[address]]

    check_address("https://shop.example:8443/path", [])


def test_every_address_of_a_name_counts(names: dict[str, list[list[str]]]) -> None:
    names["shop.example"] = [["93.184.216.34", "10.0.0.1"]]

    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        check_address("https://shop.example", [])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example",
        "file:///etc/passwd",
        "shop.example",
        "http://",
        "http://u:hush@h",
        "http://h:99999",
        "http://[::1",
        "",
    ],
)
def test_only_plain_web_addresses(url: str) -> None:
    with pytest.raises(AddressRefused, match="http://") as caught:
        check_address(url, EVERYTHING)

    assert "hush" not in str(caught.value)


def test_an_unknown_name_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", fail)

    with pytest.raises(StoreUnavailable, match="nowhere"):
        check_address("https://nowhere.example", [])
    with pytest.raises(requests.ConnectionError), outgoing_session([]) as session:
        session.get("http://nowhere.example/")


def test_a_request_reaches_an_allowed_network_only(stub: StubBrightpearl) -> None:
    with outgoing_session(LOOPBACK) as session:
        assert session.get(stub.url).text == '"hello"'
    with outgoing_session([]) as session, pytest.raises(AddressRefused):
        session.get(stub.url)

    assert len(stub.seen) == 1


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_odd_spellings_of_an_address_do_not_help(stub: StubBrightpearl, spelling: str) -> None:
    port = stub.url.rpartition(":")[2]

    with outgoing_session([]) as session, pytest.raises(AddressRefused):
        session.get(f"http://{spelling}:{port}/")

    assert stub.seen == []


def test_a_name_that_changes_its_address_gains_nothing(stub: StubBrightpearl, names: dict[str, list[list[str]]]) -> None:
    """The connection is made to the address that was checked, without a second look-up."""
    port = stub.url.rpartition(":")[2]
    names["rebind.example"] = [["127.0.0.1"], ["10.99.99.99"]]

    with outgoing_session(LOOPBACK) as session:
        assert session.get(f"http://rebind.example:{port}/").status_code == 200
        assert names["rebind.example"] == [["10.99.99.99"]]
    with outgoing_session(LOOPBACK) as session, pytest.raises(AddressRefused):
        session.get(f"http://rebind.example:{port}/")

    assert stub.seen[0].headers["host"] == f"rebind.example:{port}"


def test_a_dead_address_is_passed_over(stub: StubBrightpearl, names: dict[str, list[list[str]]]) -> None:
    port = stub.url.rpartition(":")[2]
    names["two.example"] = [["127.0.0.99", "127.0.0.1"]]

    with outgoing_session(LOOPBACK) as session:
        assert session.get(f"http://two.example:{port}/", timeout=2).status_code == 200


def test_redirects_are_handed_back(stub: StubBrightpearl) -> None:
    stub.reply = lambda seen: Answer(302, b"", {"Location": "/elsewhere"})

    with outgoing_session(LOOPBACK) as session:
        assert session.get(stub.url, allow_redirects=True).status_code == 302

    assert len(stub.seen) == 1


def test_the_environments_proxy_is_ignored(stub: StubBrightpearl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with outgoing_session(LOOPBACK) as session:
        assert session.get(stub.url).status_code == 200


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/hostname"])
def test_other_schemes_have_no_way_out(url: str) -> None:
    with outgoing_session(LOOPBACK) as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get(url)


def test_tls_verifies_the_name_not_the_address(names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch) -> None:
    names["shop.example"] = [["127.0.0.1"]]
    wrapped: list[tuple[str | None, str | None]] = []

    def wrap(*args: Any, server_hostname: str | None = None, ca_certs: str | None = None, **kwargs: Any) -> None:
        wrapped.append((server_hostname, kwargs["ssl_context"].verify_mode.name))
        raise OSError("far enough")

    monkeypatch.setattr("urllib3.connection.ssl_wrap_socket", wrap)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        outgoing_session(LOOPBACK) as session,
        pytest.raises(requests.ConnectionError),
    ):
        session.get(f"https://shop.example:{listener.getsockname()[1]}/")

    assert wrapped == [("shop.example", "CERT_REQUIRED")]


def test_an_answer_that_never_ends_is_given_up(stub: StubBrightpearl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "LONGEST_ANSWER_S", -1.0)
    with outgoing_session(LOOPBACK) as session, pytest.raises(requests.Timeout):
        session.get(stub.url)


def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(outgoing.time, "monotonic", lambda: now[0])

    class Drip(io.RawIOBase):
        def readinto(self, buffer: Any) -> int:
            buffer[:1] = b"x"
            now[0] += 17
            return 1

    with pytest.raises(TimeoutError):
        io.BufferedReader(outgoing._InTime(Drip())).read(1000)
    assert now[0] < outgoing.LONGEST_ANSWER_S + 34

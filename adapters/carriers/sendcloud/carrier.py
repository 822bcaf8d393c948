"""The carrier `sendcloud`."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from adapters.carriers.calls import READ_S, CarrierCalls
from adapters.carriers.sendcloud.description import NAME, SENDCLOUD
from adapters.carriers.sendcloud.session import SendcloudSession
from adapters.carriers.sendcloud.settings import check_account, read_settings
from adapters.carriers.signed_calls import check_signature, data_of, header, texts
from adapters.outgoing import Network
from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH, CalledAbout
from engine.ports import Clock


class SendcloudCarrier:
    """Accounts with Sendcloud. `allow` are the private networks that an account may name instead of Sendcloud's own address."""

    describes = SENDCLOUD

    def __init__(self, clock: Clock, allow: Sequence[Network] = (), trusted_ca: str = "", *, read_s: float = READ_S) -> None:
        self._clock = clock
        self._allow = tuple(allow)
        self._trusted_ca = trusted_ca
        self._read_s = read_s

    def open(self, account: CarrierAccount) -> SendcloudSession:
        """Asks nothing yet. Raises CarrierRefused when the account's settings cannot be used."""
        settings = read_settings(account)
        headers = {"Authorization": f"Basic {_basic(account)}"}
        calls = CarrierCalls(NAME, settings.url, headers, allow=self._allow, trusted_ca=self._trusted_ca, read_s=self._read_s)
        return SendcloudSession(calls, settings, self._clock)

    def check_settings(self, account: CarrierAccount) -> None:
        """Raises CarrierRefused with what to enter instead."""
        check_account(account, self._allow)

    def parse_call(self, account: CarrierAccount, headers: Mapping[str, str], body: bytes) -> CalledAbout:
        """The parcel whose status has changed; other calls name nothing. Raises CarrierRefused.

        They are signed with the secret key, but for integrations that have a signature key of their own.
        """
        keys = account.credentials
        check_signature(
            keys.get(CALLS_SIGNED_WITH) or keys.get("secret_key", "").strip(), body, header(headers, "Sendcloud-Signature")
        )
        call = data_of(body)
        if call.get("action") != "parcel_status_changed":
            return CalledAbout()
        return CalledAbout(texts(call.get("parcel"), "shipment_uuid"), texts(call.get("parcel"), "tracking_number"))


def _basic(account: CarrierAccount) -> str:
    """The keys as a user name and a password; they are texts of letters and digits, and a line end was never part of one."""
    keys = (account.credentials.get(name, "").strip() for name in ("public_key", "secret_key"))
    return base64.b64encode(":".join(keys).encode()).decode("ascii")

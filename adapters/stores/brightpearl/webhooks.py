"""Brightpearl's webhooks: which are registered, and what a call of one means. Their calls carry no signature.

What they name is only a change: the note is read again, so calls may come twice, late and in any order.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.id_sets import expand_id_set
from adapters.stores.brightpearl.raw_values import id_text
from adapters.stores.brightpearl.transport import Reply
from engine.model.webhook import WebhookEvent, order_reference

MOST_IDS: Final = 1000  # in one call; when more changed at once, the whole store is looked at

# What is subscribed to, each with what takes its place where an account does not offer it. A prefix brings all below it:
# the first one also tells that quantities or the shipping method of a note changed, which has no name of its own.
_NOTE_CHANGES: Final = (
    "goods-out-note.modified.printed",
    "goods-out-note.modified.un-printed",
    "goods-out-note.modified.shipped",
)
SUBSCRIPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "goods-out-note.modified": _NOTE_CHANGES,
    "goods-out-note.destroyed": (),
    "order.modified": (),  # its address above all
}
# A note is an order here from printed to shipped, whatever happens to its goods in between.
_WITHOUT_MEANING: Final = frozenset(f"goods-out-note.modified.{step}" for step in ("picked", "packed", "un-picked", "un-packed"))
_NOTE: Final = "goods-out-note"
_ORDERS: Final = frozenset({"order", "sales-order"})
_UNKNOWN_EVENT: Final = "INTC-064"
_BODY: Final = orjson.dumps(
    {
        "accountCode": "${account-code}",
        "resourceType": "${resource-type}",
        "id": "${resource-id}",
        "lifecycleEvent": "${lifecycle-event}",
        "fullEvent": "${full-event}",
        "raisedOn": "${raised-on}",
    }
).decode()
_EVERYTHING: Final = WebhookEvent(everything=True)
_NOTHING: Final = WebhookEvent()


def register(client: BrightpearlClient, address: str) -> tuple[str, ...]:
    """Register everything that matters; the ids. What the account does not offer is left out, unless that is all.

    Raises StoreError.
    """
    ids: list[str] = []
    refused: Reply | None = None
    for event, instead in SUBSCRIPTIONS.items():
        reply = _subscribe(client, event, address)
        replies = [reply] if reply.is_success() else [reply, *(_subscribe(client, other, address) for other in instead)]
        ids += [id_text(each.body.get("response")) for each in replies if each.is_success()]
        refused = refused or next((each for each in replies if not each.is_success()), None)
    if not ids and refused is not None:
        raise client.refusal(refused, _secret_of(address))
    return tuple(ids)


def _subscribe(client: BrightpearlClient, event: str, address: str) -> Reply:
    """The id, or that the account does not offer the event. Raises StoreError for any other refusal."""
    hook = {
        "subscribeTo": event,
        "httpMethod": "POST",
        "uriTemplate": address,
        "bodyTemplate": _BODY,
        "contentType": "application/json",
        "idSetAccepted": True,
        "qualityOfService": 1,  # called again until it is answered with a 2xx
    }
    reply = client.repeatable("POST", "/integration-service/webhook", hook)
    if not reply.is_success() and _UNKNOWN_EVENT not in reply.error_codes():
        raise client.refusal(reply, _secret_of(address))
    return reply


def _secret_of(address: str) -> tuple[str, ...]:
    """What a refusal may repeat of an address and nobody is to see: its query and the values in it."""
    query = urlsplit(address).query
    return (query, *(value for _, value in parse_qsl(query)))


def list_registered(client: BrightpearlClient, address: str) -> list[str]:
    """The ids of the account's webhooks that call an address, given without its query."""
    return [id_text(hook["id"]) for hook in client.get_webhooks() if str(hook.get("uriTemplate")).partition("?")[0] == address]


def remove(client: BrightpearlClient, webhook_ids: Iterable[str]) -> None:
    """Delete webhooks; one that is not there any more is fine. Raises StoreError."""
    for webhook_id in webhook_ids:
        reply = client.repeatable("DELETE", f"/integration-service/webhook/{webhook_id}")
        if not reply.is_success() and reply.status != 404:
            raise client.refusal(reply)


def parse_webhook(account_code: str, body: bytes) -> WebhookEvent | None:
    """What a call names; None when it is of another account.

    What cannot be read, and what names more than one call should, means that everything has to be looked at.
    """
    try:
        call = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _EVERYTHING
    if not isinstance(call, dict) or not isinstance(call.get("accountCode"), str):
        return _EVERYTHING
    if call["accountCode"].strip().casefold() != account_code.strip().casefold():
        return None
    kind = call.get("resourceType")
    if call.get("fullEvent") in _WITHOUT_MEANING or (isinstance(kind, str) and kind not in (_NOTE, *_ORDERS)):
        return _NOTHING
    ids = expand_id_set(str(call.get("id")), MOST_IDS)
    if ids is None or not isinstance(kind, str):
        return _EVERYTHING
    return WebhookEvent(tuple(order_reference(str(one)) if kind in _ORDERS else str(one) for one in ids))


def is_on_this_machine(url: str) -> bool:
    """Whether an address names this machine itself, as that of a sandbox does."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

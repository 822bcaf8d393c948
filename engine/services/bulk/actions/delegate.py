"""Hands many orders over to one provider; undone, each is recalled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.application import Application
from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.job import ORDINARY
from engine.services.bulk.actions.recall import recalled
from engine.services.bulk.kind import BulkKind, Doing, Field, FieldForm, OneByOne, UndoneOneByOne, WrongField
from engine.services.connections.list_connections import list_providers
from engine.services.fulfillment.delegate import NOT_CONNECTED, Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from rules.messages import Text


def _check(app: Application, account_id: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    slug = parameters.get("provider", "")
    for provider in list_providers(app, account_id):
        if provider.slug == slug:
            return {"provider": slug, "provider_name": provider.name}
    raise WrongField("provider", NOT_CONNECTED, provider=slug)


def _do(doing: Doing, order_id: str) -> BulkResult:
    asking = Asking(doing.action.parameters["provider"])
    request = delegate_order(doing.app, doing.account_id, order_id, asking, doing.action.actor, priority=ORDINARY)
    return BulkResult(BulkOutcome.DONE, before={"request": request.id})


def _undo(doing: Doing, order_id: str, before: Mapping[str, Any]) -> BulkResult:
    return recalled(recall_order(doing.app, doing.account_id, order_id, doing.action.actor, before["request"]))


DELEGATE = BulkKind(
    "delegate",
    Text("Delegate", "Delegar"),
    Text("Handed over to {provider_name}", "Delegados en {provider_name}"),
    OneByOne(_do),
    UndoneOneByOne(_undo),
    fields=(Field("provider", Text("Provider", "Proveedor"), FieldForm.PROVIDER),),
    check=_check,
)

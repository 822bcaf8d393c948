"""What a client has changed of an order that has a label, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.model.request_change import ChangeState, RequestChange
from engine.services.fulfillment.change_words import changed_parts
from rules.messages import Language


@pytest.mark.parametrize(
    ("language", "before", "after", "insured"),
    [("en", "0.5 × C Cloth", "2 × C Cloth", "10.50"), ("es", "0,5 × C Cloth", "2 × C Cloth", "10,50")],
)
def test_numbers_have_the_decimal_sign_of_the_language(language: Language, before: str, after: str, insured: str) -> None:
    def with_quantity(quantity: Any) -> dict[str, Any]:
        return {"items": [{"line_key": "1", "sku": "C", "name": "Cloth", "quantity": quantity}]}

    kept, wanted = with_quantity("0.5"), {**with_quantity(2), "insured_value": Decimal("10.50")}
    change = RequestChange(ChangeState.ASKED, kept, wanted, datetime(2026, 3, 1, tzinfo=UTC))

    assert [(one.before, one.after) for one in changed_parts(change, language)] == [(before, after), ("", insured)]

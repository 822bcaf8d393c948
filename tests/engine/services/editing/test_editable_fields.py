"""Which fields a person may set, and what is said of others."""

from __future__ import annotations

import pytest

from engine.services.editing.editable_fields import EXAMPLES, editable_fields, find_editable
from rules.messages import Message
from rules.written_fields import ANY


@pytest.mark.parametrize("name", ["customs.tax_ids.*", "customs.tax_ids.", "customs.tax_ids.a b"])
def test_a_name_that_is_to_be_made_up_is_asked_for(name: str) -> None:
    refused = find_editable(name)

    assert isinstance(refused, Message)
    assert refused.format("en") == (
        f'"{name}" says no name in its last place: write one of letters, digits, - and _ there, such as customs.tax_ids.ioss.'
    )
    assert refused.format("es").endswith("como customs.tax_ids.ioss.")


@pytest.mark.parametrize(
    ("name", "meant"), [("customs.taxids.eori", "customs.tax_ids.ioss"), ("ship_to.citty", "ship_to.city"), ("tax_ids.*", None)]
)
def test_what_is_suggested_may_be_set(name: str, meant: str | None) -> None:
    refused = find_editable(name)

    assert isinstance(refused, Message)
    assert (f'did you mean "{meant}"?' in refused.format("en")) is (meant is not None)
    assert meant is None or not isinstance(find_editable(meant), Message)


def test_every_field_with_a_name_to_make_up_has_an_example() -> None:
    assert set(EXAMPLES) == {name for name in editable_fields() if name.endswith(ANY)}
    assert not any(isinstance(find_editable(example), Message) for example in EXAMPLES.values())

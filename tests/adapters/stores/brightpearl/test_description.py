"""What Brightpearl says of itself: codes that other programs hold on to, and what the product decides by them."""

from __future__ import annotations

from support.examples import NOON

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.store_reasons import Role
from engine.model.write_back import StepDone


def test_the_reasons_have_the_codes_of_ever_in_the_order_of_the_table() -> None:
    assert [reason.code for reason in BRIGHTPEARL.reasons] == [
        "no_goods_out_note",
        "not_printed",
        "already_shipped",
        "wrong_channel",
        "wrong_warehouse",
        "unmappable",
        "outside_window",
        "order_not_found",
        "note_gone",
        "drop_ship",
        "transfer_note",
        "not_a_sales_order",
    ]
    assert BRIGHTPEARL.reasons_by_code.keys() == {reason.code for reason in BRIGHTPEARL.reasons}


def test_the_product_gives_brightpearls_own_reasons() -> None:
    assert {role: BRIGHTPEARL.reason_for(role).code for role in Role} == {
        Role.UNREADABLE: "unmappable",
        Role.GONE: "note_gone",
        Role.NOT_FOUND: "order_not_found",
        Role.NOTHING_TO_SHIP: "no_goods_out_note",
    }


def test_only_a_change_of_the_order_overturns_what_the_order_says() -> None:
    lasting = {reason.code for reason in BRIGHTPEARL.reasons if BRIGHTPEARL.lasts(reason.code)}
    assert lasting == {"wrong_channel", "not_a_sales_order", "wrong_warehouse", "drop_ship"}


def test_an_order_here_that_brightpearl_shipped_counts_as_shipped() -> None:
    assert [reason.code for reason in BRIGHTPEARL.reasons if BRIGHTPEARL.means_shipped(reason.code)] == ["already_shipped"]


def test_remedies_are_told_beside_sentences_that_do_not_have_them() -> None:
    told = {reason.code for reason in BRIGHTPEARL.reasons if reason.says_remedy}
    assert told == {"no_goods_out_note", "not_printed", "wrong_channel", "order_not_found", "outside_window"}


def test_a_note_that_is_marked_as_shipped_cannot_be_taken_back() -> None:
    assert [step.code for step in BRIGHTPEARL.write_back_steps] == ["reference", "shipped", "status", "note"]
    assert BRIGHTPEARL.final_steps == {"shipped"}
    done = [StepDone(code, NOON) for code in ("of_old", "note", "shipped", "reference")]
    assert [one.step for one in BRIGHTPEARL.in_order(done)] == ["reference", "shipped", "note", "of_old"]
    assert BRIGHTPEARL.is_final(done)
    assert not BRIGHTPEARL.is_final(done[:2])

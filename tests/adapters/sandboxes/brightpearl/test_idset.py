import pytest

from adapters.sandboxes.brightpearl.idset import IdSetError, format_id_set, parse_id_set


@pytest.mark.parametrize(
    ("text", "ids"), [("8", [8]), ("3-5", [3, 4, 5]), ("3-5,14,2", [3, 4, 5, 14, 2]), ("7.3.5", [7, 3, 5]), ("2,2-3", [2, 3])]
)
def test_a_set_selects_the_ids_it_names(text: str, ids: list[int]) -> None:
    assert parse_id_set(text).select(range(1, 20)) == ids


def test_ids_that_do_not_exist_are_left_out() -> None:
    assert parse_id_set("1-999999999,4").select({4: "four", 12: "twelve"}) == [4, 12]


@pytest.mark.parametrize("text", ["", "*"])
def test_empty_and_star_mean_all(text: str) -> None:
    assert parse_id_set(text).select([5, 1]) == [5, 1]
    assert 77 in parse_id_set(text)


@pytest.mark.parametrize("text", ["a", "5-3", "4-4", "1,,2", "1-", "-3", "1 ,2", "1-2-3", "٣"])
def test_what_the_grammar_lacks_is_refused(text: str) -> None:
    with pytest.raises(IdSetError):
        parse_id_set(text)


def test_length_counts_the_members_of_ranges() -> None:
    assert len(parse_id_set("1-200,300")) == 201


def test_ids_are_written_as_ranges() -> None:
    assert format_id_set([6, 2, 3, 5, 4, 40, 40]) == "2-6,40"
    assert format_id_set([]) == ""

"""References: what is written can be read, and what is mistyped is refused."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.vocabulary.submission import (
    CHECK_LETTERS,
    MAX_SERIAL,
    ON_THE_WAY,
    Status,
    check_letter,
    read_reference,
    write_reference,
)

EXAMPLE = "CWGI-2026-000017-K"
MANY = [(2026, serial) for serial in (*range(1, 40), 99, 100, 1000, 12345, 98765, 543210, 999_999)] + [
    (year, 17) for year in (0, 1999, 2016, 2027, 9999)
]


def test_the_example_of_the_design_is_written_and_read() -> None:
    assert write_reference("CWGI", 2026, 17) == EXAMPLE
    assert read_reference(EXAMPLE, "CWGI") == EXAMPLE


@pytest.mark.parametrize("text", [" cwgi-2026-000017-k\n", "CWGI-2026-000017-k", EXAMPLE.lower()])
def test_case_and_surrounding_space_do_not_matter(text: str) -> None:
    assert read_reference(text, "CWGI") == EXAMPLE


@pytest.mark.parametrize(("year", "serial"), MANY)
def test_every_wrong_digit_is_refused(year: int, serial: int) -> None:
    right = write_reference("CWGI", year, serial)
    for position, character in enumerate(right):
        if not character.isdigit():
            continue
        for digit in "0123456789".replace(character, ""):
            wrong = right[:position] + digit + right[position + 1 :]
            assert read_reference(wrong, "CWGI") is None, wrong


@pytest.mark.parametrize(("year", "serial"), MANY)
def test_every_swap_of_two_characters_is_refused(year: int, serial: int) -> None:
    right = write_reference("CWGI", year, serial)
    for one, other in combinations(range(len(right)), 2):
        letters = list(right)
        letters[one], letters[other] = letters[other], letters[one]
        wrong = "".join(letters)
        if wrong != right:
            assert read_reference(wrong, "CWGI") is None, wrong


@pytest.mark.parametrize(("year", "serial"), MANY)
def test_every_wrong_check_letter_is_refused(year: int, serial: int) -> None:
    right = write_reference("CWGI", year, serial)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ".replace(right[-1], ""):
        assert read_reference(right[:-1] + letter, "CWGI") is None


@given(year=st.integers(0, 9999), serial=st.integers(1, MAX_SERIAL), data=st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_reference_is_read_back_and_one_changed_character_is_not(
    year: int, serial: int, data: st.DataObject
) -> None:
    right = write_reference("CWGI", year, serial)
    assert read_reference(right, "CWGI") == right
    position = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
    wrong = right[:position] + other + right[position + 1 :]
    assert read_reference(wrong, "CWGI") == (right if wrong == right else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "CWGI-2026-17-K",
        "CWGI-2026-000017",
        "CWGI-2026-0000017-K",
        "CWGI_2026_000017_K",
        f"{EXAMPLE}X",
        f"see {EXAMPLE}",
        "ABCD-2026-000017-K",
        "CWGI-2026-000017-\u039a",
    ],
)
def test_what_is_no_reference_of_ours_is_refused(text: str) -> None:
    assert read_reference(text, "CWGI") is None


def test_digits_of_other_scripts_are_read_as_what_we_wrote_or_not_at_all() -> None:
    arabic = EXAMPLE.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert read_reference(arabic, "CWGI") in {EXAMPLE, None}


@pytest.mark.parametrize(("year", "serial"), [(2026, 0), (2026, -1), (2026, MAX_SERIAL + 1), (-1, 1), (10_000, 1)])
def test_no_reference_is_written_that_does_not_fit_its_digits(year: int, serial: int) -> None:
    with pytest.raises(ValueError, match=f"year {year}, serial {serial}"):
        write_reference("CWGI", year, serial)


def test_check_letters_are_a_prime_number_and_none_is_read_as_a_digit() -> None:
    assert len(set(CHECK_LETTERS)) == 23
    assert not set(CHECK_LETTERS) & set("IOQ")
    assert {check_letter(2026, serial) for serial in range(1, 60)} == set(CHECK_LETTERS)


def test_statuses_are_the_closed_set_of_the_design() -> None:
    assert {status.value for status in Status} == {
        "captured",
        "shunted",
        "filed",
        "held",
        "automatic",
        "duplicate",
        "spam",
        "not-relevant",
        "withdrawn",
        "erased",
    }
    assert {Status.CAPTURED, Status.SHUNTED} == ON_THE_WAY

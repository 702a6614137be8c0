from __future__ import annotations

import time

import pytest

from intake.decoding.documents.lines import Line, compose
from intake.vocabulary.document import Block, BlockKind


def line(text: str, down: float, right: float = 500.0, left: float = 50.0, size: float = 12.0) -> Line:
    return Line(text, left, right, 800.0 - down, size)


def kinds(*lines: Line) -> list[tuple[BlockKind, str]]:
    (page,) = compose([lines])
    return [(block.kind, block.text) for block in page]


def test_lines_become_a_paragraph_and_a_gap_ends_it() -> None:
    found = kinds(line("one two", 0), line("three", 14, right=100), line("four five", 50), line("six", 64, right=90))
    assert found == [(BlockKind.PARAGRAPH, "one two three"), (BlockKind.PARAGRAPH, "four five six")]


def test_a_line_that_had_room_for_the_next_word_ends_its_paragraph() -> None:
    lines = [line("a full line of words", 0), line("short", 14, right=200), line("word after it", 28, right=480)]
    assert [text for _, text in kinds(*lines)] == ["a full line of words short", "word after it"]


def test_from_the_right_the_room_is_on_the_left() -> None:
    lines = [
        Line("كلمات تملأ السطر كله", 50, 500, 800, 12, runs_right=True),
        Line("قصير", 420, 500, 786, 12, runs_right=True),
        Line("كلمة بعده وبعدها كلمات أخرى كثيرة", 60, 500, 772, 12, runs_right=True),
    ]
    assert [text for _, text in kinds(*lines)] == ["كلمات تملأ السطر كله قصير", "كلمة بعده وبعدها كلمات أخرى كثيرة"]


def test_larger_letters_are_headings_by_rank() -> None:
    body = [line("words " * 12, 100 + 14 * number) for number in range(5)]
    (page,) = compose([[line("Title", 0, size=24), line("Chapter", 50, size=16), *body]])
    assert page[:2] == [Block(BlockKind.HEADING, "Title", level=1), Block(BlockKind.HEADING, "Chapter", level=2)]


@pytest.mark.parametrize("mark", ["•", "-", "1.", "2)", "(3)", "a)", "б)", "أ)", "٣.", "1.2", "3.1.4", "一、", "1）"])
def test_a_mark_begins_an_item(mark: str) -> None:
    found = kinds(line("before it", 0), line(f"{mark} what is asked", 14))
    assert found == [(BlockKind.PARAGRAPH, "before it"), (BlockKind.ITEM, f"{mark} what is asked")]


@pytest.mark.parametrize("text", ["2024 was a year", "I agree", "10% of all"])
def test_a_number_is_no_mark(text: str) -> None:
    assert kinds(line(text, 0)) == [(BlockKind.PARAGRAPH, text)]


def test_a_bullet_that_was_drawn_by_itself_comes_before_its_line() -> None:
    items = [line("first", 0, left=70), line("second", 14, left=70)]
    bullets = [line("•", 0, left=50, right=54), line("•", 14, left=50, right=54)]
    assert kinds(*items, *bullets) == [(BlockKind.ITEM, "• first"), (BlockKind.ITEM, "• second")]


def test_two_columns_do_not_cut_each_others_lines() -> None:
    left = [line(f"left column {number} words", 14 * number, left=50, right=280) for number in range(4)]
    right = [line(f"right column {number} words", 14 * number, left=310, right=540) for number in range(4)]
    assert len(kinds(*left, *right)) == 2


def test_many_bullets_are_placed_in_time() -> None:
    page = [line("•", number / 100, left=50, right=54) for number in range(20_000)]
    page += [line("word", number / 100, left=60) for number in range(20_000)]
    started = time.process_time()
    compose([page])
    assert time.process_time() - started < 20

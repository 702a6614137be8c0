"""A document in the making is bounded in every direction."""

from __future__ import annotations

import pytest

from intake.decoding.documents import draft
from intake.decoding.documents.draft import Draft, Full, Place
from intake.vocabulary.document import Block, BlockKind, Flag


def test_paragraphs_of_a_cell_are_one_block_and_fields_their_own():
    made = Draft("x")
    place = Place(made.open_table(), 1, 2)
    for kind, text in ((BlockKind.CELL, ""), (BlockKind.ITEM, "1. a"), (BlockKind.PARAGRAPH, "b")):
        made.add(kind, text, level=1, place=place)
    made.add(BlockKind.FIELD, "c", place=place, tag="t")
    assert made.finish().blocks == (
        Block(BlockKind.CELL, "1. a\nb", 0, 1, 1, 2),
        Block(BlockKind.FIELD, "c", 0, 1, 1, 2, "t"),
    )


def test_lines_are_trimmed_and_unseen_characters_go():
    made = Draft("x")
    made.add(BlockKind.PARAGRAPH, " co\u00adop \n\n b\0 \n")
    assert made.finish().text == "coop\n\nb"


def test_what_is_too_much_is_cut(monkeypatch):
    monkeypatch.setattr(draft, "MAX_CHARACTERS", 10)
    made = Draft("x")
    made.add(BlockKind.PARAGRAPH, "12345")
    with pytest.raises(Full):
        made.add(BlockKind.PARAGRAPH, "1234567890")
    found = made.finish()
    assert ([block.text for block in found.blocks], found.flags) == (["12345", "1234"], (Flag.TOO_LARGE,))


def test_blocks_and_comments_are_counted(monkeypatch):
    monkeypatch.setattr(draft, "MAX_BLOCKS", 2)
    monkeypatch.setattr(draft, "MAX_COMMENTS", 1)
    made = Draft("x")
    for author, text in (("", " "), ("A", "one"), ("B", "two")):
        made.comment(author, text)
    made.add(BlockKind.PARAGRAPH, "a")
    made.add(BlockKind.PARAGRAPH, "b")
    with pytest.raises(Full):
        made.add(BlockKind.PARAGRAPH, "c")
    found = made.finish()
    assert (found.text, found.comments, found.flags) == ("a\nb", ("A: one",), (Flag.COMMENTS, Flag.TOO_LARGE))


def test_time_is_up_once(monkeypatch):
    monkeypatch.setattr(draft, "READ_SECONDS", -1.0)
    made = Draft("x")
    made.add(BlockKind.PARAGRAPH, "kept")
    with pytest.raises(Full):
        for _ in range(1000):
            made.tick()
    assert (made.finish().text, made.finish().flags) == ("kept", (Flag.TIMED_OUT,))

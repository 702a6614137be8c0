from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.decoding.documents import record
from intake.vocabulary.document import Block, BlockKind, Document, Flag

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
counts = st.integers(0, 9)
blocks = st.builds(Block, st.sampled_from(BlockKind), texts, counts, counts, counts, counts, texts)
documents = st.builds(
    Document,
    blocks=st.lists(blocks, max_size=4).map(tuple),
    comments=st.lists(texts, max_size=3).map(tuple),
    flags=st.lists(st.sampled_from(Flag), max_size=3).map(tuple),
    engine=texts,
)


@given(documents)
def test_what_is_written_is_read(document: Document) -> None:
    assert record.read(record.write(document)) == document


def test_half_characters_are_replaced() -> None:
    document = Document(blocks=(Block(BlockKind.PARAGRAPH, "a\ud83db"),))
    assert record.read(record.write(document)).text == "a\ufffdb"


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": [["paragraph", 1, 0, 0, 0, 0, ""]]},
        {"blocks": [["paragraph", "a", -1, 0, 0, 0, ""]]},
        {"blocks": [["paragraph", "a", True, 0, 0, 0, ""]]},
        {"blocks": [["paragraph", "a", 0, 0, 0, 0]]},
        {"blocks": [["no kind", "a", 0, 0, 0, 0, ""]]},
        {"blocks": 7},
        {"comments": [None]},
        {"flags": ["no flag"]},
        {"engine": ["a"]},
    ],
)
def test_what_no_reader_says_is_refused(change: dict[str, object]) -> None:
    whole = {"blocks": [], "comments": [], "flags": [], "engine": ""}
    assert record.read(json.dumps(whole).encode()) == Document()
    with pytest.raises(ValueError):
        record.read(json.dumps(whole | change).encode())


@pytest.mark.parametrize("octets", [b"", b"[]", b"7", b"\xff", b"{}", b"[" * 100_000])
def test_what_is_no_document_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError):
        record.read(octets)

"""Documents that were made to do harm: each costs itself, and says so."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hostile import DOCUMENTS, make_page, make_pdf

from intake.decoding.documents import extract, shared_sandbox
from intake.decoding.documents.limits import Limits
from intake.vocabulary.document import Flag

LIMITS = Limits()
CANARY = "CANARY-OF-THE-VAULT-4711"
ALLOWED = {"references_in_a_circle", "pages_that_are_claimed", "brackets_in_a_million"}
"""Broken where it does not matter: their whole text is read."""


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that everybody may read, beside the documents."""
    path = tmp_path_factory.mktemp("vault") / "canary.txt"
    path.write_text(CANARY)
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_costs_no_more_than_a_document_may(name: str, canary: Path) -> None:
    octets = DOCUMENTS[name](canary)
    started = time.monotonic()
    document = extract(octets, "answer")
    assert time.monotonic() - started < 2 * LIMITS.wall_seconds
    assert CANARY not in document.text
    assert CANARY not in "".join(document.comments)
    assert document.flags or name in ALLOWED
    task = {"do": "read", "name": "answer", "declared_type": ""}
    assert shared_sandbox().perform(task, octets, LIMITS).peak_octets < LIMITS.memory_octets
    after = extract(make_pdf(make_page(b"BT /F 12 Tf 72 700 Td (still here) Tj ET")))
    assert (after.text, after.flags) == ("still here", ())


def test_a_canary_is_seen_where_nothing_hides_it(canary: Path) -> None:
    """Otherwise its absence would prove nothing."""
    assert CANARY in canary.read_text()
    assert CANARY.encode() not in DOCUMENTS["word_with_an_external_entity"](canary)
    assert canary.as_uri().encode() in DOCUMENTS["form_with_an_external_entity"](canary)


def test_a_file_past_the_limit_is_not_looked_at() -> None:
    assert extract(bytes(LIMITS.max_octets + 1)).flags == (Flag.TOO_LARGE,)


@pytest.mark.parametrize("length", [0, 1, 7, 1000, 100_000])
def test_noise_is_no_document(length: int) -> None:
    for name in ("a.pdf", "a.docx", "a.jpg", "a.doc", "a.odt"):
        assert extract(os.urandom(length), name).text == ""

"""Whatever octets are attached, reading them returns; what is broken says so and spoils nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from documents import ARABIC, print_by_weasyprint, write_docx, write_html
from hostile import DOCUMENTS, make_page, make_pdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.decoding.documents import extract, is_extractable, kinds
from intake.decoding.documents.limits import Limits
from intake.vocabulary.document import Document

QUICK = Limits(pages=0)
"""Without recognition: it has its own tests, and takes its time."""


@cache
def seeds() -> tuple[bytes, ...]:
    heads = (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"II*\0", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"{\\rtf1 ", b"<html>")
    made = (print_by_weasyprint(write_html(ARABIC)), write_docx(ARABIC), make_pdf(make_page(b"BT /F 9 Tf (a) Tj ET")))
    bait = DOCUMENTS["form_with_an_external_entity"](Path("/etc/hostname"))
    return (*heads, *made, bait)


changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=8)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10), changes, st.floats(0.1, 1))
def test_spoiled_documents_are_read_or_flagged(number: int, spoils: list[tuple[float, bytes]], share: float) -> None:
    octets = bytearray(seeds()[number])
    for place, put in spoils:
        at = int(place * len(octets))
        octets[at : at + len(put)] = put
    assert isinstance(extract(bytes(octets[: int(len(octets) * share)]), limits=QUICK), Document)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_any_octets_under_any_name(octets: bytes, name: str, declared_type: str) -> None:
    assert isinstance(extract(octets, name, declared_type, limits=QUICK), Document)


@given(st.text(), st.text(), st.text())
def test_asking_is_always_answered(name: str, declared_type: str, detected_type: str) -> None:
    assert is_extractable(declared_type, name, detected_type) in {True, False}


@given(st.binary(max_size=2000), st.text(max_size=20))
def test_the_kind_is_told_or_not(octets: bytes, name: str) -> None:
    assert kinds.detect(octets, name) in {None, *kinds.Kind}

from __future__ import annotations

import pytest
from hostile import make_page, make_pdf

from intake.decoding.documents import confinement, extract, poppler
from intake.vocabulary.document import Flag

pytestmark = pytest.mark.system("pdftotext")
SENTENCE = b"The administration thanks the working group for the opportunity to comment on public policy. "


def unmapped() -> bytes:
    """A font that says of each letter that it is a private one; poppler asks the name of the letter as well."""
    content = b"".join(b"BT /F 9 Tf 40 %d Td (%s) Tj ET " % (800 - 14 * number, SENTENCE) for number in range(8))
    return make_pdf(make_page(content))


def test_a_plausible_text_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    def consult(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(poppler, "consult", consult)
    assert "pypdfium2" in extract(unmapped()).engine


def test_the_more_plausible_reading_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own reading is made worse than it is, since no file is known that only poppler reads."""
    from dataclasses import replace

    octets = unmapped()
    ours = extract(octets)
    worse = replace(
        ours,
        blocks=tuple(replace(block, text=block.text.replace("e", "\ufffd")) for block in ours.blocks),
        flags=(Flag.IMPLAUSIBLE,),
    )
    from intake.decoding.documents.limits import Limits
    from intake.decoding.documents.sandbox import shared_sandbox

    found = poppler.consult(worse, octets, shared_sandbox(), Limits())
    assert found.text.split() == SENTENCE.decode().split() * 8
    assert found.flags == ()
    assert found.engine.startswith("pdftotext")
    assert poppler.consult(ours, octets, shared_sandbox(), Limits()) == ours


def test_without_it_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "located", lambda _: None)
    from intake.decoding.documents.limits import Limits
    from intake.decoding.documents.sandbox import shared_sandbox

    document = extract(unmapped())
    assert poppler.consult(document, unmapped(), shared_sandbox(), Limits()) == document

"""Whatever a mail says of its author: an answer, soon, and of what it says."""

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.decoding.message import decode
from intake.filing.respondents import identify
from intake.settings import project_folder
from intake.settings.registers import read_registers
from intake.text.folding import fold
from intake.vocabulary.document import Block, BlockKind, Document
from intake.vocabulary.mail import Mailbox
from intake.vocabulary.respondent import Fact

REGISTERS = read_registers(project_folder("config") / "registers")
EMPTY = decode(b"From: a@b.example\r\n\r\n")
WORDS = st.sampled_from(
    ["Ministry of", "for", "de la", "Ltd", "\n", "-- \n", "S.A.", "，", "协会", "هيئة", "компания", "«", "(", "Kenya", "Dr", "+41 22", "undersigned:", "1)", "I am", "."]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=40).map(" ".join))


@settings(max_examples=200, deadline=None)
@given(name=TEXTS, subject=TEXTS, text=TEXTS, document=TEXTS)
def test_every_mail_has_an_answer(name, subject, text, document):
    message = replace(EMPTY, authors=(Mailbox(name, "a@b.example"),), subject=subject, text=text, spans=())
    documents = (Document(blocks=(Block(BlockKind.PARAGRAPH, document),)),)
    found = identify(message, documents, REGISTERS)
    assert found == identify(message, documents, REGISTERS)
    assert (found.name is None) == (Fact.NAME not in {one.fact for one in found.evidence})
    assert (found.organization is None) == (Fact.ORGANIZATION not in {one.fact for one in found.evidence})
    said = fold(f"{name} {subject} {text} {document}")
    assert all(word in said for word in fold(found.organization or "").split())


HOSTILE = {
    "one word": "a" * 300_000,
    "commas": "," * 300_000,
    "bodies": "Ministry of " * 30_000,
    "capitals": "Aa " * 100_000,
    "quotes": "«" * 300_000,
    "signatories": "the undersigned:\n" + "1) Body, Town\n" * 30_000,
    "short lines": "Name\n" * 100_000,
    "Chinese": "有限公司" * 80_000,
    "Arabic": "هيئة " * 60_000,
    "countries": "Kenya " * 60_000,
    "digits": "+4122" * 60_000,
    "introductions": "I am " * 60_000,
}


def test_hostile_texts_take_no_longer_than_others():
    identify(EMPTY, (), REGISTERS)
    for what, text in HOSTILE.items():
        message = replace(EMPTY, authors=(Mailbox(text, "a@b.example"),), subject=text, text=text, spans=())
        began = time.monotonic()
        identify(message, (Document(blocks=(Block(BlockKind.PARAGRAPH, text),)),), REGISTERS)
        assert time.monotonic() - began < 5.0, what

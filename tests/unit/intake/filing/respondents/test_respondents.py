"""Who speaks: letters in six languages, each with what its reader would say; data in cases.toml."""

import tomllib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from intake.decoding.message import decode
from intake.filing.respondents import identify
from intake.settings import project_folder
from intake.settings.registers import read_registers
from intake.vocabulary.document import Block, BlockKind, Document

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["case"]


def respondent_of(case):
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = case["from"], case["subject"]
    mail["Message-ID"] = "<case@mail.example>"
    mail.set_content(case["text"].strip() + "\n")
    documents = tuple(
        Document(blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in blocks))
        for blocks in case.get("documents", [])
    )
    return identify(decode(mail.as_bytes()), documents, read_registers(project_folder("config") / "registers"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"].replace(":", ","))
def test_who_speaks(case):
    found = respondent_of(case)
    if "name" in case:
        assert found.name == case["name"]
    assert found.organization == case.get("organization")
    assert found.group == case.get("group")
    assert found.country == case.get("country")
    assert found.on_behalf is case.get("on_behalf", False)
    assert len(found.cosignatories) == case.get("cosignatories", 0)

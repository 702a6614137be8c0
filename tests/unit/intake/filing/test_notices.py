"""What a person should know of the files of a message is said, and decides nothing."""

from __future__ import annotations

import pytest
from factories import case, letter, message, with_files

from intake.filing import notices
from intake.filing.rulebook import file
from intake.vocabulary.document import Document, Flag
from intake.vocabulary.mail import Attachment, Seal
from intake.vocabulary.submission import Status

BEES = "office+bees@desk.example"


def attached(*flags: Flag) -> dict[str, object]:
    octets = with_files(("scan.pdf", "application/pdf", b"%PDF"), to=BEES)
    (one,) = message(octets).attachments
    return {"octets": octets, "documents": {one.sha256: Document(flags=flags)}, "rcpt_to": BEES}


def test_every_flag_has_its_sentence() -> None:
    assert set(notices._SAID) == set(Flag)
    assert len(set(notices._SAID.values())) == len(Flag)


@pytest.mark.parametrize("flag", Flag)
def test_a_flagged_file_is_said_and_the_message_is_filed_all_the_same(flag: Flag) -> None:
    filing = file(case(**attached(flag)))
    assert (filing.status, filing.consultations) == (Status.FILED, ("bees",))
    (said,) = [one for one in filing.findings if one.rule == "file"]
    assert said.matched
    assert said.reason.startswith("scan.pdf ")


def test_nothing_is_said_of_a_file_that_reads_well_nor_of_what_a_robot_sent() -> None:
    assert "file" not in {one.rule for one in file(case(**attached())).findings}
    robot = case(**attached(Flag.DAMAGED), mail_from=None)
    assert "file" not in {one.rule for one in file(robot).findings}


@pytest.mark.parametrize(
    ("seals", "status", "reason"),
    [
        ((Seal.PGP_ENCRYPTED,), Status.HELD, "it is encrypted: pgp-encrypted"),
        ((Seal.SMIME_ENCRYPTED,), Status.HELD, "it is encrypted: smime-encrypted"),
        ((Seal.SMIME_SIGNED, Seal.PGP_SIGNED), Status.FILED, "sent to the address of bees"),
        ((), Status.FILED, "sent to the address of bees"),
    ],
)
def test_what_is_encrypted_waits_for_a_person_with_a_key(seals: tuple[Seal, ...], status: Status, reason: str) -> None:
    filing = file(case(message=message(seals=seals), rcpt_to=BEES))
    assert (filing.status, filing.reason) == (status, reason)


LINK = "https://files.example/answer.docx"
LONG = "We hold that each provider should answer for its own network. " * 8
PICTURE = Attachment(name="logo.png", declared_type="image/png", octets=b"x", sha256="ab" * 32, inline=True)
FILE = Attachment(name="a.pdf", declared_type="application/pdf", octets=b"x", sha256="cd" * 32)


@pytest.mark.parametrize(
    ("body", "links", "files", "status"),
    [
        (f"Our answer is here: {LINK}", (LINK,), (), Status.HELD),
        (f"Our answer is here: {LINK}", (LINK,), (PICTURE,), Status.HELD),
        (f"{LINK}?token={'x' * 400}", (LINK,), (), Status.HELD),
        (f"Our answer is here: {LINK}", (LINK,), (FILE,), Status.FILED),
        (f"{LONG} See also {LINK}", (LINK,), (), Status.FILED),
        ("See https://news.example/ about it.", (), (), Status.FILED),
    ],
)
def test_an_answer_that_lies_with_a_cloud_service_is_held_so_that_its_sender_can_be_asked(
    body: str, links: tuple[str, ...], files: tuple[Attachment, ...], status: Status
) -> None:
    parsed = message(letter(body), links=links, attachments=files, text=body, spans=())
    filing = file(case(message=parsed, rcpt_to=BEES))
    assert filing.status is status
    asked = "its answer lies with a cloud service: ask the sender for the file"
    assert (filing.reason == asked) is (status is Status.HELD)


def test_a_robot_stays_one_whatever_it_brings() -> None:
    parsed = message(seals=(Seal.PGP_ENCRYPTED,), links=(LINK,))
    assert file(case(message=parsed, mail_from=None)).status is Status.AUTOMATIC

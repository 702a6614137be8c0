"""What is read in real mail: our reader beside mail-parser alone and the standard library's policy.default.

    .venv/bin/python benchmarks/decode.py ../shared/mail/handout [--list]

The folder holds messages, and a ``manifest.tsv`` with what a reference reader found: subject, sender, number of
files, and whether the message is automatic or holds another. Of date, body and file names it says nothing: there,
what two of the three readers agree in counts. The reference is a hint; where ours disagrees, somebody looked at the
octets, and ``decode-verdicts.tsv`` says who is right: ``ours``, ``reference``, or ``both`` where two readings are
possible. Each figure stands there twice: as it is, and after the verdicts. ``--list`` names every disagreement.

Exit 1: a reader of ours raised, or a body, a file or a disagreement is without verdict.
"""

from __future__ import annotations

import argparse
import csv
import email
import email.policy
import logging
import re
import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import mailparser

from intake.decoding.message import decode
from intake.filing import automatic
from intake.filing.case import Case
from intake.vocabulary.mail import Envelope

VERDICTS = Path(__file__).with_name("decode-verdicts.tsv")
FACTS = ("sender", "subject", "date", "body", "files", "names", "inner", "automatic")
MOST_WORDS = 0.9
"""A body is read where it has so many of the words that two readers found."""
LOST_WORDS = 0.5
"""A body is lost where it has fewer of the words that any other reader found."""
ROBOTS = (
    automatic.null_sender, automatic.auto_submitted, automatic.report, automatic.calendar, automatic.auto_reply_header,
    automatic.bulk, automatic.list_digest, automatic.daemon, automatic.automatic_subject,
)  # fmt: skip


@dataclass
class Read:
    """What one reader found; None where it does not say, or raised."""

    sender: str | None = None
    subject: str | None = None
    date: datetime | None = None
    body: str | None = None
    files: int | None = None
    names: tuple[str, ...] | None = None
    inner: bool | None = None
    automatic: bool | None = None
    octets: list[bytes] = field(default_factory=list)
    """Of files; of ours, those that lay in other files too."""
    kept: str = ""
    """Of ours: all that is kept as text or as a file, in letters."""
    raised: list[str] = field(default_factory=list)

    def take(self, fact: str, read: Callable[[], Any]) -> None:
        """Keep what a reader says, or that it raised."""
        try:
            setattr(self, fact, read())
        except Exception as error:  # noqa: BLE001 - what a reader raises is what is counted here.
            self.raised.append(f"{fact}: {type(error).__name__}")


def words(text: str | None) -> Counter[str]:
    return Counter(re.findall(r"\w{3,}", re.sub(r"<[^<>]*>", " ", text or "").lower()))


def utc(moment: datetime | None) -> datetime | None:
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def ours(octets: bytes) -> Read:
    read = Read()
    try:
        message = decode(octets)
    except Exception as error:  # noqa: BLE001 - counted, and the run fails.
        read.raised.append(type(error).__name__)
        return read
    kept = [one for one in message.attachments if not one.container]
    envelope = Envelope(mail_from=None if message.value("Return-Path").strip() == "<>" else "x", rcpt_to="y")
    case = Case(envelope=envelope, received_at=datetime.now(UTC), message=message, raw_sha256="", consultations=())
    read.sender = message.authors[0].address.lower() if message.authors else ""
    read.subject, read.date, read.body = message.subject, message.date, message.text
    read.files, read.names = len(kept), tuple(sorted(one.original_name for one in kept if one.original_name))
    read.inner = bool(message.inner)
    read.automatic = any(rule(case).matched for rule in ROBOTS)
    read.octets = [one.octets for one in message.attachments]
    texts = [message.text, *(one.text for one in message.inner)]
    read.kept = "\n".join([*texts, *(one.decode("utf-8", "replace") for one in read.octets)])
    return read


def by_mail_parser(octets: bytes) -> Read:
    read = Read()
    try:
        mail = mailparser.parse_from_bytes(octets)
    except Exception as error:  # noqa: BLE001 - counted.
        read.raised.append(type(error).__name__)
        return read
    read.take("sender", lambda: mail.from_[0][1].lower() if mail.from_ else "")
    read.take("subject", lambda: str(mail.subject))
    read.take("date", lambda: utc(mail.date))
    read.take("body", lambda: "\n".join(mail.text_plain or mail.text_html))
    read.take("files", lambda: len(mail.attachments))
    read.take("names", lambda: tuple(sorted(one["filename"] for one in mail.attachments if one["filename"])))
    read.take("inner", lambda: any(one["mail_content_type"] == "message/rfc822" for one in mail.attachments))
    read.take("octets", lambda: [_payload(one) for one in mail.attachments])
    return read


def _payload(attachment: dict[str, Any]) -> bytes:
    said = attachment["payload"]
    return b64decode(said) if attachment["binary"] else said.encode("utf-8", "surrogateescape")


def by_default_policy(octets: bytes) -> Read:
    read = Read()
    try:
        mail = email.message_from_bytes(octets, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        files = list(mail.iter_attachments())
    except Exception as error:  # noqa: BLE001 - counted.
        read.raised.append(type(error).__name__)
        return read
    read.take("sender", lambda: mail["from"].addresses[0].addr_spec.lower() if mail["from"] else "")
    read.take("subject", lambda: str(mail["subject"] or ""))
    read.take("date", lambda: utc(mail["date"].datetime) if mail["date"] else None)
    read.take("body", lambda: body.get_content() if (body := mail.get_body(("plain", "html"))) else "")
    read.take("files", lambda: len(files))
    read.take("names", lambda: tuple(sorted(name for one in files if (name := one.get_filename()))))
    read.take("inner", lambda: any(one.get_content_type() == "message/rfc822" for one in files))
    read.take("octets", lambda: [one.get_payload(decode=True) or b"" for one in files])
    return read


READERS: dict[str, Callable[[bytes], Read]] = {
    "ours": ours,
    "mail-parser": by_mail_parser,
    "policy.default": by_default_policy,
}


def expected(row: dict[str, str], reads: Sequence[Read]) -> dict[str, Any]:
    """By the manifest, where it says something; else what two readers agree in. None: nobody knows."""
    tags = {tag.strip() for tag in row["exercises"].split(";")}
    known: dict[str, Any] = {
        "sender": row["ref_from"].strip().lower(),
        "subject": row["ref_subject"],
        "files": int(row["ref_nonbody_parts"]),
        "inner": "nested-message" in tags,
        "automatic": "auto" in tags,
    }
    for fact in ("date", "names"):
        counted = Counter(getattr(read, fact) for read in reads if getattr(read, fact) is not None)
        most = counted.most_common(1)
        known[fact] = most[0][0] if most and most[0][1] > 1 else None
    bodies = [words(read.body) for read in reads]
    known["body"] = (bodies[0] & bodies[1]) | (bodies[0] & bodies[2]) | (bodies[1] & bodies[2])
    return known


def agrees(fact: str, read: Any, known: Any) -> bool:
    if read is None:
        return known is None or (fact == "body" and not known)
    if fact == "subject":
        return " ".join(str(read).split()) == " ".join(known.split())
    if fact == "body":
        return (words(read) & known).total() >= MOST_WORDS * known.total()
    return bool(read == known)


def lost(reads: Sequence[Read]) -> Iterator[str]:
    """What another reader has, and ours kept neither as text nor as a file."""
    mine, files = words(reads[0].kept), {plain(one) for one in reads[0].octets}
    for other in reads[1:]:
        theirs = words(other.body)
        if (mine & theirs).total() < LOST_WORDS * theirs.total():
            yield "lost-body"
        for file in other.octets:
            said = words(file.decode("utf-8", "replace"))
            if (
                plain(file)
                and plain(file) not in files
                and (not said or (mine & said).total() < MOST_WORDS * said.total())
            ):
                yield "lost-file"


def plain(octets: bytes) -> bytes:
    """Line ends, and blanks at the end, are no difference between files."""
    return octets.replace(b"\r\n", b"\n").strip()


def load_verdicts() -> dict[tuple[str, str], str]:
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["fact"]): row["right"] for row in csv.DictReader(file, delimiter="\t")}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--list", action="store_true", help="name every disagreement of ours")
    options = arguments.parse_args()
    logging.disable()
    verdicts = load_verdicts()
    with (options.folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "eml"]
    raw: Counter[tuple[str, str]] = Counter()
    judged: Counter[tuple[str, str]] = Counter()
    raised: Counter[str] = Counter()
    open_questions, listed = [], []
    for row in rows:
        octets = (options.folder / row["file"]).read_bytes()
        reads = [read(octets) for read in READERS.values()]
        known = expected(row, reads)
        for name, read in zip(READERS, reads, strict=True):
            raised[name] += bool(read.raised)
            for fact in FACTS:
                value, mine = getattr(read, fact), getattr(reads[0], fact)
                right = agrees(fact, value, known[fact])
                raw[name, fact] += right
                verdict = verdicts.get((row["file"], fact))
                mine_as_known = words(mine) if fact == "body" else mine
                by_ours = value is not None and agrees(fact, value, mine_as_known)
                judged[name, fact] += {None: right, "ours": by_ours, "both": right or by_ours, "reference": right}[
                    verdict
                ]
                if name == "ours" and not right:
                    listed.append((row["file"], fact, verdict or "?"))
        listed += [(row["file"], fact, verdicts.get((row["file"], fact), "?")) for fact in sorted(set(lost(reads)))]
    open_questions = [one for one in listed if one[2] == "?"]
    print(f"{len(rows)} messages; agreement as it is / after looking at the octets, in %\n")
    print(f"{'':12}" + "".join(f"{name:>18}" for name in READERS))
    for fact in FACTS:
        figures = (
            f"{100 * raw[name, fact] / len(rows):.1f} / {100 * judged[name, fact] / len(rows):.1f}" for name in READERS
        )
        offered = {"mail-parser", "policy.default"} if fact == "automatic" else set()
        print(
            f"{fact:12}"
            + "".join(
                f"{'-' if name in offered else figure:>18}" for name, figure in zip(READERS, figures, strict=True)
            )
        )
    print(f"{'raised':12}" + "".join(f"{raised[name]:>18}" for name in READERS))
    for kind in ("lost-body", "lost-file"):
        truly = sum(1 for _, fact, verdict in listed if fact == kind and verdict not in {"ours", "both"})
        print(f"ours, {kind}: {sum(1 for one in listed if one[1] == kind)} suspected, {truly} found")
    for name, fact, verdict in listed if options.list else open_questions:
        print(f"{fact:10} {verdict:10} {name}")
    print(f"{len(listed)} disagreements of ours, {len(open_questions)} without a verdict")
    return 1 if raised["ours"] or open_questions else 0


if __name__ == "__main__":
    sys.exit(main())

"""Robots are known by what they say of themselves; people who look a little like them are not robots."""

from __future__ import annotations

import pytest
from factories import case, letter, message

from intake.filing import automatic
from intake.filing.case import Rule
from intake.vocabulary.mail import Mailbox


@pytest.mark.parametrize(
    ("rule", "more", "matched"),
    [
        (automatic.auto_submitted, ("Auto-Submitted: auto-replied",), True),
        (automatic.auto_submitted, ("auto-submitted: AUTO-GENERATED (rejected)",), True),
        (automatic.auto_submitted, ("Auto-Submitted: no",), False),
        (automatic.auto_submitted, (), False),
        (automatic.report, ("Content-Type: multipart/report; report-type=delivery-status; boundary=x",), True),
        (automatic.report, ("Content-Type: message/delivery-status",), True),
        (automatic.report, ("Content-Type: message/disposition-notification",), True),
        (automatic.report, ("Content-Type: multipart/mixed; boundary=x",), False),
        (automatic.calendar, ("Content-Type: text/calendar; method=REPLY",), True),
        (automatic.calendar, ("Content-Type: text/calendar; method=counter",), True),
        (automatic.calendar, ("Content-Type: text/calendar; method=REQUEST",), False),
        (automatic.calendar, (), False),
        (automatic.auto_reply_header, ("X-Autoreply: yes",), True),
        (automatic.auto_reply_header, ("x-autorespond: yes",), True),
        (automatic.auto_reply_header, ("X-Failed-Recipients: a@b.example",), True),
        (automatic.auto_reply_header, ("X-Mailer: a program",), False),
        (automatic.bulk, ("Precedence: bulk",), True),
        (automatic.bulk, ("precedence:  JUNK ",), True),
        (automatic.bulk, ("Precedence: auto_reply",), True),
        (automatic.bulk, ("Precedence: list",), False),
        (automatic.bulk, ("Precedence: first-class",), False),
        (automatic.list_digest, ("Content-Type: multipart/digest; boundary=x",), True),
        (automatic.list_digest, ("Content-Type: text/plain", "Content-Type: multipart/digest; boundary=x"), True),
        (automatic.list_digest, ("List-Id: <bees.lists.example>",), False),
    ],
)
def test_a_header_tells_a_robot(rule: Rule, more: tuple[str, ...], matched: bool) -> None:
    finding = rule(case(letter(more=more)))
    assert finding.matched is matched
    assert finding.reason
    assert finding.consultations == ()


@pytest.mark.parametrize(
    ("subject", "more", "matched"),
    [
        ("Bees Digest, Vol 12, Issue 3", ("List-Id: <bees.lists.example>",), True),
        ("BEES DIGEST, VOLUME 12", ("List-Id: <bees.lists.example>",), True),
        ("Bees Digest, Vol 12, Issue 3", (), False),
        ("A digest of our views, voluntarily given", ("List-Id: <bees.lists.example>",), False),
    ],
)
def test_the_digest_of_a_list_is_told_by_its_subject_too(subject: str, more: tuple[str, ...], matched: bool) -> None:
    assert automatic.list_digest(case(letter(subject=subject, more=more))).matched is matched


@pytest.mark.parametrize(("mail_from", "matched"), [(None, True), ("a@b.example", False)])
def test_the_null_sender_is_a_notification(mail_from: str | None, matched: bool) -> None:
    assert automatic.null_sender(case(mail_from=mail_from)).matched is matched


@pytest.mark.parametrize(
    ("address", "matched"),
    [
        ("MAILER-DAEMON@host.example", True),
        ("mailer_daemon@host.example", True),
        ("mailerdaemon@host.example", True),
        ("Postmaster@host.example", True),
        ("post-master@host.example", True),
        ("postmasters-office@host.example", False),
        ("my.mailer-daemon@host.example", False),
        ("amina@postmaster.example", False),
    ],
)
def test_a_mail_system_is_known_by_its_name(address: str, matched: bool) -> None:
    assert automatic.daemon(case(message=message(authors=(Mailbox("", address),)))).matched is matched


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: BEES",
        "AUTO-REPLY your message",
        "Out of Office",
        "Réponse automatique : merci",
        "Respuesta automática",
        "Автоматический ответ: Запрос",
        "自动回复：意见",
        "رد تلقائي",
        "Undelivered Mail Returned to Sender",
        "Automatische Antwort: Bienen",
        "Delivery Status Notification (Failure)",
    ],
)
def test_the_subject_of_an_answering_machine_is_known_in_every_language(subject: str) -> None:
    finding = automatic.automatic_subject(case(message=message(subject=subject)))
    assert finding.matched, subject
    assert "begins with" in finding.reason


@pytest.mark.parametrize(
    "subject",
    [
        "Our response",
        "On automatic reply systems and the open Internet",
        "Re: Out of office",
        "Undeliverable promises in telecommunications",
        "Autonomous networks: our response",
        "Наш ответ",
        "答复：关于性别数字鸿沟",
        "",
    ],
)
def test_the_subject_of_a_person_is_no_robots(subject: str) -> None:
    assert not automatic.automatic_subject(case(message=message(subject=subject))).matched

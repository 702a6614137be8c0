"""The acknowledgement in six languages: what it must say, and what of the message it must never repeat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from factories import AUTHOR, MORNING, delivery, earlier, letter, message

from intake.receipt.letter import MAX_REFERENCES, Letterhead, write_letter
from intake.settings import Settings
from intake.text.catalog import translations
from intake.vocabulary.consultation import UN_LANGUAGES
from intake.vocabulary.letter import Letter
from intake.vocabulary.mail import Mailbox
from intake.vocabulary.submission import Submission

HEAD = Letterhead(group="CWG-Internet", sender="cwg-internet@consultations.example")
ZONES = {
    "ar": "وسط أوروبا",
    "en": "Central European Standard Time",
    "es": "Europa central",
    "fr": "Europe centrale",
    "ru": "Центральная Европа",
    "zh": "中欧",
}
REFERENCE = "CWGI-2026-000017-K"


@pytest.fixture
def write(settings: Settings) -> Any:
    def write_one(octets: bytes | None = None, language: str | None = "en", **changes: Any) -> Letter:
        one = changes.pop("delivery", delivery(id=17))
        rounds = [settings.consultation(slug) for slug in changes.pop("slugs", ("ott",))]
        registered = [
            (
                Submission(
                    reference=REFERENCE if number == 0 else f"CWGI-2026-{number:06d}-X",
                    delivery=17,
                    consultation=round_.slug,
                    registered_at=MORNING,
                    received_at=one.received_at,
                    late=round_.is_late(one.received_at),
                ),
                round_,
            )
            for number, round_ in enumerate(rounds)
        ]
        standard = {
            "head": HEAD,
            "delivery": one,
            "message": message(octets),
            "language": language,
            "registered": registered,
            "replaces": None,
            "now": MORNING,
        }
        return write_letter(**{**standard, **changes})

    return write_one


def parse(one: Letter) -> EmailMessage:
    parsed = message_from_bytes(one.octets, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text(one: Letter) -> str:
    return str(parse(one).get_content())


def said(language: str, msgid: str, **values: object) -> str:
    return translations(language).gettext(msgid) % values


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_the_header_of_a_letter_makes_no_loop_and_finds_its_thread(write: Any, language: str) -> None:
    one = parse(write(language=language))
    expected = {
        "From": HEAD.sender,
        "To": AUTHOR,
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<1.test@labo.example>",
        "References": "<1.test@labo.example>",
        "Content-Language": language,
        "Message-ID": f"<receipt.{REFERENCE}@consultations.example>",
        "Date": "Mon, 30 Nov 2026 09:00:00 +0000",
    }
    assert {name: one[name] for name in expected} == expected
    assert REFERENCE in one["Subject"]
    assert one.get_content_type() == "text/plain"


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_a_letter_states_reference_title_fingerprint_and_moment_with_zone(
    write: Any, settings: Settings, language: str
) -> None:
    body = text(
        write(language=language, delivery=delivery(id=17, received_at=datetime(2026, 11, 30, 22, 30, 5, tzinfo=UTC)))
    )
    assert said(language, "Reference: %(reference)s", reference=REFERENCE) in body
    assert settings.consultation("ott").title_in(language) in body
    assert "ab" * 32 in body
    moment = next(
        line
        for line in body.splitlines()
        if said(language, "Received: %(moment)s", moment="").strip(" :：") in line and "2026" in line
    )
    assert "23:30:05" in moment
    assert ZONES[language] in moment


@pytest.mark.parametrize("language", UN_LANGUAGES)
@pytest.mark.parametrize(("seconds", "late"), [(0, False), (1, True)])
def test_a_letter_says_whether_the_response_was_in_time(
    write: Any, settings: Settings, language: str, seconds: int, late: bool
) -> None:
    at = settings.consultation("ott").deadline + timedelta(seconds=seconds)
    body = text(write(language=language, delivery=delivery(id=17, received_at=at)))
    sentences = {
        True: "It arrived after the deadline of %(deadline)s. It is registered and marked as late.",
        False: "It arrived before the deadline of %(deadline)s.",
    }
    starts = {key: said(language, sentence, deadline="\0").split("\0") for key, sentence in sentences.items()}
    assert all(part in body for part in starts[late])
    assert not all(part in body for part in starts[not late])
    assert "2027" in body


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_nothing_of_the_message_is_repeated(write: Any, language: str) -> None:
    canary = "ZXCANARY"
    octets = letter(
        f"{canary} https://evil.example/{canary}",
        sender=f'"{canary} name" <{AUTHOR}>',
        subject=f"{canary} subject",
        more=(f"X-Other: {canary}", f"Reply-To: {canary}@evil.example", f"To: {canary}@evil.example"),
    )
    one = write(octets, language)
    assert canary not in one.octets.decode() + text(one)
    assert canary not in str(parse(one)["Subject"])


def test_names_of_files_are_not_repeated_but_counted(write: Any) -> None:
    part = b"--b\r\nContent-Type: %s\r\nContent-Disposition: %s; filename=ZXCANARY.pdf\r\n\r\nx\r\n"
    octets = letter("x", more=("Content-Type: multipart/mixed; boundary=b",)).replace(b"x\r\n", b"") + b"".join(
        part % (kind, way)
        for kind, way in ((b"a/b", b"attachment"), (b"a/b", b"attachment"), (b"image/png", b"inline"))
    )
    one = write(octets + b"--b--\r\n")
    assert "Attachments received: 2" in text(one)
    assert "ZXCANARY" not in text(one)
    assert "No attachment was received." in text(write())


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_a_correction_names_what_it_replaces(write: Any, language: str) -> None:
    older = earlier(references=("CWGI-2026-000003-X", "CWGI-2026-000004-X"))
    names = "CWGI-2026-000003-X, CWGI-2026-000004-X"
    assert names in text(write(language=language, replaces=older))
    assert names not in text(write(language=language))


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_a_response_under_two_rounds_names_both(write: Any, settings: Settings, language: str) -> None:
    body = text(write(language=language, slugs=("ott", "gender-divide")))
    for slug in ("ott", "gender-divide"):
        assert settings.consultation(slug).title_in(language) in body
    assert REFERENCE in body
    assert "CWGI-2026-000001-X" in body


@pytest.mark.parametrize(("language", "answered"), [("de", "en"), (None, "en"), ("fr", "fr")])
def test_a_language_that_we_do_not_speak_is_answered_in_english(
    write: Any, language: str | None, answered: str
) -> None:
    assert parse(write(language=language))["Content-Language"] == answered


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_a_letter_is_ascii_on_the_wire_in_lines_that_every_host_takes(write: Any, language: str) -> None:
    octets = write(language=language).octets
    assert octets.isascii()
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998


def test_cause_and_recipient_are_those_of_the_delivery(write: Any) -> None:
    one = write()
    assert (one.cause, one.delivery, one.rcpt_to) == ("receipt:17", 17, AUTHOR)


def test_the_same_letter_is_written_twice_the_same(write: Any) -> None:
    assert write().octets == write().octets


# --- the thread ----------------------------------------------------------------------------------------


def test_references_hold_the_thread_in_order_and_no_more_than_a_client_needs(write: Any) -> None:
    many = tuple(f"<{n}@x.example>" for n in range(30))
    parsed = message(references=many, in_reply_to=("<29@x.example>",))
    given = str(parse(write(message=parsed))["References"]).split()
    assert given[-2:] == ["<29@x.example>", "<1.test@labo.example>"]
    assert len(given) <= MAX_REFERENCES
    assert len(given) == len(set(given))


LONG = "<DB1XX02MB53361234567890ABCDEF0123456789@DB1XX02MB5336.region07.prod.mailhost.example>"


def test_a_long_message_id_is_answered_letter_for_letter(write: Any) -> None:
    octets = write(letter(message_id=LONG)).octets
    assert LONG.encode() in octets.replace(b"\r\n ", b" ").split(b"References:")[0]
    assert octets.replace(b"\r\n ", b" ").count(LONG.encode()) == 2


@pytest.mark.parametrize("message_id", [None, "<é@x.example>"])
def test_without_a_usable_message_id_there_is_no_thread(write: Any, message_id: str | None) -> None:
    one = parse(write(message=message(message_id=message_id)))
    assert one["In-Reply-To"] is None
    assert one["References"] is None


@pytest.mark.parametrize(
    "authors", [(), (Mailbox("", AUTHOR), Mailbox("", "b@x.example"))], ids=["no-author", "two-authors"]
)
def test_only_a_message_of_one_author_is_acknowledged(write: Any, authors: tuple[Mailbox, ...]) -> None:
    with pytest.raises(ValueError, match="one author"):
        write(message=message(authors=authors))


def test_only_a_registered_message_is_acknowledged(write: Any) -> None:
    with pytest.raises(ValueError, match="registered"):
        write(registered=[])


def test_an_english_letter_reads_well(write: Any) -> None:
    body = text(write())
    assert body.startswith("Dear contributor,\n\nThank you.")
    assert "\n\n\n\n" not in body
    assert "{{" not in body
    assert "%(" not in body
    assert body.rstrip().endswith("it is not an opinion on its content.")


def test_replace_keeps_a_letter_frozen(write: Any) -> None:
    one = write()
    assert replace(one, cause="x").octets == one.octets

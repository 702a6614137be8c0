"""Whoever repeats our call without any mark quotes it, and answers between its lines."""

from __future__ import annotations

import pickle

from factories import letter

from intake.reading import Software, knowing
from intake.settings import Settings
from intake.vocabulary.mail import ParsedMessage

HEADER = (
    "From: Secretariat <cwg@itu.example>\nSent: Monday, 12 October 2026 11:00\nTo: Ana\nSubject: Open consultation\n\n"
)


def test_an_answer_within_the_call_that_outlook_quotes_is_own_wherever_it_is_read(settings: Settings) -> None:
    call = next(one for one in settings.consultations if one.slug == "ott").announcement["en"]
    first, mark, rest = call.partition("with OTT?")
    octets = letter(f"We answer below.\n\n{HEADER}{first}{mark}\nThey are many.\n{rest}")
    software = pickle.loads(pickle.dumps(knowing(settings.consultations)))  # As it goes to another process.
    assert software.decode(octets).own_text.split() == ["We", "answer", "below.", "They", "are", "many."]
    assert "They are many." not in Software().decode(octets).own_text


def read_otherwise(octets: bytes) -> ParsedMessage:
    raise AssertionError(octets)


def test_software_that_reads_otherwise_is_left_as_it_is(settings: Settings) -> None:
    other = Software(decode=read_otherwise)
    assert knowing(settings.consultations, other) is other

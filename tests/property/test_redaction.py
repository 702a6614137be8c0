from __future__ import annotations

import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.disclosure.printable import BIDI_CONTROLS, balance, strip_controls
from digest.disclosure.redaction import redact

LOCAL = st.from_regex(r"[a-z0-9][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,6}){1,3}", fullmatch=True)
TEXT = st.text(alphabet=st.sampled_from("ab1 @.+-()\n\"'<>[]\u200b\u202e女ع٣/%40&#64;:atdo"), max_size=300)
PIECES = ("@", "a@", "+1 ", "( at ", "1)", '"@', " @ a.b", "(dot)b", "+", "0 ", "\u202e", "\n", "a.", "tel ", "%40")
LENGTH, SECONDS = 30_000, 4.0
"""Characters, and twenty times what they take: where time grows with the square it is minutes."""


@given(TEXT, LOCAL, DOMAIN, TEXT)
def test_no_address_survives_in_any_surroundings(before: str, local: str, domain: str, after: str) -> None:
    shown = redact(strip_controls(f"{before} {local}@{domain} {after}")).text
    assert f"{local}@{domain}" not in shown
    assert not re.search(r"[a-z0-9]@[a-z0-9]+\.[a-z]{2}", shown)


@given(st.sampled_from(["+", "00"]), st.from_regex(r"[1-9][0-9]{1,2}( [0-9]{2,4}){3}", fullmatch=True))
def test_no_international_number_survives(prefix: str, number: str) -> None:
    assert number not in redact(f"call {prefix}{number}, please").text


@given(st.text(max_size=500))
def test_text_without_digits_and_signs_is_left_alone(text: str) -> None:
    harmless = re.sub(r"[\d@\uff20\ufe6b(\[{<%&]", "", text)
    assert redact(harmless).text == harmless


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4))
def test_no_text_makes_it_run_away(pieces: list[str]) -> None:
    pattern = "".join(pieces)
    hostile = (pattern * (LENGTH // len(pattern) + 1))[:LENGTH]
    begun = time.monotonic()
    redact(hostile)
    balance(hostile)
    assert time.monotonic() - begun < SECONDS


@given(st.text(alphabet=st.sampled_from("ab\n" + BIDI_CONTROLS), max_size=200))
def test_every_line_closes_what_it_opens(text: str) -> None:
    balanced = balance(text)
    assert balance(balanced) == balanced
    assert re.sub(f"[{BIDI_CONTROLS}]", "", balanced) == re.sub(f"[{BIDI_CONTROLS}]", "", text)
    for line in balanced.split("\n"):
        opened = sum(line.count(control) for control in "\u202a\u202b\u2066\u2067\u2068")
        assert opened == line.count("\u202c") + line.count("\u2069")


@given(st.text(max_size=300))
def test_what_is_printed_holds_no_control(text: str) -> None:
    printed = strip_controls(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", printed)
    assert printed == strip_controls(printed)

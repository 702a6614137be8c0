"""What lay in a mailbox, as an arrival; in which portions it is fetched; which folder is meant."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from factories import COMMON, MORNING, OTT, letter

from intake.arrival import mailbox
from intake.arrival.imap import Fetched
from intake.arrival.mailbox import Ours, Place, arrive, batches, find_folder
from intake.vocabulary.mail import Arrival

PLACE = Place(account="office", host="imap.desk.example", folder="INBOX", uidvalidity=7)
EARLIER = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def arrived(octets: bytes, internal_date: datetime | None = EARLIER, hosts: tuple[str, ...] = ()) -> Arrival:
    ours = Ours(addresses={COMMON, OTT}, default_address=COMMON, trusted_hosts=hosts)
    return arrive(Fetched(9, octets, internal_date), octets, PLACE, ours, MORNING, PLACE.key(9))


def test_a_message_is_named_by_account_folder_uidvalidity_and_uid() -> None:
    assert PLACE.key(9) == hashlib.sha256(b"imap\noffice\nINBOX\n7\n9").hexdigest()
    assert len({PLACE.key(9), PLACE.key(9, "ab" * 32), PLACE.key(10)}) == 3


@pytest.mark.parametrize(
    ("more", "to", "rcpt_to"),
    [
        ((), OTT, OTT),
        ((f"Delivered-To: {OTT}",), COMMON, OTT),
        ((f"X-Gm-Original-To: {OTT}", f"Delivered-To: {COMMON}"), COMMON, OTT),
        ((f"Cc: {OTT.upper()}",), "someone@labo.example", OTT.upper()),
        ((), "undisclosed-recipients:;", COMMON),
    ],
)
def test_the_recipient_is_the_address_of_ours_that_the_header_names(
    more: tuple[str, ...], to: str, rcpt_to: str
) -> None:
    assert arrived(letter(to=to, more=more)).envelope.rcpt_to == rcpt_to


@pytest.mark.parametrize(
    ("more", "mail_from"),
    [
        ((), "amina@labo.example"),
        (("Return-Path: <bounces@labo.example>",), "bounces@labo.example"),
        (("Return-Path: <>",), None),
    ],
)
def test_the_reverse_path_is_the_return_path_or_the_author(more: tuple[str, ...], mail_from: str | None) -> None:
    assert arrived(letter(more=more)).envelope.mail_from == mail_from


def test_it_was_received_when_the_mailbox_says() -> None:
    assert arrived(letter()).received_at == EARLIER
    assert arrived(letter(), None).received_at == MORNING
    assert arrived(letter(), LATER).received_at == MORNING, "nothing arrives after it was captured"


def test_a_trusted_relay_goes_before_the_mailbox() -> None:
    octets = b"Received: from x by mx.desk.example; Sun, 29 Nov 2026 20:00:00 +0000\r\n" + letter()
    assert arrived(octets, hosts=("mx.desk.example",)).received_at == datetime(2026, 11, 29, 20, tzinfo=UTC)
    assert arrived(octets, hosts=("mx.other.example",)).received_at == EARLIER


def test_portions_are_bounded_in_number_and_octets_and_a_large_message_goes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "MAX_BATCH_OCTETS", 100)
    assert list(batches({3: 10, 1: 10, 2: 10}, most=2)) == [[1, 2], [3]]
    assert list(batches({1: 60, 2: 60, 3: 500, 4: 40, 5: 60})) == [[1], [2], [3], [4, 5]]
    assert list(batches({})) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("INBOX", "Inbox"),
        ("Junk", "[Gmail]/Spam"),
        ("spam", "[Gmail]/Spam"),
        ("Sent", "Sent"),
        ("sent", None),
        ("Drafts", None),
    ],
)
def test_which_folder_is_meant(wanted: str, found: str | None) -> None:
    folders = {"Inbox": frozenset[str](), "Sent": frozenset({"\\sent"}), "[Gmail]/Spam": frozenset({"\\junk"})}
    assert find_folder(wanted, folders) == found


def test_a_folder_of_that_name_goes_before_the_attribute() -> None:
    assert find_folder("Junk", {"Spam": frozenset({"\\junk"}), "Junk": frozenset()}) == "Junk"

"""Where we stand in mailboxes: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from factories import AGENT, MORNING, arrival
from sqlalchemy import func, select

from intake.capture import spool
from intake.collecting.survey import left_behind
from intake.storage import mailboxes
from intake.storage.mailboxes import Cursor, Refusal
from intake.storage.session import Store
from intake.storage.tables import deliveries


def begin(store: Store, uidvalidity: int = 7, folder: str = "INBOX") -> Cursor:
    with store.write() as connection:
        return mailboxes.open_cursor(connection, "office", folder, uidvalidity, MORNING)


def take(store: Store, cursor: Cursor, many: Mapping[int, bytes]) -> dict[int, int]:
    """Messages by UID, as a clerk enters them; the delivery of each."""
    with store.write() as connection:
        sha256s = {uid: octets.hex().ljust(64, "0") for uid, octets in many.items()}
        known = mailboxes.recognise(connection, cursor, sha256s)
        fresh = [uid for uid in many if uid not in known.deliveries]
        given = spool.capture(connection, [arrival(many[uid]) for uid in fresh], AGENT)
        taken = {**known.deliveries, **{uid: number for uid, number in zip(fresh, given, strict=True) if number}}
        mailboxes.note_taken(connection, cursor, [(uid, sha256s[uid], taken[uid]) for uid in sorted(taken)])
        mailboxes.advance(connection, cursor, max(many), MORNING)
    return taken


def captured(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(deliveries)) or 0


def test_a_mailbox_is_taken_up_where_it_was_left(any_store: Store) -> None:
    cursor = begin(any_store)
    assert cursor.last_uid == 0
    take(any_store, cursor, {3: b"a", 2**32 - 1: b"b"})
    again = begin(any_store)
    assert (again.mailbox, again.last_uid) == (cursor.mailbox, 2**32 - 1)
    assert begin(any_store, folder="Junk").mailbox != cursor.mailbox
    with any_store.read() as connection:
        assert mailboxes.known_uids(connection, again, 10**6) == {3, 2**32 - 1}


def test_the_same_octets_under_new_uids_of_one_uidvalidity_are_new_deliveries(any_store: Store) -> None:
    cursor = begin(any_store)
    take(any_store, cursor, {1: b"same", 2: b"same"})
    take(any_store, cursor, {3: b"same"})
    assert captured(any_store) == 3


def test_taken_again_nothing_is_new(any_store: Store) -> None:
    cursor = begin(any_store)
    first = take(any_store, cursor, {1: b"a", 2: b"b"})
    assert take(any_store, cursor, {1: b"a", 2: b"b"}) == first
    assert captured(any_store) == 2


def test_a_new_uidvalidity_finds_each_delivery_again_once(any_store: Store) -> None:
    first = take(any_store, begin(any_store, 7), {1: b"same", 2: b"same", 3: b"other"})
    cursor = begin(any_store, 8)
    assert cursor.last_uid == 0
    second = take(any_store, cursor, {1: b"other", 2: b"same"})
    second |= take(any_store, cursor, {3: b"same", 4: b"same", 5: b"other"})
    assert Counter(second[uid] for uid in (1, 2, 3)) == Counter(first.values())
    assert captured(any_store) == 5, "one more of each has come"
    back = take(any_store, begin(any_store, 7), {1: b"same", 2: b"same", 3: b"other"})
    assert back == first
    assert captured(any_store) == 5


def test_another_folder_knows_nothing_of_it(any_store: Store) -> None:
    take(any_store, begin(any_store), {1: b"same"})
    take(any_store, begin(any_store, folder="Junk"), {1: b"same"})
    assert captured(any_store) == 2


def test_a_uid_given_to_two_messages_loses_neither(any_store: Store) -> None:
    cursor = begin(any_store)
    take(any_store, cursor, {1: b"one"})
    with any_store.read() as connection:
        known = mailboxes.recognise(connection, cursor, {1: b"two".hex().ljust(64, "0")})
    assert (known.deliveries, known.reused) == ({}, {1})
    take(any_store, cursor, {1: b"two"})
    assert captured(any_store) == 2


def test_what_stays_there_is_noted_until_it_is_taken_or_its_name_is_void(any_store: Store) -> None:
    cursor = begin(any_store)
    with any_store.write() as connection:
        assert mailboxes.refuse(connection, cursor, 5, 3 * 10**9, Refusal.OVERSIZE, MORNING)
        assert not mailboxes.refuse(connection, cursor, 5, 3 * 10**9, Refusal.OVERSIZE, MORNING)
        assert mailboxes.refuse(connection, cursor, 6, 10, Refusal.UNFETCHABLE, MORNING)
        assert mailboxes.known_uids(connection, cursor, 10**6) == {5}
        assert mailboxes.known_uids(connection, cursor, 4 * 10**9) == set()
    large, odd = [said for _, passed, said in left_behind(any_store) if not passed]
    assert large.startswith("message 5 stays there: it has 3000000000 octets; raise imap.max_octets, or save it")
    assert odd.startswith("message 6 stays there: the server does not give it out; look at it there, or save it")
    take(any_store, cursor, {6: b"at last"})
    with any_store.read() as connection:
        assert [one.uid for one in mailboxes.refusals(connection)] == [5]
    begin(any_store, 8)
    assert list(left_behind(any_store)) == []


def test_what_is_safe_is_flagged_or_moved_once(any_store: Store) -> None:
    cursor = begin(any_store)
    take(any_store, cursor, {1: b"a", 2: b"b"})
    with any_store.write() as connection:
        assert mailboxes.untidied(connection, cursor) == [1, 2]
        mailboxes.mark_tidied(connection, cursor, [1])
        mailboxes.mark_tidied(connection, cursor, [])
        assert mailboxes.untidied(connection, cursor) == [2]

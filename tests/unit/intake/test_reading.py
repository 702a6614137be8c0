"""Reading a message with its files: each file once, and whatever a file costs, the message goes on."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import reader
from factories import arrival, captured, with_files
from sqlalchemy import func, select

from intake import reading
from intake.capture import spool
from intake.decoding.documents.limits import Limits
from intake.errors import SandboxUnavailable
from intake.reading import Software, read
from intake.storage import documents
from intake.storage.session import Store
from intake.storage.tables import documents as table
from intake.vocabulary.document import Block, BlockKind, Document, Flag
from intake.vocabulary.mail import Delivery
from intake.vocabulary.reading import Reading

SPELLER = Software(extract=reader.spell, read_by="speller 1")
ANSWER = ("answer.pdf", "application/pdf", reader.HEAD + b"Yes, we do.\nAnd gladly.")
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a line for each file that was read."""
    path = tmp_path / "counted"
    path.touch()
    monkeypatch.setenv(reader.COUNTED, str(path))
    return path


def take(store: Store, octets: bytes) -> Delivery:
    (number,) = captured(store, arrival(octets))
    with store.read() as connection:
        return spool.load(connection, number)


def read_here(store: Store, home: Path, octets: bytes, software: Software = SPELLER) -> Reading:
    return read(take(store, octets), store, home, software)


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_files_are_read_and_kept(store: Store, home: Path) -> None:
    found = read_here(store, home, with_files(ANSWER, ("b.pdf", "application/pdf", reader.HEAD + b"More.")))
    assert [one.text for one in found.documents.values()] == ["Yes, we do.\nAnd gladly.", "More."]
    assert list(found.documents) == [one.sha256 for one in found.message.attachments]
    assert (found.read_by, found.unread) == ("speller 1", {})
    with store.read() as connection:
        assert documents.load(connection, list(found.documents), "speller 1") == found.documents
        assert documents.load(connection, list(found.documents), "speller 2") == {}


def test_a_file_that_is_mailed_a_thousand_times_is_read_once(store: Store, home: Path, counted: Path) -> None:
    for number in range(20):
        found = read_here(store, home, with_files(ANSWER, body=f"Letter {number}"))
        assert [one.text for one in found.documents.values()] == ["Yes, we do.\nAnd gladly."]
    read_here(store, home, with_files(ANSWER, ANSWER))
    assert counted.read_text() == "answer.pdf\n"
    assert count(store) == 1


def test_processes_that_meet_the_same_file_at_once_read_it_once(store: Store, home: Path, counted: Path) -> None:
    taken = [take(store, with_files(ANSWER, body=f"Letter {number}")) for number in range(4)]
    texts: list[str] = []

    def work(delivery: Delivery) -> None:
        found = read(delivery, store, home, Software(extract=slow, read_by="speller 1"))
        texts.extend(one.text for one in found.documents.values())

    threads = [threading.Thread(target=work, args=(delivery,)) for delivery in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["Yes, we do.\nAnd gladly."] * 4
    assert counted.read_text() == "answer.pdf\n"


def slow(octets: bytes, name: str, declared_type: str, limits: Limits) -> Document:
    time.sleep(0.2)
    return reader.spell(octets, name, declared_type, limits)


@pytest.mark.parametrize(
    ("name", "kind", "octets", "disposition", "is_read"),
    [
        ("page.png", "image/png", PICTURE + b"x" * reading.MIN_PICTURE_OCTETS, "attachment", True),
        ("logo.png", "image/png", PICTURE + b"x" * 2000, "attachment", False),
        ("photo.png", "image/png", PICTURE + b"x" * reading.MIN_INLINE_PICTURE_OCTETS, "inline", True),
        ("banner.png", "image/png", PICTURE + b"x" * 100_000, "inline", False),
        ("inline.pdf", "application/pdf", reader.HEAD + b"small, and a text", "attachment", True),
        ("song.mp3", "audio/mpeg", b"ID3" + b"x" * 1_000_000, "attachment", False),
        ("empty.pdf", "application/pdf", b"", "attachment", False),
    ],
)
def test_what_is_a_document(
    store: Store, home: Path, name: str, kind: str, octets: bytes, disposition: str, is_read: bool
) -> None:
    found = read_here(store, home, with_files((name, kind, octets), disposition=disposition))
    assert bool(found.documents) == is_read
    assert found.unread == {}


def test_of_a_file_that_only_calls_itself_a_document_nothing_is_read_and_nothing_kept(
    store: Store, home: Path, counted: Path
) -> None:
    found = read_here(store, home, with_files(("noise.pdf", "application/pdf", b"\x00\x01noise")))
    assert (found.documents, list(found.unread.values()), count(store)) == ({}, [Flag.UNSUPPORTED], 0)
    assert counted.read_text() == ""


def test_of_very_many_files_those_that_are_left_alone_are_named(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_DOCUMENTS", 3)
    files = [(f"{number}.pdf", "application/pdf", reader.HEAD + f"Answer {number}".encode()) for number in range(5)]
    found = read_here(store, home, with_files(*files))
    names = {one.sha256: one.name for one in found.message.attachments}
    assert [names[sha256] for sha256 in found.documents] == ["0.pdf", "1.pdf", "2.pdf"]
    assert {names[sha256]: flag for sha256, flag in found.unread.items()} == {
        "3.pdf": Flag.TOO_LARGE,
        "4.pdf": Flag.TOO_LARGE,
    }
    assert found.document(found.message.attachments[4].sha256) == Document(flags=(Flag.TOO_LARGE,))


def test_of_endless_texts_the_rest_is_left_alone_each_time(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 10)
    files = [(f"{n}.pdf", "application/pdf", reader.HEAD + f"Answer {n}".encode()) for n in range(4)]
    for _ in range(2):
        found = read_here(store, home, with_files(*files))
        assert [one.text for one in found.documents.values()] == ["Answer 0", "Answer 1"]
        assert list(found.unread.values()) == [Flag.TOO_LARGE] * 2
        read_here(store, home, with_files(*reversed(files)))  # Now all of them are known.


def test_where_the_time_of_a_message_is_over_its_files_wait_for_another_reading(store: Store, home: Path) -> None:
    hasty = Software(extract=reader.spell, read_by="speller 1", seconds=0.0)
    octets = with_files(ANSWER)
    found = read_here(store, home, octets, hasty)
    assert (found.documents, list(found.unread.values()), count(store)) == ({}, [Flag.NOT_READ], 0)
    assert len(read_here(store, home, octets).documents) == 1


def test_a_file_that_took_too_long_because_others_did_is_not_blamed(store: Store, home: Path) -> None:
    octets = with_files(("slow.pdf", "application/pdf", reader.HEAD + b"TIMED_OUT"))
    hurried = Software(extract=reader.spell, read_by="speller 1", seconds=60.0)
    assert list(read_here(store, home, octets, hurried).unread.values()) == [Flag.NOT_READ]
    assert count(store) == 0
    assert [one.flags for one in read_here(store, home, octets).documents.values()] == [(Flag.TIMED_OUT,)]
    assert count(store) == 1


def test_the_less_time_is_left_the_less_a_scan_is_given(store: Store, home: Path) -> None:
    given: list[float] = []

    def note(octets: bytes, name: str, declared_type: str, limits: Limits) -> Document:
        given.append(limits.recognition_seconds)
        return Document()

    for seconds in (1000.0, 60.0):
        read_here(
            store,
            home,
            with_files((f"{seconds}.pdf", "application/pdf", reader.HEAD + str(seconds).encode())),
            Software(extract=note, read_by="note", seconds=seconds),
        )
    assert given[0] == Limits().recognition_seconds
    assert 30.0 < given[1] <= 60.0 - Limits().wall_seconds


def test_what_took_too_long_is_tried_again_only_where_that_is_wanted(store: Store, home: Path, counted: Path) -> None:
    octets = with_files(("slow.pdf", "application/pdf", reader.HEAD + b"TIMED_OUT"), ANSWER)
    read_here(store, home, octets)
    read_here(store, home, octets)
    assert counted.read_text().splitlines() == ["slow.pdf", "answer.pdf"]
    read_here(store, home, octets, Software(extract=reader.spell, read_by="speller 1", again=True))
    assert counted.read_text().splitlines() == ["slow.pdf", "answer.pdf", "slow.pdf"]


def test_where_no_sandbox_is_the_message_is_read_without_its_files(store: Store, home: Path) -> None:
    def refuse(octets: bytes, name: str, declared_type: str, limits: Limits) -> Document:
        raise SandboxUnavailable("no sandbox for documents")

    found = read_here(store, home, with_files(ANSWER), Software(extract=refuse, read_by="speller 1"))
    assert found.message.text.strip() == "We answer in the file."
    assert (found.documents, list(found.unread.values())) == ({}, [Flag.NOT_READ])


FRENCH = "Nous remercions le secrétariat et répondons oui à la première question posée par le groupe."


@pytest.mark.parametrize(
    ("body", "subject", "file", "language"),
    [
        ("", "Our response to the open consultation of the group", FRENCH, "fr"),
        ("Please find our answers to the questions in the file.", "Response", FRENCH, "fr"),  # A cover, as of 056.
        ("We answer your questions here, and add a short note in French below for your staff. " * 4, "R", FRENCH, "en"),
        ("", "Our response to the open consultation of the group", "1 2 3", "en"),
    ],
)
def test_the_language_is_that_of_the_response_wherever_it_stands(
    store: Store, home: Path, body: str, subject: str, file: str, language: str
) -> None:
    octets = with_files(("réponse.pdf", "application/pdf", reader.HEAD + file.encode()), body=body, subject=subject)
    assert read_here(store, home, octets).language == language


def test_our_own_reader_reads_in_its_sandbox(store: Store, home: Path) -> None:
    from weasyprint import HTML

    octets = HTML(string="<h1>Response</h1><p>We support the proposal of the group in full.</p>").write_pdf()
    found = read_here(store, home, with_files(("answer.pdf", "application/pdf", octets)), Software())
    (document,) = found.documents.values()
    assert "We support the proposal of the group in full." in document.text
    assert found.read_by.startswith("documents ")


def test_every_kind_of_block_comes_back_from_the_store_as_it_went(store: Store) -> None:
    blocks = tuple(
        Block(kind, f"{kind.value} é\u0631\u4e2d", level=number, table=number, row=2, column=3, tag="q1")
        for number, kind in enumerate(BlockKind)
    )
    document = Document(blocks=blocks, comments=("why?",), flags=tuple(Flag), engine="e 1")
    with store.write() as connection:
        documents.keep(connection, "ab" * 32, "r", document)
        documents.keep(connection, "ab" * 32, "r", document)
        assert documents.load(connection, ["ab" * 32], "r") == {"ab" * 32: document}
        assert documents.load(connection, [], "r") == {}


def test_a_file_is_read_in_the_charset_that_its_part_declares(store: Store, home: Path) -> None:
    """Windows-1256 in a spreadsheet of few words looks like other charsets, and was read as one of them."""
    text = "السؤال;الجواب\n1;نعم نوافق\n2;لا نعرف\n"
    octets = with_files(("ردود.csv", "text/csv; charset=windows-1256", text.encode("windows-1256")))
    (document,) = read_here(store, home, octets, Software()).documents.values()
    assert (document.text, document.flags) == (text.strip(), ())

"""Mail from disk: what counts as mail, in which order, and what the envelope is taken from."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories import COMMON, MORNING, OTT, letter

from intake.arrival import archives, folder, mbox
from intake.arrival.folder import OLE_MAGIC, Found, Mark, Noted, Passed, arrive, find, measure
from intake.arrival.manifest import Witness
from intake.errors import UnreadableSource
from intake.importing import import_paths
from intake.pipeline import Desk
from intake.settings import Settings
from intake.storage.session import Store
from intake.vocabulary.mail import Arrival, Transport
from intake.vocabulary.provenance import Agent

FROM = b"From amina@labo.example Mon Nov 30 09:00:00 2026\n"


def names(*paths: Path, listed: tuple[str, ...] = ()) -> list[str]:
    return [found.name for found in find(paths, listed) if isinstance(found, Found)]


def put(path: Path, octets: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    return path


# --- what is mail, and in which order -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "octets", "mail"),
    [
        ("a.eml", b"", True),
        ("a.EML", b"no header", True),
        ("a.mai", b"x", True),
        ("a.rfc822", b"x", True),
        ("a", letter(), True),
        ("a.txt", b"\xef\xbb\xbf" + letter(), True),
        ("a.txt", b"\r\n\r\n" + letter(), True),
        ("a.txt", b"Dear all,\n\nplease find our response attached.\n", False),
        ("a.txt", b"Subject: only one line that looks like a header\n\ntext\n", False),
        ("a.pdf", b"%PDF-1.7\n", False),
        ("empty", b"", False),
        ("cur/1.M1P1.host:2,S", b"short", True),
        ("new/1.M1P1.host", b"short", True),
        ("manifest.jsonl", b'{"file": "a.eml"}\n', False),
    ],
)
def test_what_counts_as_mail(tmp_path: Path, name: str, octets: bytes, mail: bool) -> None:
    put(tmp_path / name, octets)
    (found,) = find([tmp_path])
    assert isinstance(found, Found) is mail
    assert found.name == name
    if isinstance(found, Passed):
        assert "mail message" in found.why


def test_a_file_that_is_named_is_mail_whatever_it_looks_like(tmp_path: Path) -> None:
    assert names(put(tmp_path / "odd.txt", b"no header at all")) == ["odd.txt"]


def test_files_come_by_name_with_their_folders(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "sub/c.eml", "a/z.eml"):
        put(tmp_path / name, letter())
    assert names(tmp_path) == ["a.eml", "a/z.eml", "b.eml", "sub/c.eml"]


def test_the_order_of_the_manifest_goes_before_names(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml", "c.eml", "d.eml"):
        put(tmp_path / name, letter())
    assert names(tmp_path, listed=("c.eml", "a.eml")) == ["c.eml", "a.eml", "b.eml", "d.eml"]


def test_an_mbox_gives_its_messages_by_number(tmp_path: Path) -> None:
    path = put(tmp_path / "round.mbox", FROM + letter("one") + b"\n" + FROM + letter("two"))
    found = [one for one in find([path]) if isinstance(one, Found)]
    assert [one.name for one in found] == ["round.mbox#1", "round.mbox#2"]
    assert {one.from_line for one in found} == {"amina@labo.example"}
    assert b"two" in found[1].octets


def test_an_eml_that_begins_like_an_mbox_stays_one_message(tmp_path: Path) -> None:
    assert names(put(tmp_path / "a.eml", FROM + letter())) == ["a.eml"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / "secret.eml", letter())
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.eml").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    assert names(inside) == []


def test_what_a_maildir_has_not_finished_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "cur" / "1", letter())
    put(tmp_path / "new" / "2", letter())
    put(tmp_path / "tmp" / "3", letter())
    assert names(tmp_path) == ["cur/1", "new/2"]


def test_a_file_beyond_the_limit_is_passed_over_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILE_OCTETS", 10)
    put(tmp_path / "big.eml", letter())
    (passed,) = find([tmp_path])
    assert isinstance(passed, Passed)
    assert (passed.name, passed.why) == ("big.eml", "larger than 10 octets")


def test_a_path_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"nowhere: there is no such file or folder; check the path\.$"):
        list(find([tmp_path / "nowhere"]))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.eml", letter())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableSource, match=r"a\.eml: cannot be read \(Permission denied\)\.$"):
        list(find([path]))


# --- the envelope -------------------------------------------------------------------------------------------


def arrived(
    octets: bytes, witness: Witness | None = None, *, from_line: str = "", hosts: tuple[str, ...] = ()
) -> Arrival:
    return arrive(
        Found(name="a.eml", path=Path("/somewhere/a.eml"), octets=octets, from_line=from_line),
        witness=witness,
        now=MORNING,
        addresses={COMMON, OTT},
        default_address=COMMON,
        trusted_hosts=hosts,
    )


def said(**values: object) -> Witness:
    return Witness(**{"mail_from": None, "rcpt_to": None, "received_at": None, **values})


@pytest.mark.parametrize(
    ("more", "witness", "from_line", "mail_from"),
    [
        ((), None, "", "amina@labo.example"),
        ((), None, "box@labo.example", "box@labo.example"),
        ((), None, "-", "amina@labo.example"),
        (("Return-Path: <rp@labo.example>",), None, "box@labo.example", "rp@labo.example"),
        (("Return-Path: <>",), None, "box@labo.example", None),
        (("Return-Path:  ",), None, "box@labo.example", "box@labo.example"),
        (("Return-Path: <rp@labo.example>",), said(mail_from="m@labo.example"), "", "m@labo.example"),
        (("Return-Path: <rp@labo.example>",), said(mail_from=""), "", None),
        (("Return-Path: <rp@labo.example>",), said(), "", "rp@labo.example"),
    ],
)
def test_the_reverse_path_is_the_best_that_is_known(
    more: tuple[str, ...], witness: Witness | None, from_line: str, mail_from: str | None
) -> None:
    assert arrived(letter(more=more), witness, from_line=from_line).envelope.mail_from == mail_from


@pytest.mark.parametrize(
    ("to", "more", "witness", "rcpt_to"),
    [
        ("someone@else.example", (), None, COMMON),
        (OTT, (), None, OTT),
        (f"Office <{OTT.upper()}>", (), None, OTT.upper()),
        ("someone@else.example", (f"Cc: {OTT}",), None, OTT),
        (COMMON, (f"Delivered-To: {OTT}",), None, OTT),
        (COMMON, (f"X-Original-To: {OTT}",), None, OTT),
        (OTT, (), said(rcpt_to="office@else.example"), "office@else.example"),
        (OTT, (), said(rcpt_to=""), OTT),
    ],
)
def test_the_recipient_is_the_first_address_of_ours_that_is_named(
    to: str, more: tuple[str, ...], witness: Witness | None, rcpt_to: str
) -> None:
    assert arrived(letter(to=to, more=more), witness).envelope.rcpt_to == rcpt_to


HOP = "Received: from far.example by mx.desk.example with ESMTP; Sun, 29 Nov 2026 08:00:00 +0000"


@pytest.mark.parametrize(
    ("witness", "hosts", "received_at"),
    [
        (None, (), MORNING),
        (None, ("mx.desk.example",), datetime(2026, 11, 29, 8, tzinfo=UTC)),
        (
            said(received_at=datetime(2026, 11, 28, tzinfo=UTC)),
            ("mx.desk.example",),
            datetime(2026, 11, 28, tzinfo=UTC),
        ),
        (said(), ("mx.desk.example",), datetime(2026, 11, 29, 8, tzinfo=UTC)),
    ],
)
def test_received_is_what_the_manifest_says_else_a_trusted_host_else_now(
    witness: Witness | None, hosts: tuple[str, ...], received_at: datetime
) -> None:
    one = arrived(letter(more=(HOP,)), witness, hosts=hosts)
    assert one.received_at == received_at
    assert one.captured_at == MORNING
    assert one.transport is Transport.FOLDER
    assert one.source_file == "a.eml"


@pytest.mark.parametrize("header", ["From", "To", "Return-Path"])
def test_an_address_of_nested_comments_does_not_stop_the_import(header: str) -> None:
    octets = f"{header}: {'(' * 20_000}\r\nSubject: x\r\n\r\ntext\r\n".encode()
    assert arrived(octets).envelope.rcpt_to == COMMON


def test_the_key_names_path_octets_and_recipient() -> None:
    key = arrived(letter()).arrival_key
    assert key == arrived(letter()).arrival_key
    assert key != arrived(letter("other")).arrival_key
    assert key != arrived(letter(), said(rcpt_to=OTT)).arrival_key


# --- nothing twice ------------------------------------------------------------------------------------------


@pytest.fixture
def desk(store: Store, settings: Settings, clock: object) -> Desk:
    return Desk(store=store, settings=settings, clock=clock, agent=Agent("test", "1"))  # type: ignore[arg-type]


def test_importing_again_captures_nothing_and_a_new_file_alone(tmp_path: Path, desk: Desk) -> None:
    mail = tmp_path / "mail"
    put(mail / "a.eml", letter("a"))
    put(mail / "box.mbox", FROM + letter("b") + b"\n" + FROM + letter("c"))
    put(mail / "notes.txt", b"nothing")
    first = import_paths([mail], None, desk)
    assert (first.captured, first.known, len(first.passed)) == (3, 0, 1)
    again = import_paths([mail], None, desk)
    assert (again.captured, again.known) == (0, 3)
    put(mail / "new.eml", letter("d"))
    assert import_paths([mail], None, desk).captured == 1


def test_a_path_given_twice_is_captured_once(tmp_path: Path, desk: Desk) -> None:
    path = put(tmp_path / "a.eml", letter())
    tally = import_paths([path, path], None, desk)
    assert (tally.captured, tally.known) == (1, 1)


def test_a_folder_and_then_a_folder_inside_it_is_captured_once(tmp_path: Path, desk: Desk) -> None:
    put(tmp_path / "mail" / "sub" / "a.eml", letter())
    assert import_paths([tmp_path / "mail"], None, desk).captured == 1
    assert import_paths([tmp_path / "mail" / "sub"], None, desk).captured == 0


def test_the_same_octets_in_two_files_are_two_deliveries(tmp_path: Path, desk: Desk) -> None:
    put(tmp_path / "mail" / "a.eml", letter())
    put(tmp_path / "mail" / "b.eml", letter())
    assert import_paths([tmp_path / "mail"], None, desk).captured == 2


# --- what an mbox was taken for, Outlook files, archives ------------------------------------------------------


def items(*paths: Path) -> list[object]:
    return list(find(paths))


def test_what_an_mbox_was_taken_for_is_noted(tmp_path: Path) -> None:
    path = put(tmp_path / "box.mbox", FROM + letter("one\n>From here\n>>From there").replace(b"\r\n", b"\n"))
    assert items(path)[-1] == Noted("box.mbox", "taken for mboxrd; 2 lines unquoted")


def test_a_message_of_an_mbox_that_is_too_large_is_passed_over_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MAX_MESSAGE_OCTETS", 2000)
    monkeypatch.setattr(mbox, "BLOCK_OCTETS", 500)
    path = put(tmp_path / "box.mbox", FROM + letter("x\r\n" * 2000) + b"\n" + FROM + letter("small"))
    first, second, _ = items(path)
    assert isinstance(first, Passed)
    assert isinstance(second, Found)
    assert (first.name, second.name) == ("box.mbox#1", "box.mbox#2")


OLE = OLE_MAGIC + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "octets", "mail"),
    [
        ("a.msg", OLE, True),
        ("a.MSG", OLE, True),
        ("a.doc", OLE, False),
        ("a.msg", letter(), True),
        ("a.msg", b"something else", False),
    ],
)
def test_outlook_files_are_mail_and_other_ole_files_are_not(
    tmp_path: Path, name: str, octets: bytes, mail: bool
) -> None:
    put(tmp_path / "m" / name, octets)
    (found,) = items(tmp_path / "m")
    assert isinstance(found, Found) is mail
    assert not mail or found.octets == octets  # type: ignore[union-attr]


def test_the_envelope_of_an_outlook_file_is_that_of_the_header_in_it() -> None:
    one = arrive(
        Found(name="a.msg", path=Path("/x/a.msg"), octets=OLE),
        witness=None,
        now=MORNING,
        addresses={OTT},
        default_address=COMMON,
        trusted_hosts=("mx.desk.example",),
        header_of=lambda _: letter(to=OTT, more=(HOP,)).partition(b"\r\n\r\n")[0],
    )
    assert (one.envelope.mail_from, one.envelope.rcpt_to) == ("amina@labo.example", OTT)
    assert one.received_at == datetime(2026, 11, 29, 8, tzinfo=UTC)
    assert one.octets == OLE


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return path


def test_an_archive_gives_what_a_folder_would(tmp_path: Path) -> None:
    files = {
        "a.eml": letter("a"),
        "box.mbox": FROM + letter("b") + b"\n" + FROM + letter("c"),
        "Maildir/cur/1:2,S": b"short",
        "notes.txt": b"nothing",
        "o.msg": OLE,
        "in.zip": b"PK",
    }
    found = items(zipped(tmp_path / "round.zip", files))
    assert [(type(one).__name__, one.name) for one in found] == [  # type: ignore[attr-defined]
        ("Found", "round.zip/a.eml"),
        ("Found", "round.zip/box.mbox#1"),
        ("Found", "round.zip/box.mbox#2"),
        ("Noted", "round.zip/box.mbox"),
        ("Found", "round.zip/Maildir/cur/1:2,S"),
        ("Passed", "round.zip/notes.txt"),
        ("Found", "round.zip/o.msg"),
        ("Passed", "round.zip/in.zip"),
    ]
    marks = [one.mark for one in found if isinstance(one, Found)]
    assert marks == [Mark(1, 1), None, None, Mark(3, 4), Mark(5, 5)]


def test_the_rest_of_an_archive_that_unfolds_too_far_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_OCTETS", 2**18)
    path = zipped(tmp_path / "round.zip", {"a.eml": letter(), "b.eml": b"\0" * 2**20, "c.eml": letter()})
    first, second = items(path)
    assert isinstance(first, Found)
    assert second == Passed("round.zip", "unfolds to more than 200 times its size")


def test_a_damaged_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "round.zip", {"a.eml": letter("a"), "b.eml": letter("b"), "c.eml": letter("c")})
    octets = bytearray(path.read_bytes())
    place = octets.index(b"b.eml") + len("b.eml") + 20
    octets[place : place + 20] = bytes(20)
    path.write_bytes(octets)
    found = items(path)
    assert [type(one).__name__ for one in found] == ["Found", "Passed", "Found"]
    assert found[1].name == "round.zip/b.eml"  # type: ignore[attr-defined]


def test_the_size_that_is_shown_as_a_whole_is_that_of_all_files(tmp_path: Path) -> None:
    put(tmp_path / "m" / "a.eml", b"12345")
    put(tmp_path / "m" / "sub" / "b.eml", b"123")
    assert measure([tmp_path / "m", tmp_path / "m" / "a.eml", tmp_path / "nowhere"]) == 13

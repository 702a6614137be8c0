"""A message taken apart as values: structure, limits, boundaries that were mistreated, octets as they stood."""

from __future__ import annotations

import time
from base64 import encodebytes
from email import message_from_bytes
from email.message import Message

import pytest
from system import SHARED

from intake.decoding import parts
from intake.decoding.parts import MAX_FIELD_CHARACTERS, MAX_HEADER_CHARACTERS, Part, read_tree
from intake.decoding.tolerant import MAX_DEPTH, MAX_PARTS

TOP = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
WORDS = b"Content-Type: text/plain\r\n\r\nwords"


def leaves(part: Part) -> list[tuple[str, bytes]]:
    """Type and octets of every leaf, in order."""
    if not part.children:
        return [(part.content_type, part.octets)]
    return [leaf for child in part.children for leaf in leaves(child)]


def test_a_part_is_a_plain_value() -> None:
    octets = TOP + b"preamble\r\n--b\r\n" + WORDS + b"\r\n--b--\r\nepilogue\r\n"
    whole = read_tree(octets)
    assert whole == Part(
        fields=(("Subject", "x"), ("Content-Type", "multipart/mixed; boundary=b")),
        content_type="multipart/mixed",
        children=(Part(fields=(("Content-Type", "text/plain"),), content_type="text/plain", octets=b"words"),),
        epilogue=b"epilogue",
    )
    assert whole == read_tree(octets)
    assert hash(whole) == hash(read_tree(octets))


def test_fields_keep_folds_and_octets_as_they_stood() -> None:
    part = read_tree(b"Subject: a\r\n\tb \xe9\r\nX:\r\nsubject:c\r\n\r\n")
    assert part.fields == (("Subject", "a\r\n\tb \udce9"), ("X", ""), ("subject", "c"))
    assert part.raw("SUBJECT") == ["a\r\n\tb \udce9", "c"]


@pytest.mark.parametrize(
    ("fields", "kind", "disposition"),
    [
        (b"", "text/plain", ""),
        (
            b"Content-Type: Text/HTML; charset=x\r\nContent-Disposition: Attachment; filename=a\r\n",
            "text/html",
            "attachment",
        ),
        (b"Content-Type: text/plain>\r\n", "text/plain", ""),
        (b"Content-Type: text\r\n", "text/plain", ""),
        (b"Content-Type: \xe9/\xe9\r\n", "text/plain", ""),
        (b"Content-Type: image/png (a comment)\r\nContent-Disposition: ;filename=a\r\n", "image/png", ""),
        (b'Content-Type: "application/pdf"; name=a\r\n', "application/pdf", ""),
    ],
)
def test_type_and_disposition_are_words_in_lower_case(fields: bytes, kind: str, disposition: str) -> None:
    part = read_tree(fields + b"\r\nx")
    assert (part.content_type, part.disposition) == (kind, disposition)


def test_parts_of_a_digest_are_messages() -> None:
    tree = read_tree(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n--b--\n")
    assert leaves(tree) == [("message/rfc822", b"Subject: one\n\nx")]


def test_a_message_inside_stays_closed_and_is_kept_octet_for_octet() -> None:
    inner = b"Subject:no blank\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i  \r\n\r\nx\rbare\n--i--\r\n"
    tree = read_tree(TOP + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")
    assert leaves(tree) == [("message/rfc822", inner)]


def test_a_message_inside_that_is_base64_is_decoded() -> None:
    head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert leaves(read_tree(head + encodebytes(b"Subject: in\r\n\r\nx"))) == [
        ("message/rfc822", b"Subject: in\r\n\r\nx")
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_was_signed_is_kept_as_it_stood(end: bytes) -> None:
    signed = end.join([b"Content-Type: text/plain; x=y", b"X:  two  blanks ", b"", b"- words  ", b"", b""])
    file = end.join([b"Content-Transfer-Encoding: base64", b"", encodebytes(b"z" * 9000).replace(b"\n", end)])
    for part in (signed, file):
        body = end.join([b"--b", part, b"--b", b"Content-Type: application/pgp-signature", b"", b"s", b"--b--", b""])
        tree = read_tree(b"Content-Type: multipart/signed; boundary=b" + end + end + body)
        assert tree.children[0].exact == part
        assert tree.children[1].exact == b""


@pytest.mark.parametrize(
    ("field", "body", "defects"),
    [
        ('multipart/mixed; boundary="b"', "--b\n{}\n--b--\n", ()),
        ('multipart/mixed; boundary="long\n bound"', "--longbound\n{}\n--longbound--\n", ("the boundary was folded",)),
        (
            'multipart/mixed; boundary="long\n bound"',
            "--long bound\n{}\n--long bound--\n",
            ("the boundary was folded",),
        ),
        ("multipart/mixed", "--b\n{}\n--b--\n", ("the boundary was not the one that was declared",)),
        ("multipart/mixed\n\tboundary=b", "--b\n{}\n--b--\n", ()),
        ("multipart/mixed; boundary=other", "x\n--b\n{}\n--b--\n", ("the boundary was not the one that was declared",)),
        ("multipart/mixed; boundary=b; name*=a; name*0=b", "--b\n{}\n--b--\n", ()),
        ("multipart/mixed; boundary=b", "--b\n{}\n", ("CloseBoundaryNotFoundDefect",)),
        ("multipart/mixed; boundary=b", "\r--b\r{}\r--b--\r", ()),
    ],
)
def test_a_boundary_is_found_however_it_was_mistreated(field: str, body: str, defects: tuple[str, ...]) -> None:
    tree = read_tree(f"Content-Type: {field}\n\n{body.format(WORDS.decode())}".encode())
    assert [(kind, octets.strip()) for kind, octets in leaves(tree)] == [("text/plain", b"words")]
    assert tree.defects == defects


def test_an_outer_boundary_ends_what_is_inside_and_is_no_guess() -> None:
    tree = read_tree(
        TOP + b"--b\r\nContent-Type: multipart/mixed; boundary=never\r\n\r\nlost\r\n--b\r\n" + WORDS + b"\r\n--b--"
    )
    assert leaves(tree) == [("multipart/mixed", b"lost\r\n"), ("text/plain", b"words")]
    assert "StartBoundaryNotFoundDefect" in tree.children[0].defects


@pytest.mark.parametrize("boundary", ["b", "b--", "--", "'()+_,-./:=?"])
def test_a_boundary_is_no_pattern(boundary: str) -> None:
    octets = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n\n--{boundary}x\n--{boundary}--\n'
    assert leaves(read_tree(octets.encode())) == [("text/plain", f"--{boundary}x".encode())]


def test_the_same_boundary_twice_inside_is_open_until_both_end() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + WORDS + b"\r\n--b--\r\n"
    tree = read_tree(TOP + b"--b\r\n" + inner + b"--b\r\n" + WORDS + b"\r\n--b--")
    assert b"words" in [octets for _, octets in leaves(tree)]


@pytest.mark.parametrize(
    ("octets", "subject", "body"),
    [
        (b"Subject : x\nTo\t: y\n\nbody", "x", b"body"),
        (b"Subject: x\nnot a field\n\nbody", "x", b"not a field\n\nbody"),
        (b"Subject: x\nFrom here on\n\nbody", "x", b"From here on\n\nbody"),
        (b"From a@b Mon Nov 30\nSubject: x\n\nbody", "x", b"body"),
        (b"Subject: x", "x", b""),
        (b"Subject: x\n : y\n\nbody", "x\n : y", b"body"),
    ],
)
def test_where_the_header_ends(octets: bytes, subject: str, body: bytes) -> None:
    part = read_tree(octets)
    assert (part.raw("subject"), part.octets) == ([subject], body)


def test_a_parameter_that_lost_its_fold_belongs_to_the_field_above() -> None:
    part = read_tree(b'Content-Type: application/zip;\nname="a.zip"\nContent-Transfer-Encoding: base64\n\neA==')
    assert part.fields[0] == ("Content-Type", 'application/zip;\n name="a.zip"')
    assert part.octets == b"x"


# --- limits ------------------------------------------------------------------------------------------------


def test_a_field_and_a_header_are_cut_at_their_limits_and_it_is_said() -> None:
    line = b"X: " + b"x" * MAX_FIELD_CHARACTERS + b"\r\n"
    part = read_tree(line * 10 + b"Subject: last\r\n\r\nbody")
    assert sum(len(name) + len(value) for name, value in part.fields) <= MAX_HEADER_CHARACTERS
    assert part.defects == (
        f"a header field longer than {MAX_FIELD_CHARACTERS} octets was cut",
        f"a header longer than {MAX_HEADER_CHARACTERS} octets; its rest is in the octets",
    )
    assert part.octets == b"body"


def test_fields_behind_one_that_is_too_long_are_read() -> None:
    part = read_tree(b"X: " + b"x" * 500_000 + b"\r\nSubject: last\r\n\r\nbody")
    assert part.raw("subject") == ["last"]


@pytest.mark.parametrize("nested", [0, 3])
def test_the_rest_behind_the_last_part_is_one_leaf(nested: int) -> None:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (n, n) for n in range(nested))
    part = b"--b\r\nX: y\r\n\r\nx\r\n"
    octets = head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * (MAX_PARTS + 50)
    tree = read_tree(octets)
    found = leaves(tree)
    assert found[-1][1].count(b"X: y") + len(found) - 1 == MAX_PARTS + 50
    assert octets.endswith(found[-1][1])
    assert tree.children[-1].defects == (f"more than {MAX_PARTS} parts; the rest is kept as it stood",)


def test_levels_beyond_the_limit_stay_one_leaf() -> None:
    levels = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(MAX_DEPTH + 3)]
    (leaf,) = leaves(read_tree(b"".join(levels) + WORDS))
    body = b"--b%d\r\n" % MAX_DEPTH + b"".join(levels[MAX_DEPTH + 1 :]) + WORDS
    assert leaf == ("multipart/mixed", body)


@pytest.mark.parametrize(
    "octets",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--x\n" * 500_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"a\n" * 2_000_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\r" * 2_000_000,
        b"Content-Type: multipart/mixed\n\n" + b"--b\n" * 300_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(50)) + b"--b\n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=z\n\n" * 20_000,
        b"X: y\n" * 300_000,
        b"X: " + b" =?" * 300_000,
        b"Content-Type: text/plain" + b"; a*0*=b" * 100_000,
        b"Content-Type: text/plain; " + b'"' * 500_000,
        b"Content-Type: text/plain; a=" + b'"\\' * 500_000,
    ],
    ids=[
        "boundaries", "dashes", "lines", "returns", "no boundary declared", "fifty open", "boundaries that are not there",
        "fields", "words", "sections", "quotes", "escapes",
    ],
)  # fmt: skip
def test_time_grows_with_the_size_and_no_faster(octets: bytes) -> None:
    """Twice as much may take little more than twice as long; what is quadratic takes four times."""

    def seconds(octets: bytes) -> float:
        start = time.process_time()
        read_tree(octets)
        return time.process_time() - start

    half = min(seconds(octets[: len(octets) // 2]) for _ in range(2))
    assert min(seconds(octets) for _ in range(2)) < 3.3 * half + 0.2


# --- beside the standard library ----------------------------------------------------------------------------

IMPROVED = {
    "enmime/ctype-invalid-characters.raw.eml", "sisimai/lhost-apachejames-01.eml", "sisimai/lhost-verizon-02.eml",
    "sisimai/lhost-x1-02.eml", "sisimai/rhost-google-02.eml", "spamassassin/mlist_yahoo_groups_message.eml",
    "stalwart-malformed/017.eml", "stalwart-malformed/019.eml", "stalwart-thirdparty/012.eml",
}  # fmt: skip
"""Where the standard library misses a boundary, or takes a type with its parameters."""


def structure(part: Message) -> object:
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        return part.get_content_type(), [structure(child) for child in part.get_payload()]
    return part.get_content_type()


def ours(part: Part) -> object:
    return (part.content_type, [ours(child) for child in part.children]) if part.children else part.content_type


@pytest.mark.shared
def test_real_messages_have_the_structure_that_the_standard_library_sees() -> None:
    folder = SHARED / "mail" / "handout"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.eml"))
    different = set()
    for name in names:
        octets = (folder / name).read_bytes()
        if ours(read_tree(octets)) != structure(message_from_bytes(octets)):
            different.add(name)
    assert len(names) > 250
    assert different <= IMPROVED, different - IMPROVED


def test_nothing_of_a_large_file_is_left_behind_by_taking_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    file = bytes(range(256)) * 64
    octets = TOP + b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(file) + b"\r\n--b--\r\n"
    light = read_tree(octets)
    monkeypatch.setattr(parts, "take_out", lambda octets: (octets, parts.Bulk()))
    assert light == read_tree(octets)
    assert leaves(light) == [("text/plain", file)]

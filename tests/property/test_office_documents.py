"""Readers of documents raise nothing but what says that a file is none of theirs, whatever the octets are."""

from __future__ import annotations

import zipfile

from documents import SAMPLES, write_docx, write_pptx, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st
from office import definition, item, level, numbered, write_word

from intake.decoding.documents import legacy, opendocument, page, plain, record, rtf, sheets, slides, word
from intake.vocabulary.document import Document

PACKED = ((word, write_docx), (slides, write_pptx), (sheets, write_xlsx))
CONTROLS = (
    b"\\par ", b"\\cell", b"\\row", b"\\intbl", b"\\itap3", b"\\nestcell", b"{", b"}", b"{\\*\\annotation", b"{\\footnote", b"{\\field",
    b"{\\*\\fldinst", b"{\\*\\formfield", b"{\\*\\ffl", b"{\\fldrslt", b"\\u-10179?", b"\\uc9", b"\\'ff", b"{\\fonttbl", b"\\fcharset2", b"\\f1",
    b"{\\listtext", b"{\\stylesheet", b"\\s1", b"\\outlinelevel9", b"\\bin3 ", b"\\v", b"\\v0", b"{\\header", b"{\\shptxt", b"text", b"\xe9",
)  # fmt: skip
TAGS = (
    "p",
    "ol",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "h1",
    "pre",
    "b",
    "br",
    "div",
    "input",
    "textarea",
    "hidden",
    "style",
    "img",
    "select",
)


def is_whole(document: Document) -> None:
    """It can be handed over, and comes back the same but for half characters."""
    assert record.write(record.read(record.write(document))) == record.write(document)


@given(st.binary(max_size=300))
def test_noise(octets):
    for module in (rtf, page, plain):
        is_whole(module.read(octets))
    for module in (word, opendocument, sheets, slides, legacy):
        try:
            is_whole(module.read(octets))
        except (zipfile.BadZipFile, OSError):
            continue


@given(st.lists(st.sampled_from(CONTROLS), max_size=60))
def test_controls_of_rtf_in_any_order(controls):
    is_whole(rtf.read(b"{\\rtf1" + b"".join(controls)))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TAGS),
            st.booleans(),
            st.sampled_from(["", " hidden", " colspan=3", " rowspan=9", " start=-5"]),
        ),
        max_size=60,
    )
)
def test_tags_of_pages_in_any_order(tags):
    html = "".join(f"</{tag}>" if closes else f"<{tag}{more}>x" for tag, closes, more in tags)
    is_whole(page.read(html.encode()))


@settings(max_examples=60)
@given(
    st.integers(0, 2),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_packages_with_changed_octets(which, changes):
    module, writer = PACKED[which]
    octets = bytearray(_made(which, writer))
    for place, value in changes:
        octets[int(place * len(octets))] = value
    try:
        is_whole(module.read(bytes(octets)))
    except (zipfile.BadZipFile, OSError):
        return


_MADE: dict[int, bytes] = {}


def _made(which, writer):
    if which not in _MADE:
        _MADE[which] = writer(SAMPLES["ru"])
    return _MADE[which]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["decimal", "lowerRoman", "bullet", "none", "hebrew1", "x"]),
            st.text("%123456789. ", max_size=6),
            st.integers(-1, 5),
        ),
        min_size=1,
        max_size=9,
    ),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 10)), max_size=12),
)
def test_lists_of_any_rules(levels, items):
    rules = definition(0, *(level(at, style, text, start=start) for at, (style, text, start) in enumerate(levels)))
    octets = write_word(
        "".join(item(number, at) for number, at in items), numbering=rules + numbered(1, 0) + numbered(2, 0)
    )
    found = word.read(octets)
    is_whole(found)
    assert found.text.count("x") >= len(items)

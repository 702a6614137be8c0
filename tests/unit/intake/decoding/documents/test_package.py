"""A package is opened with care."""

from __future__ import annotations

import zipfile

import pytest
from office import pack, relations

from intake.decoding.documents import package
from intake.decoding.documents.package import Package
from intake.vocabulary.document import Flag


def test_parts_are_found_however_their_names_are_written():
    opened = Package(pack({"/Word/Document.xml": "<a/>"}))
    assert opened.read("word/document.xml") == b"<a/>"
    assert opened.read("nothing") is None


def test_what_goes_on_behind_the_limits_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(package, "MAX_PART_OCTETS", 1000)
    monkeypatch.setattr(package, "MAX_TOTAL_OCTETS", 1500)
    opened = Package(pack({"a": b"x" * 900, "b": b"x" * 900, "c": b"x"}))
    assert [len(opened.read(name) or b"") for name in "abc"] == [900, 600, 0]
    assert list(opened.flags) == [Flag.TOO_LARGE]


def test_a_part_that_is_damaged_is_read_as_far_as_it_goes():
    octets = bytearray(pack({"a": bytes(range(256)) * 1000}))
    octets[200] ^= 255
    opened = Package(bytes(octets))
    assert len(opened.read("a") or b"") < 256_000
    assert list(opened.flags) == [Flag.DAMAGED]


def test_relations_stay_inside():
    opened = Package(
        pack(
            {
                "word/_rels/a.xml.rels": relations(
                    {"1": ("image", "../x/b.png"), "2": ("image", "/c"), "3": ("image", "../../../d")}
                )
            }
        )
    )
    assert [one.target for one in opened.relations("word/a.xml").values()] == ["x/b.png", "c", "d"]


def test_addresses_outside_are_nobodys_part():
    link = relations({"1": ("hyperlink", "http://a.example")}).replace("/></Rel", ' TargetMode="External"/></Rel')
    assert [one.target for one in Package(pack({"_rels/.rels": link})).relations("").values()] == [""]


def test_what_is_no_archive_is_refused():
    with pytest.raises(zipfile.BadZipFile):
        Package(b"PK\x03\x04 no archive")


@pytest.mark.parametrize(
    ("xml", "is_damaged"),
    [("<a><b/></a>", False), ("<a><b></a>", True), ("<!DOCTYPE a><a/>", True), ("", True), ("<a>&x;</a>", True)],
)
def test_xml_that_is_not_well_formed_is_damage(xml, is_damaged):
    opened = Package(pack({}))
    opened.parse(xml.encode())
    assert (Flag.DAMAGED in opened.flags) == is_damaged
    walked = Package(pack({"a": xml}))
    list(walked.walk("a", "b"))
    assert (Flag.DAMAGED in walked.flags) == (is_damaged and bool(xml))

"""What LibreOffice shows of an OpenDocument file is read, and nothing else."""

from __future__ import annotations

import pytest
from office import pack

from intake.decoding.documents import opendocument
from intake.vocabulary.document import Block, BlockKind, Flag

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {"office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "form": "form",
                        "presentation": "presentation"}.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def write(
    body: str, styles: str = "", *, kind: str = "text", more: str = "", prolog: str = "", manifest: str = ""
) -> bytes:
    """``styles`` are automatic ones; ``more`` is the inside of styles.xml."""
    content = (
        f'<?xml version="1.0"?>{prolog}<office:document-content {_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        "styles.xml": f"<office:document-styles {_NAMES}>{more}</office:document-styles>",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
    }
    return pack(parts, first="mimetype")


def p(inside: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{inside}</text:p>'


def texts(octets: bytes) -> list[str]:
    return [block.text for block in opendocument.read(octets).blocks]


def numbers(*formats: str, name: str = "L", more: str = "") -> str:
    levels = "".join(
        f'<text:list-level-style-number text:level="{at}" style:num-format="{one}" style:num-suffix="." {more}/>'
        for at, one in enumerate(formats, 1)
    )
    return f'<text:list-style style:name="{name}">{levels}</text:list-style>'


def items(*inside: str, more: str = "") -> str:
    return (
        f'<text:list text:style-name="L" {more}>'
        + "".join(f"<text:list-item>{one}</text:list-item>" for one in inside)
        + "</text:list>"
    )


def test_blanks_run_together_but_those_that_are_meant():
    inside = "a  \n b<text:s text:c='2'/>c<text:tab/>d<text:line-break/>e<text:span> f </text:span> g"
    assert texts(write(p(inside))) == ["a b  c\td\ne f g"]


def test_headings_are_numbered_by_the_outline():
    more = (
        "<office:styles><text:outline-style>"
        '<text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="a" text:display-levels="2" style:num-suffix=")"/>'
        "</text:outline-style></office:styles>"
    )
    body = "".join(f'<text:h text:outline-level="{level}">x</text:h>' for level in (1, 2, 2, 1, 2))
    body += '<text:h text:outline-level="1" text:is-list-header="true">none</text:h>'
    body += '<text:h text:outline-level="1" text:restart-numbering="true" text:start-value="7">x</text:h>'
    octets = write(body, more=more)
    assert texts(octets) == ["1. x", "1.a) x", "1.b) x", "2. x", "2.a) x", "none", "7. x"]
    assert [block.level for block in opendocument.read(octets).blocks] == [1, 2, 2, 1, 2, 1, 1]


def test_items_bear_the_numbers_of_their_list():
    body = items(p("a") + p("goes on"), p("b") + items(p("c"), p("d")), p("e"))
    found = opendocument.read(write(body, numbers("1", "i")))
    assert [block.text for block in found.blocks] == ["1. a", "goes on", "2. b", "i. c", "ii. d", "3. e"]
    assert [block.level for block in found.blocks] == [1, 0, 1, 2, 2, 1]


def test_letters_go_on_as_aa_ab_or_as_aa_bb():
    body = items(*[p("x")] * 28)
    assert texts(write(body, numbers("a")))[-3:] == ["z. x", "aa. x", "ab. x"]
    assert texts(write(body, numbers("a", more='style:num-letter-sync="true"')))[-2:] == ["aa. x", "bb. x"]


def test_a_list_goes_on_where_it_says_so():
    styles = numbers("1")
    body = (
        items(p("x"), more='xml:id="one"') + p("between") + items(p("x"), more='text:continue-numbering="true"')
        + items(p("new")) + items(p("x"), more='text:continue-list="one"')
    )  # fmt: skip
    assert texts(write(body, styles)) == ["1. x", "between", "2. x", "1. new", "3. x"]


def test_an_item_may_say_its_number():
    body = '<text:list text:style-name="L"><text:list-item text:start-value="5"><text:p>x</text:p></text:list-item>'
    body += "<text:list-header><text:p>no item</text:p></text:list-header><text:list-item><text:p>x</text:p></text:list-item></text:list>"
    assert texts(write(body, numbers("1"))) == ["5. x", "no item", "6. x"]


def test_a_number_that_is_written_out_is_taken():
    body = "<text:list><text:list-item><text:number>Q1:</text:number><text:p>x</text:p></text:list-item></text:list>"
    assert texts(write(body)) == ["Q1: x"]


def test_tracked_changes_are_accepted_comments_apart_hidden_text_left_out():
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="I" style:family="text" style:parent-style-name="H"/>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        + p('kept<text:change text:change-id="1"/><office:annotation><dc:creator>R</dc:creator><text:p>why?</text:p></office:annotation>')
        + p('seen<text:span text:style-name="I"> unseen</text:span><text:hidden-text> no</text:hidden-text>')
        + '<text:section text:display="none"><text:p>nor this</text:p></text:section>'
    )  # fmt: skip
    found = opendocument.read(write(body, styles))
    assert [block.text for block in found.blocks] == ["kept", "seen"]
    assert found.comments == ("R: why?",)
    assert set(found.flags) == {Flag.TRACKED_CHANGES, Flag.COMMENTS, Flag.HIDDEN_TEXT}


def test_notes_boxes_headers_and_footers():
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>noted</text:p></text:note-body></text:note>"
    box = "<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>"
    more = (
        "<office:master-styles><style:master-page><style:header><text:p>head</text:p></style:header>"
        "<style:footer><text:p>foot</text:p></style:footer></style:master-page><style:master-page><style:header>"
        "<text:p>head</text:p></style:header></style:master-page></office:master-styles>"
    )
    assert texts(write(p(f"a{note} b{box} c"), more=more)) == ["head", "a[1] b c", "boxed", "[1] noted", "foot"]


def test_fields_of_forms():
    forms = (
        '<office:forms><form:form><form:text form:id="c1" form:name="org" form:current-value="ITU"/>'
        '<form:checkbox form:id="c2" form:name="agree" form:label="I agree" form:current-state="checked"/></form:form></office:forms>'
    )
    body = forms + p('Name <draw:control draw:control="c1"/><draw:control draw:control="c2"/>')
    body += p(
        '<text:span>Old: </text:span><field:fieldmark-start xmlns:field="f" text:name="T" field:type="x.FORMTEXT"/>typed<field:fieldmark-end xmlns:field="f"/>'
    )
    found = [(block.kind, block.tag, block.text) for block in opendocument.read(write(body)).blocks]
    field = BlockKind.FIELD
    assert found == [
        (BlockKind.PARAGRAPH, "", "Name"), (field, "org", "ITU"), (field, "agree", "☒ I agree"),
        (BlockKind.PARAGRAPH, "", "Old:"), (field, "T", "typed"),
    ]  # fmt: skip


def test_tables_keep_empty_cells_and_sheets_do_not():
    row = '<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>a</text:p></table:table-cell><table:covered-table-cell/><table:table-cell/></table:table-row>'
    table = f'<table:table table:name="T"><table:table-header-rows>{row}</table:table-header-rows>{row}</table:table>'
    places = [(b.row, b.column, b.text) for b in opendocument.read(write(table)).blocks]
    assert places == [(1, 1, "a"), (1, 3, ""), (2, 1, "a"), (2, 3, "")]
    assert opendocument.read(write(table, kind="spreadsheet")).blocks == (
        Block(BlockKind.HEADING, "T", 1),
        Block(BlockKind.CELL, "a", 0, 1, 1, 1),
        Block(BlockKind.CELL, "a", 0, 1, 2, 1),
    )


def test_hidden_sheets_and_rows_are_flagged():
    styles = '<style:style style:name="ta" style:family="table"><style:table-properties table:display="false"/></style:style>'
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    hidden = (
        f'<table:table table:name="H" table:style-name="ta"><table:table-row>{cell}</table:table-row></table:table>'
    )
    row = f'<table:table table:name="S"><table:table-row table:visibility="collapse">{cell}</table:table-row></table:table>'
    for body in (hidden, row):
        found = opendocument.read(write(body, styles, kind="spreadsheet"))
        assert (found.text.replace("S", ""), found.flags) == ("", (Flag.HIDDEN_TEXT,))


def test_slides_begin_with_their_title():
    page = (
        "<draw:page><draw:frame><draw:text-box><text:p>text</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Title</text:p></draw:text-box></draw:frame>'
        '<presentation:notes><draw:frame presentation:class="notes"><draw:text-box><text:p>note</text:p></draw:text-box></draw:frame>'
        "</presentation:notes></draw:page>"
    )
    found = opendocument.read(write(page, kind="presentation"))
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.HEADING, "Title"), (BlockKind.PARAGRAPH, "text"), (BlockKind.PARAGRAPH, "note"),
    ]  # fmt: skip


def test_a_repeated_cell_is_no_bomb():
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    found = opendocument.read(write(f'<table:table table:name="T">{row}</table:table>', kind="spreadsheet"))
    assert Flag.TOO_LARGE in found.flags or Flag.TIMED_OUT in found.flags


def test_styles_in_a_circle_end():
    styles = "".join(
        f'<style:style style:name="{one}" style:family="text" style:parent-style-name="{two}"/>'
        for one, two in ("AB", "BA")
    )
    assert texts(write(p('<text:span text:style-name="A">x</text:span>'), styles)) == ["x"]


def test_encrypted_files_and_files_without_a_body():
    assert opendocument.read(write("", manifest="<encryption-data/>")).flags == (Flag.ENCRYPTED,)
    assert opendocument.read(pack({"content.xml": "<a/>"})).flags == (Flag.DAMAGED,)


def test_entities_are_not_resolved(tmp_path):
    (tmp_path / "canary").write_text("the canary")
    prolog = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{(tmp_path / "canary").as_uri()}">]>'
    found = opendocument.read(write(p("a&x;b"), prolog=prolog))
    assert "canary" not in found.text
    assert Flag.DAMAGED in found.flags


@pytest.mark.parametrize("depth", [20, 900])
def test_deep_nesting_ends_somewhere(depth):
    body = p("first") + "<text:section>" * depth + p("deep") + "</text:section>" * depth
    found = opendocument.read(write(body))
    assert found.blocks[0].text == "first"
    assert (Flag.DAMAGED in found.flags) == (depth > 100)

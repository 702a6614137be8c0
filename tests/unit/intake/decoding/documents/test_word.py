"""What Word shows of a document is read, and nothing else."""

from __future__ import annotations

import zipfile

import pytest
from office import definition, item, level, numbered, paragraph, restart, write_word

from intake.decoding.documents import draft, package, word
from intake.vocabulary.document import Block, BlockKind, Flag

HEADING = '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(inside)}</w:p>"


def texts(octets: bytes) -> list[str]:
    return [block.text for block in word.read(octets).blocks]


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


# --- paragraphs ---------------------------------------------------------------------------------------


def test_headings_by_style_outline_and_name():
    styles = (
        HEADING
        + '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>'
        + '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        + '<w:style w:type="paragraph" w:styleId="O"><w:name w:val="o"/><w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>'
    )
    body = "".join(paragraph(name, f'<w:pStyle w:val="{name}"/>') for name in ("H2", "Mine", "T", "O"))
    body += paragraph("own", '<w:outlineLvl w:val="0"/>') + paragraph(
        "text", '<w:pStyle w:val="H2"/><w:outlineLvl w:val="9"/>'
    )
    found = [(block.kind, block.level) for block in word.read(write_word(body, styles=styles)).blocks]
    heading = BlockKind.HEADING
    assert found == [(heading, 2), (heading, 2), (heading, 1), (heading, 4), (heading, 1), (BlockKind.PARAGRAPH, 0)]


def test_a_numbered_heading_is_a_heading_with_its_number():
    octets = write_word(
        paragraph("Scope", '<w:pStyle w:val="H2"/><w:numPr><w:numId w:val="1"/></w:numPr>'),
        styles=HEADING,
        numbering=definition(0, level(0, "upperRoman", "%1.")) + numbered(1, 0),
    )
    assert word.read(octets).blocks == (Block(BlockKind.HEADING, "I. Scope", 2),)


def test_items_know_their_level():
    numbering = definition(0, level(0, "decimal", "%1."), level(1, "bullet", "-")) + numbered(1, 0)
    blocks = word.read(write_word(item(1, 0, "a") + item(1, 1, "b"), numbering=numbering)).blocks
    assert blocks == (Block(BlockKind.ITEM, "1. a", 1), Block(BlockKind.ITEM, "- b", 2))


def test_a_number_before_nothing_is_an_answer_left_empty_and_a_bullet_is_nothing():
    numbering = definition(0, level(0, "decimal", "%1."), level(1, "bullet", "-")) + numbered(1, 0)
    assert texts(write_word(item(1, 0, "") + item(1, 1, "") + item(1, 0, "b"), numbering=numbering)) == ["1.", "2. b"]


def test_signs_breaks_and_hyphens():
    inside = (
        "<w:r><w:t>co</w:t><w:softHyphen/><w:t>op</w:t><w:noBreakHyphen/><w:t>x</w:t><w:tab/><w:t>y</w:t><w:br/><w:t>z</w:t>"
        '<w:br w:type="page"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Symbol" w:char="F061"/></w:r>'
    )
    assert texts(write_word(p(inside))) == ["coop‑x\ty\nz☑α"]


def test_links_marks_formulas_and_rubies_are_their_text():
    inside = (
        '<w:hyperlink r:id="x">' + run("link") + "</w:hyperlink><w:smartTag>" + run(" tag") + "</w:smartTag>"
        "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
        "<w:r><w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    assert texts(write_word(p(inside))) == ["link tagab漢"]


def test_a_drop_cap_is_the_first_letter_of_its_word():
    assert texts(write_word(paragraph("W", '<w:framePr w:dropCap="drop"/>') + paragraph("hereas"))) == ["Whereas"]


def test_fields_show_their_result_and_not_their_instruction():
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = mark("begin") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + mark("separate") + run("7") + mark("end")
    outer = mark("begin") + run("IF ") + inner + mark("separate") + run("shown") + mark("end")
    simple = '<w:fldSimple w:instr="DATE">' + run(" today") + "</w:fldSimple>"
    assert texts(
        write_word(
            p(outer, simple) + p(mark("begin")) + p(run("unseen"), mark("separate")) + p(run("seen"), mark("end"))
        )
    ) == [
        "shown today",
        "seen",
    ]


def test_right_to_left_is_kept_as_it_was_written():
    octets = write_word(p(run("السؤال ", "<w:rtl/>"), run("ITU "), run("١٢", "<w:rtl/>"), properties="<w:bidi/>"))
    assert texts(octets) == ["السؤال ITU ١٢"]


# --- tables --------------------------------------------------------------------------------------------


def test_cells_by_row_and_column_merged_ones_once():
    first = cell(paragraph("wide"), '<w:gridSpan w:val="2"/>') + cell(paragraph("tall"), '<w:vMerge w:val="restart"/>')
    second = cell(paragraph("a") + paragraph("b")) + cell(paragraph()) + cell(paragraph("gone"), "<w:vMerge/>")
    blocks = word.read(write_word(table(first, second))).blocks
    assert [(b.row, b.column, b.text) for b in blocks] == [(1, 1, "wide"), (1, 3, "tall"), (2, 1, "a\nb"), (2, 2, "")]
    assert {b.table for b in blocks} == {1}


def test_a_table_in_a_cell_is_a_table_of_its_own():
    inner = table(cell(paragraph("inner")))
    blocks = word.read(
        write_word(table(cell(paragraph("before") + inner + paragraph("after"))) + table(cell(paragraph("next"))))
    ).blocks
    assert [(b.table, b.text) for b in blocks] == [(1, "before"), (2, "inner"), (1, "after"), (3, "next")]


def test_lists_count_across_cells():
    numbering = definition(0, level(0, "decimal", "Q%1.")) + numbered(1, 0)
    octets = write_word(
        table(cell(item(1)) + cell(paragraph("yes")), cell(item(1)) + cell(paragraph("no"))), numbering=numbering
    )
    assert word.read(octets).text == "Q1. x\tyes\nQ2. x\tno"


# --- forms ---------------------------------------------------------------------------------------------


def control(content: str, properties: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_controls_are_fields_with_their_tag_and_a_prompt_is_no_answer():
    tagged = control(run("ITU"), '<w:alias w:val="Organization"/><w:tag w:val="org"/>')
    empty = control(run("Click here"), '<w:tag w:val="country"/><w:showingPlcHdr/>')
    block = control(paragraph("one") + paragraph("two"), '<w:tag w:val="q1"/>')
    untagged = control(run("plain"), "")
    octets = write_word(p(run("Name: "), tagged, run(" of "), empty) + block + p(untagged))
    assert word.read(octets).blocks == (
        Block(BlockKind.PARAGRAPH, "Name:"),
        Block(BlockKind.FIELD, "ITU", tag="org"),
        Block(BlockKind.PARAGRAPH, "of"),
        Block(BlockKind.FIELD, "", tag="country"),
        Block(BlockKind.FIELD, "one\ntwo", tag="q1"),
        Block(BlockKind.PARAGRAPH, "plain"),
    )


def test_a_field_in_a_cell_says_where_it_is():
    octets = write_word(table(cell(paragraph("Name")) + cell(control(paragraph("ITU"), '<w:tag w:val="org"/>'))))
    assert word.read(octets).blocks == (
        Block(BlockKind.CELL, "Name", 0, 1, 1, 1),
        Block(BlockKind.FIELD, "ITU", 0, 1, 1, 2, "org"),
    )
    assert word.read(octets).text == "Name\tITU"


def test_a_control_around_a_table_is_no_field():
    assert texts(write_word(control(table(cell(paragraph("a"))), '<w:tag w:val="all"/>'))) == ["a"]


def test_fields_of_older_forms():
    def form(name: str, data: str, result: str) -> str:
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="{name}"/>{data}</w:ffData></w:fldChar></w:r>'
            '<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    choices = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="yes"/></w:ddList>'
    octets = write_word(
        p(
            form("text", "<w:textInput/>", "filled"),
            form("empty", "<w:textInput/>", "\u2002" * 5),
            form("box", '<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', ""),
            form("free", '<w:checkBox><w:default w:val="0"/></w:checkBox>', ""),
            form("choice", choices, ""),
        )
    )
    found = [(block.tag, block.text) for block in word.read(octets).blocks]
    assert found == [("text", "filled"), ("empty", ""), ("box", "☒"), ("free", "☐"), ("choice", "yes")]


# --- tracked changes, comments, hidden text -------------------------------------------------------------


def test_tracked_changes_are_accepted_and_flagged():
    body = p(
        run("We "), '<w:ins w:id="1" w:author="a">' + run("do ") + "</w:ins>",
        '<w:del w:id="2"><w:r><w:delText>reject</w:delText></w:r></w:del>', run("agree"),
        '<w:moveFrom w:id="3">' + run(" moved") + "</w:moveFrom>", '<w:moveTo w:id="4">' + run(" here") + "</w:moveTo>",
    )  # fmt: skip
    found = word.read(write_word(body))
    assert found.text == "We do agree here"
    assert found.flags == (Flag.TRACKED_CHANGES,)


def test_where_the_end_of_a_paragraph_is_deleted_the_next_one_goes_on():
    lost = '<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr>'
    numbering = definition(0, level(0, "decimal", "%1.")) + numbered(1, 0)
    octets = write_word(p(run("one "), properties=lost) + item(1, 0, "two") + item(1, 0, "three"), numbering=numbering)
    assert texts(octets) == ["1. one two", "2. three"]


def test_deleted_rows_and_cells_are_gone():
    kept = f"<w:tr>{cell(paragraph('kept'))}{cell(paragraph('cut'), '<w:cellDel/>')}</w:tr>"
    lost = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell(paragraph('lost'))}</w:tr>"
    assert texts(write_word(f"<w:tbl>{lost}{kept}</w:tbl>")) == ["kept"]


def test_a_note_whose_mark_is_deleted_is_gone():
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote>'
    body = p(run("text"), '<w:del><w:r><w:footnoteReference w:id="2"/></w:r></w:del>')
    assert texts(write_word(body, footnotes=note)) == ["text"]


def test_comments_stand_apart():
    comment = '<w:comment w:id="0" w:author="Reviewer">' + paragraph("Is this so?") + "</w:comment>"
    body = p('<w:commentRangeStart w:id="0"/>', run("text"), '<w:r><w:commentReference w:id="0"/></w:r>')
    found = word.read(write_word(body, comments=comment))
    assert (found.text, found.comments, found.flags) == ("text", ("Reviewer: Is this so?",), (Flag.COMMENTS,))


def test_hidden_text_is_left_out_and_flagged():
    styles = '<w:style w:type="character" w:styleId="Hide"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr></w:style>'
    body = p(
        run("seen"), run(" unseen", "<w:vanish/>"), run(" neither", '<w:rStyle w:val="Hide"/>'),
        run(" again", '<w:rStyle w:val="Hide"/><w:vanish w:val="0"/>'),
    )  # fmt: skip
    found = word.read(write_word(body, styles=styles))
    assert (found.text, found.flags) == ("seen again", (Flag.HIDDEN_TEXT,))


def test_a_hidden_item_does_not_count_and_a_hidden_end_joins():
    hidden = p(
        run("secret", "<w:vanish/>"), properties='<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr>'
    )
    numbering = definition(0, level(0, "decimal", "%1.")) + numbered(1, 0)
    joined = paragraph("Title. ", '<w:outlineLvl w:val="0"/><w:rPr><w:vanish/><w:specVanish/></w:rPr>') + paragraph(
        "Text."
    )
    found = word.read(write_word(item(1) + hidden + item(1) + joined, numbering=numbering))
    assert [block.text for block in found.blocks] == ["1. x", "2. x", "Title. Text."]
    assert found.blocks[-1].kind is BlockKind.HEADING


# --- other stories -------------------------------------------------------------------------------------


def test_notes_follow_the_text_behind_their_marks():
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2">'
        + paragraph(" first")
        + "</w:footnote>"
    )
    ends = '<w:endnote w:id="5">' + paragraph("last") + "</w:endnote>"
    body = p(
        run("a"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" b"), '<w:r><w:endnoteReference w:id="5"/></w:r>'
    )
    assert texts(write_word(body, footnotes=notes, endnotes=ends)) == ["a[1] b[i]", "[1] first", "[i] last"]


def test_headers_before_and_footers_behind_each_once():
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:headerReference w:type="first" r:id="header2"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    body = p(properties=section) + paragraph("text") + section
    octets = write_word(
        body, header1=paragraph("head"), header2=paragraph("of a title page"), footer1=paragraph("foot")
    )
    assert texts(octets) == ["head", "text", "foot"]


def test_a_text_box_is_read_once_behind_its_paragraph():
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    body = p(
        run("before "),
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        run("after"),
    )
    assert texts(write_word(body)) == ["before after", "boxed"]


def test_pictures_and_no_letter_are_pages_without_a_text_layer():
    assert word.read(write_word(p("<w:r><w:drawing/></w:r>"))).flags == (Flag.NO_TEXT_LAYER,)
    assert word.read(write_word(p())).flags == ()


def test_the_strict_kind_is_read_as_well():
    octets = write_word(paragraph("strict"))
    out = {}
    with zipfile.ZipFile(__import__("io").BytesIO(octets)) as archive:
        for name in archive.namelist():
            text = archive.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            out[name] = text.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
    from office import pack

    assert texts(pack(out)) == ["strict"]


# --- hostile and damaged -------------------------------------------------------------------------------


def test_entities_are_not_resolved_and_a_document_type_is_damage(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("the canary", encoding="utf-8")
    prolog = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{canary.as_uri()}"><!ENTITY y "why">]>'
    body = p("<w:r><w:t>a&x;b&y;c</w:t></w:r>") + paragraph("next")
    found = word.read(write_word(body, prolog=prolog))
    assert "canary" not in found.text
    assert Flag.DAMAGED in found.flags
    assert found.blocks[-1].text == "next"


def test_a_billion_laughs_are_not_laughed():
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(12)
    )
    found = word.read(write_word(p("<w:r><w:t>&m;</w:t></w:r>"), prolog=f"<!DOCTYPE d [{entities}]>"))
    assert len(found.text) < 100
    assert Flag.DAMAGED in found.flags


@pytest.mark.parametrize("depth", [100, 900, 20_000])
def test_deep_nesting_ends_somewhere(depth):
    body = "<w:sdt><w:sdtContent>" * depth + paragraph("deep") + "</w:sdtContent></w:sdt>" * depth
    found = word.read(write_word(paragraph("first") + body))
    assert found.blocks[0].text == "first"
    assert (found.blocks[-1].text == "deep") == (depth == 100)
    assert (Flag.DAMAGED in found.flags) == (depth > 100)


def test_tables_in_tables_end_somewhere():
    inside = paragraph("deep")
    for _ in range(60):
        inside = table(cell(inside))
    found = word.read(write_word(inside))
    assert found.blocks[-1].text == "deep"
    assert Flag.TOO_LARGE in found.flags


def test_a_bomb_is_unpacked_as_far_as_its_limit():
    body = paragraph("first") + f"<w:p><w:r><w:t>{' ' * (package.MAX_PART_OCTETS + 1)}</w:t></w:r></w:p>"
    found = word.read(write_word(body))
    assert found.blocks[0].text == "first"
    assert Flag.TOO_LARGE in found.flags


def test_more_text_than_a_document_may_have_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(draft, "MAX_CHARACTERS", 1000)
    found = word.read(write_word(paragraph("x" * 400) * 5))
    assert [len(block.text) for block in found.blocks] == [400, 400, 198]
    assert found.flags == (Flag.TOO_LARGE,)


def test_styles_in_a_circle_end():
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:name w:val="{one}"/><w:basedOn w:val="{two}"/></w:style>'
        for one, two in (("A", "B"), ("B", "C"), ("C", "A"))
    )
    assert texts(write_word(paragraph("x", '<w:pStyle w:val="A"/>'), styles=circle)) == ["x"]


def test_styles_of_numbers_in_a_circle_end():
    numbering = (
        definition(0, more='<w:numStyleLink w:val="S"/>')
        + definition(1, more='<w:numStyleLink w:val="S"/>')
        + numbered(1, 0)
        + numbered(2, 1)
    )
    styles = '<w:style w:type="numbering" w:styleId="S"><w:name w:val="S"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert texts(write_word(item(2), numbering=numbering, styles=styles)) == ["x"]


def test_a_hundred_thousand_lists_cost_no_more_than_their_octets():
    many = "".join(definition(at, level(0, "decimal", "%1.")) for at in range(30_000))
    lists = "".join(numbered(at, at % 30_000, restart(0, 1)) for at in range(1, 30_000))
    found = word.read(write_word("".join(item(at) for at in range(1, 3000)), numbering=many + lists))
    assert found.blocks[0].text == "1. x"


def test_a_document_cut_off_in_its_xml_is_read_as_far_as_it_goes():
    whole = (
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"
        + paragraph("one")
        + paragraph("two")
    )
    found = word.read(write_word("", raw={"word/document.xml": whole[:-30]}))
    assert found.blocks[0].text == "one"
    assert Flag.DAMAGED in found.flags


@pytest.mark.parametrize("raw", ["", "<a/>", "no xml", "<w:document xmlns:w='x'/>"])
def test_without_a_body_it_is_damaged(raw):
    found = word.read(write_word("", raw={"word/document.xml": raw}))
    assert (found.blocks, Flag.DAMAGED in found.flags) == ((), True)


def test_wrong_numbers_everywhere_are_no_errors():
    numbering = (
        definition(0, level(0, "decimal", "%9%1"))
        + numbered(1, 0)
        + '<w:num w:numId="7"><w:abstractNumId w:val="99"/></w:num>'
    )
    body = (
        item(1, 99) + item(7) + paragraph("z", '<w:outlineLvl w:val="-4"/><w:numPr><w:ilvl w:val="x"/><w:numId/></w:numPr>')
        + table(cell(paragraph("c"), '<w:gridSpan w:val="99999999999"/>') + cell(paragraph("d")))
        + p('<w:r><w:fldChar w:fldCharType="end"/><w:sym w:char="ZZ"/><w:sym w:char="110000"/></w:r>')
    )  # fmt: skip
    assert texts(write_word(body, numbering=numbering))[:3] == ["x", "x", "z"]

"""What stands before the items of Word's lists, case by case; LibreOffice, where it is installed, is a second witness."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from documents import convert
from office import definition, item, level, numbered, paragraph, restart, write_word

from intake.decoding.documents import legacy, opendocument, rtf, word

OUTLINE = (level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3"))


@dataclass(frozen=True, slots=True)
class Case:
    numbering: str
    items: tuple[tuple[int, int], ...]
    labels: str
    """What Word shows, parted by |."""
    libreoffice: str | None = None
    """What LibreOffice 7.4 shows, where it is something else; what is said about it stands beside the case."""
    styles: str = ""
    body: str = field(default="")

    @property
    def document(self) -> bytes:
        body = self.body or "".join(item(number, at) for number, at in self.items)
        return write_word(body, numbering=self.numbering, styles=self.styles)


def count(
    style: str, most: int, labels: str, pattern: str = "%1.", libreoffice: str | None = None, start: int = 1
) -> Case:
    rules = definition(0, level(0, style, pattern, start=start)) + numbered(1, 0)
    return Case(rules, ((1, 0),) * most, labels, libreoffice)


def style(name: str, more: str = "", based: str = "", kind: str = "paragraph") -> str:
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{on}<w:pPr>{more}</w:pPr></w:style>'


def in_list(number: int | None, at: int | None = None) -> str:
    inside = ("" if at is None else f'<w:ilvl w:val="{at}"/>') + (
        "" if number is None else f'<w:numId w:val="{number}"/>'
    )
    return f"<w:numPr>{inside}</w:numPr>"


def styled(name: str, text: str = "x", more: str = "") -> str:
    return paragraph(text, f'<w:pStyle w:val="{name}"/>{more}')


CASES = {
    "decimal": count("decimal", 3, "1.|2.|3."),
    "decimal from five": count("decimal", 2, "5.|6.", start=5),
    "decimal from nought": count("decimal", 2, "0.|1.", start=0),
    "two digits": count("decimalZero", 10, "01.|02.|03.|04.|05.|06.|07.|08.|09.|10."),
    "letters go on as aa, bb": count("lowerLetter", 3, "z)|aa)|bb)", "%1)", start=26),
    "capital letters": count("upperLetter", 2, "(A)|(B)", "(%1)"),
    "roman": count("lowerRoman", 3, "iii|iv|v", "%1", start=3),
    "capital roman": count("upperRoman", 2, "XCIX.|C.", start=99),
    "ordinal": count("ordinal", 4, "1st|2nd|3rd|4th", "%1"),
    "cardinal words": count("cardinalText", 2, "Twenty-one|Twenty-two", "%1", start=21),
    "ordinal words": count("ordinalText", 2, "First|Second", "%1"),
    "words around the number": count("decimal", 2, "Question 1:|Question 2:", "Question %1:"),
    "Arabic letters": count("arabicAlpha", 4, "أ-|ب-|ت-|ث-", "%1-"),
    # The standard begins with U+0623, alef with hamza, in both alphabets; LibreOffice in one.
    "Arabic letters as numbers": count("arabicAbjad", 6, "أ-|ب-|ج-|د-|ه-|و-", "%1-", "ا-|ب-|ج-|د-|ه-|و-"),
    # Other digits than ours LibreOffice shows as ours, unless the language of the text has them.
    "Hindi digits": count("hindiNumbers", 2, "९.|१०.", "%1.", "9.|10.", start=9),
    "Thai digits": count("thaiNumbers", 2, "๙.|๑๐.", "%1.", "9.|10.", start=9),
    "Chinese counting": count("chineseCounting", 3, "十、|十一、|十二、", "%1、", start=10),
    "Chinese counting by tens": count("chineseCounting", 2, "二十、|二十一、", "%1、", start=20),
    "Chinese counting by thousands": count("chineseCountingThousand", 2, "一百零九、|一百一十、", "%1、", start=109),
    # Digit by digit, says the standard; LibreOffice counts.
    "Chinese digits": count("ideographDigital", 2, "九、|一〇、", "%1、", "九、|十、", start=9),
    "Chinese legal": count("chineseLegalSimplified", 2, "玖|壹拾", "%1", start=9),
    "heavenly stems": count("ideographTraditional", 2, "甲、|乙、", "%1、"),
    "earthly branches": count("ideographZodiac", 2, "子、|丑、", "%1、"),
    "encircled": count("decimalEnclosedCircle", 2, "①|②", "%1"),
    "full width": count("decimalFullWidth", 2, "９．|１０．", "%1．", "9．|10．", start=9),
    "Japanese counting": count("japaneseCounting", 2, "十九|二十", "%1", start=19),
    "Korean": count("ganada", 2, "가.|나."),
    "Russian": count("russianLower", 4, "а)|б)|в)|г)", "%1)"),
    "Russian without short i": count("russianLower", 2, "и)|к)", "%1)", start=9),
    "Russian capitals": count("russianUpper", 2, "А.|Б."),
    "Hebrew": count("hebrew1", 3, "יד.|טו.|טז.", start=14),
    "in dashes": count("numberInDash", 2, "- 1 -|- 2 -", "%1", "1|2"),
    "suppressed": count("none", 2, "|", ""),
    "words alone": count("none", 2, "Answer:|Answer:", "Answer:"),
    "a dot of Symbol": Case(
        definition(0, level(0, "bullet", "\uf0b7", last='<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'))
        + numbered(1, 0),
        ((1, 0),) * 2,
        "•|•",
    ),
    "a square of Wingdings": Case(
        definition(
            0, level(0, "bullet", "\uf0a7", last='<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>')
        )
        + numbered(1, 0),
        ((1, 0),),
        "▪",
        libreoffice="•",  # In plain text, any sign.
    ),
    "outline": Case(
        definition(0, *OUTLINE) + numbered(1, 0),
        ((1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2)),
        "1.|1.1|1.2|1.2.1|2.|2.1|2.1.1",
    ),
    "mixed styles in an outline": Case(
        definition(0, level(0, "upperRoman", "%1."), level(1, "lowerLetter", "%1.%2)"), level(2, "decimal", "(%3)"))
        + numbered(1, 0),
        ((1, 0), (1, 0), (1, 1), (1, 1), (1, 2), (1, 2)),
        "I.|II.|II.a)|II.b)|(1)|(2)",
    ),
    "legal numbers": Case(
        definition(0, level(0, "upperRoman", "Article %1."), level(1, "decimal", "%1.%2", more="<w:isLgl/>"))
        + numbered(1, 0),
        ((1, 0), (1, 0), (1, 1)),
        "Article I.|Article II.|2.1",
        libreoffice="Article I.|Article II.|II.1",  # isLgl is not known to it; Word shows European digits (17.9.4).
    ),
    "a level never restarted": Case(
        definition(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)", more='<w:lvlRestart w:val="0"/>'))
        + numbered(1, 0),
        ((1, 0), (1, 1), (1, 1), (1, 0), (1, 1)),
        "1.|a)|b)|2.|c)",
        libreoffice="1.|a)|b)|2.|a)",  # lvlRestart is not known to it (17.9.10).
    ),
    "a level restarted by the first alone": Case(
        definition(
            0,
            level(0, "decimal", "%1."),
            level(1, "decimal", "%1.%2"),
            level(2, "decimal", "(%3)", more='<w:lvlRestart w:val="1"/>'),
        )
        + numbered(1, 0),
        ((1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)),
        "1.|1.1|(1)|1.2|(2)|2.|(1)",
        libreoffice="1.|1.1|(1)|1.2|(1)|2.|(1)",
    ),
    "two lists of the same rules go on": Case(
        definition(0, level(0, "decimal", "%1.")) + numbered(1, 0) + numbered(2, 0),
        ((1, 0), (1, 0), (2, 0), (1, 0)),
        "1.|2.|3.|4.",
    ),
    "a list that starts anew": Case(
        definition(0, level(0, "decimal", "%1.")) + numbered(1, 0) + numbered(2, 0, restart(0, 1)),
        ((1, 0), (1, 0), (2, 0), (2, 0)),
        "1.|2.|1.|2.",
    ),
    "a list that starts anew elsewhere": Case(
        definition(0, level(0, "decimal", "%1.")) + numbered(1, 0) + numbered(2, 0, restart(0, 7)),
        ((1, 0), (2, 0), (2, 0)),
        "1.|7.|8.",
    ),
    "it starts anew but once": Case(
        definition(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"))
        + numbered(1, 0)
        + numbered(2, 0, restart(0, 1)),
        ((1, 0), (2, 0), (2, 1), (2, 0), (2, 1)),
        "1.|1.|a)|2.|a)",
    ),
    "lists of different rules": Case(
        definition(0, level(0, "decimal", "%1."))
        + definition(1, level(0, "lowerLetter", "%1)"))
        + numbered(1, 0)
        + numbered(2, 1),
        ((1, 0), (2, 0), (2, 0), (1, 0), (2, 0)),
        "1.|a)|b)|2.|c)",
    ),
    "a level of its own": Case(
        definition(0, level(0, "decimal", "%1."))
        + numbered(1, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride>'),
        ((1, 0), (1, 0)),
        "A)|B)",
    ),
    "the second level first": Case(definition(0, *OUTLINE) + numbered(1, 0), ((1, 1), (1, 1), (1, 2)), "1.1|1.2|1.2.1"),
    "no list": Case(
        definition(0, level(0, "decimal", "%1.")) + numbered(1, 0), ((1, 0), (0, 0), (9, 0), (1, 0)), "1.|||2."
    ),
    "a list by its style": Case(
        definition(0, level(0, "decimal", "%1.")) + numbered(1, 0),
        (),
        "1.|2.||3.",
        styles=style("Question", in_list(1)) + style("Sub", based="Question"),
        body=styled("Question") + styled("Sub") + styled("Question", more=in_list(0)) + styled("Question"),
    ),
    "levels linked to styles": Case(
        definition(
            0,
            level(0, "decimal", "%1.", more='<w:pStyle w:val="First"/>'),
            level(1, "decimal", "%1.%2", more='<w:pStyle w:val="Second"/>'),
        )
        + numbered(1, 0),
        (),
        "1.|1.1|1.2|2.|2.1",
        styles=style("First", in_list(1)) + style("Second", in_list(1, 1)),
        body=styled("First") + styled("Second") * 2 + styled("First") + styled("Second"),
    ),
    "a style of numbers": Case(
        definition(0, level(0, "decimal", "%1-"), more='<w:styleLink w:val="Ours"/>')
        + definition(1, more='<w:numStyleLink w:val="Ours"/>')
        + numbered(1, 0)
        + numbered(2, 1),
        ((2, 0), (2, 0)),
        "1-|2-",
        styles=style("Ours", in_list(1), kind="numbering"),
    ),
    "a level that says nothing of its parents": Case(
        definition(0, level(0, "decimal", "%1."), level(1, "none", ""), level(2, "decimal", "%1.%2%3"))
        + numbered(1, 0),
        ((1, 0), (1, 1), (1, 2), (1, 2)),
        "1.||1.1|1.2",
    ),
    "nothing after the number": Case(
        definition(0, level(0, "chineseCounting", "%1、", more='<w:suff w:val="nothing"/>')) + numbered(1, 0),
        ((1, 0), (1, 0)),
        "一、|二、",
    ),
}


def labels_of(lines: list[str]) -> str:
    """Each line is a label and x; the space between them is no part of it."""
    return "|".join(line.strip().removesuffix("x").strip() for line in lines)


@pytest.mark.parametrize("name", CASES)
def test_word_shows(name):
    assert labels_of([block.text for block in word.read(CASES[name].document).blocks]) == CASES[name].labels


READERS = {"odt": opendocument.read, "doc": legacy.read, "rtf": rtf.read}
OTHERWISE = {("odt", "a square of Wingdings"): "▪"}
"""The sign itself, where LibreOffice writes any sign into a plain text."""
IN_ALL_FORMATS = (
    "letters go on as aa, bb", "ordinal words", "Arabic letters", "Hebrew", "Chinese counting", "Russian", "words alone",
    "a dot of Symbol", "a square of Wingdings", "outline", "mixed styles in an outline", "a list that starts anew",
    "lists of different rules", "a level of its own", "the second level first", "no list", "a list by its style",
    "levels linked to styles", "a style of numbers", "nothing after the number",
)  # fmt: skip
"""Enough to see that each format is understood; a file takes LibreOffice a quarter of a second."""


@pytest.fixture(scope="session")
def converted(tmp_path_factory):
    """By LibreOffice, for each case: what it shows of it, and the files that it makes of it with what it shows of them.

    Of its own .rtf it shows less than it wrote, so there the case itself is the measure.
    """
    folder = tmp_path_factory.mktemp("numbering")
    text = "txt:Text (encoded):UTF8"
    files = {name: folder / f"{at}.docx" for at, name in enumerate(CASES)}
    for name, file in files.items():
        file.write_bytes(CASES[name].document)
    shown = dict(zip(CASES, map(read_labels, convert(list(files.values()), text, folder)), strict=True))
    some = [files[name] for name in IN_ALL_FORMATS]
    made = {
        "odt": dict(zip(CASES, convert(list(files.values()), "odt", folder), strict=True)),
        "rtf": dict(zip(IN_ALL_FORMATS, convert(some, "rtf", folder), strict=True)),
        "doc": dict(zip(IN_ALL_FORMATS, convert(some, "doc:MS Word 97", folder), strict=True)),
    }
    again = convert(list(made["doc"].values()), text, folder)
    by_format = {"odt": shown, "rtf": shown, "doc": dict(zip(IN_ALL_FORMATS, map(read_labels, again), strict=True))}
    return shown, by_format, made


def read_labels(file):
    return labels_of(file.read_text(encoding="utf-8-sig").splitlines())


@pytest.mark.system("soffice")
@pytest.mark.parametrize("name", CASES)
def test_libreoffice_shows_the_same_or_what_is_said_beside_the_case(name, converted):
    expected = CASES[name].libreoffice if CASES[name].libreoffice is not None else CASES[name].labels
    assert converted[0][name] == expected


@pytest.mark.system("soffice")
@pytest.mark.parametrize(
    ("to", "name"), [("odt", name) for name in CASES] + [(to, name) for to in ("doc", "rtf") for name in IN_ALL_FORMATS]
)
def test_the_same_in_another_format(to, name, converted):
    _, shown, made = converted
    read = READERS[to](made[to][name].read_bytes())
    assert labels_of([block.text for block in read.blocks]) == OTHERWISE.get((to, name), shown[to][name])

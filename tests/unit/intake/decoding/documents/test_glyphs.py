"""Letters on a page that was never made: each stands where a maker of PDF would put it."""

from __future__ import annotations

from intake.decoding.documents.glyphs import Glyph, arrange

SIZE = 10.0


def set_line(shown: str, left: float = 0.0, baseline: float = 700.0, step: float = 5.0) -> list[Glyph]:
    """Letters from left to right as they look; a blank is a gap."""
    return [
        Glyph(letter, left + at * step, left + (at + 1) * step, left + at * step, baseline, SIZE)
        for at, letter in enumerate(shown)
        if letter != " "
    ]


def texts(glyphs: list[Glyph]) -> list[str]:
    return [line.text for line in arrange(glyphs)]


def test_a_line_is_read_from_the_right() -> None:
    assert texts(set_line("تنرتنالا ةسايس")) == ["سياسة الانترنت"]


def test_the_order_of_the_file_does_not_count_within_a_line() -> None:
    line = set_line("ةيلود ةسايس")
    assert texts(line[::-1]) == texts(line[5:] + line[:5]) == ["سياسة دولية"]


def test_lam_and_alef_of_one_glyph() -> None:
    """Both have its box; whichever the file names first, lam is read first."""
    for pair in ("ال", "لا", "إل", "لإ"):
        ligature = [Glyph(letter, 10.0, 18.0, 10.0, 700.0, SIZE) for letter in pair]
        line = [*set_line("م", left=0.0), *set_line("ى", left=5.0), *ligature, *set_line("س", left=18.0)]
        alef = pair.replace("ل", "")
        assert texts(line) == [f"سل{alef}ىم"]


def test_other_ligatures_are_turned_as_lam_and_alef_are() -> None:
    lam_alef = [Glyph(letter, 30.0, 38.0, 30.0, 700.0, SIZE) for letter in "لا"]
    meem_ha = [Glyph(letter, 22.0, 30.0, 22.0, 700.0, SIZE) for letter in "مح"]
    assert texts([*lam_alef, *meem_ha]) == ["لامح"]  # The file has both as they are read.
    assert texts([*lam_alef[::-1], *meem_ha]) == ["لاحم"]  # It has both turned round.


def test_a_mark_belongs_to_the_letter_it_stands_on() -> None:
    word = set_line("دعم")
    shadda = Glyph("\u0651", 6.0, 9.0, 6.0, 703.0, SIZE)
    assert texts([shadda, *word]) == texts([*word, shadda]) == ["مع\u0651د"]


def test_a_mark_that_is_noted_with_its_letter() -> None:
    """Chromium gives both the box of the mark, sliced, and lowers their baseline."""
    line = [
        *set_line("مد", left=0.0),
        Glyph("ق", 12.0, 13.0, 10.0, 698.0, SIZE),
        Glyph("\u064e", 11.0, 12.0, 10.0, 698.0, SIZE),
    ]
    assert texts([*line, *set_line("ن", left=14.0)]) == ["نق\u064eدم"]


def test_columns_stay_apart() -> None:
    right, left = set_line("ةيبرع", left=400.0), set_line("ىرخا", left=100.0)
    assert texts([*right, *left]) == ["عربية", "اخرى"]


def test_columns_that_are_close_stay_apart() -> None:
    """Found by comparing: lines of two columns ran together where little room was between them."""
    right = [set_line("ةيبرع", left=100.0, baseline=700.0 - 14 * number) for number in range(3)]
    left = [set_line("ىرخاو", left=65.0, baseline=700.0 - 14 * number) for number in range(3)]
    glyphs = [glyph for line in (*right, *left) for glyph in line]
    assert texts(glyphs) == ["عربية"] * 3 + ["واخرى"] * 3
    assert texts([*right[0], *left[0]]) == ["عربية واخرى"]  # Written in one go, it is one line.


def test_lines_stay_in_the_order_of_the_file() -> None:
    first, second = set_line("لوا", baseline=700.0), set_line("ناث", baseline=684.0)
    assert texts([*first, *second]) == ["اول", "ثان"]
    assert texts([*second, *first]) == ["ثان", "اول"]


def test_presentation_forms_become_letters() -> None:
    assert texts(set_line("\ufe8e\ufee4\ufedf")) == ["لما"]


def test_nothing_gives_nothing() -> None:
    assert arrange([]) == []
    assert arrange([Glyph(" ", 0.0, 3.0, 0.0, 700.0, SIZE)]) == []
    assert arrange([Glyph("\u0651", 0.0, 3.0, 0.0, 700.0, SIZE)]) == []

"""Letters by script, and stretches of one script."""

from __future__ import annotations

import pytest

from intake.text.scripts import Script, count_letters, script_runs


@pytest.mark.parametrize(
    ("text", "script", "count"),
    [
        ("Yes, 123!", Script.LATIN, 3),
        ("Déjà", Script.LATIN, 4),
        ("نعم ١٢", Script.ARABIC, 3),
        ("Да-да", Script.CYRILLIC, 4),
        ("我们同意。", Script.HAN, 4),
        ("ひらがな", Script.OTHER, 4),
        ("हाँ", Script.OTHER, 1),
    ],
)
def test_letters_are_counted_by_script(text: str, script: Script, count: int) -> None:
    counts = count_letters(text)
    assert counts[script] == count
    assert sum(counts.values()) == count


def test_digits_and_marks_go_with_the_letters_before_them() -> None:
    runs = list(script_runs("1) Yes (90%). Да, 5! نعم 我们。"))
    assert runs == [
        (Script.OTHER, "1) "),
        (Script.LATIN, "Yes (90%). "),
        (Script.CYRILLIC, "Да, 5! "),
        (Script.ARABIC, "نعم "),
        (Script.HAN, "我们。"),
    ]


@pytest.mark.parametrize("text", ["", "a" * 100_000, "aд" * 50_000, "\ud800é字" * 1000, "1" * 100_000])
def test_nothing_is_lost_between_runs(text: str) -> None:
    assert "".join(run for _, run in script_runs(text)) == text

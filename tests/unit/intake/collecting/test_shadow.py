"""The hand-made list, and each result beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake.collecting.shadow import Comparison, Expected, read_expected, shadowed
from intake.errors import SettingsError, UnreadableSource
from intake.settings import Settings


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "by-hand.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def line(**changes: Any) -> dict[str, Any]:
    standard = {
        "status": "filed",
        "consultations": ["ott"],
        "source_file": "office/INBOX/1",
        "message_id": "<1@labo.example>",
        "author_address": "amina@labo.example",
        "reason": "the subject names it",
    }
    return {**standard, **changes}


def test_a_list_is_read_by_its_heading(tmp_path: Path) -> None:
    text = "\ufeffnote,status,message,consultation\r\nx,filed, <1@labo.example> ,ott bees\r\n,held,office/INBOX/2,\r\n,,3@labo.example,\r\n"
    assert read_expected(written(tmp_path, text)) == {
        "1@labo.example": Expected("filed", frozenset({"ott", "bees"})),
        "office/INBOX/2": Expected("held", None),
        "3@labo.example": Expected(None, None),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lacks the column message; its first line is message,status,consultation."),
        ("message;status;consultation\n", "lacks the column message"),
        ("message,status,consultation\n1,filled,\n", "line 2: filled is no status; use "),
        (b"message,status,consultation\n\xff\xfe,,\n", "cannot be read"),
    ],
)
def test_a_wrong_list_is_refused_in_a_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UnreadableSource, match=r"by-hand\.csv") as refused:
        read_expected(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="the list cannot be read"):
        read_expected(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("expected", "word"),
    [
        (Expected("filed", frozenset({"ott"})), "agrees"),
        (Expected(None, frozenset({"ott"})), "agrees"),
        (Expected("filed", None), "agrees"),
        (Expected("held", None), "DIFFERS"),
        (Expected("filed", frozenset({"bees"})), "DIFFERS"),
        (Expected("filed", frozenset({"ott", "bees"})), "DIFFERS"),
    ],
)
def test_each_result_is_compared_with_what_was_said(expected: Expected, word: str) -> None:
    assert Comparison({"1@labo.example": expected}).judge(line()).startswith(word)
    assert Comparison({"office/INBOX/1": expected}).judge(line(message_id=None)).startswith(word)


def test_the_sum_has_every_line_of_the_list() -> None:
    comparison = Comparison({"1@labo.example": Expected("filed", None), "2@labo.example": Expected("held", None)})
    comparison.judge(line())
    comparison.judge(line(message_id="<9@labo.example>"))
    assert comparison.sum() == "1 agree, 0 differ, 1 are not on the list, 1 of the list have not arrived."


def test_a_rehearsal_has_a_record_of_its_own_and_changes_nothing(settings: Settings) -> None:
    table = {"name": "office", "host": "h", "user": "u", "password_env": "P", "after": "move", "move_to": "Done"}
    toml = type(settings.toml).model_validate({"imap": [table], "vault": {"way": "disk"}})
    real = replace(settings, toml=toml)
    shadow = shadowed(real)
    assert shadow.store_url == f"sqlite:///{settings.home}/shadow/intake.db"
    assert (shadow.mailboxes[0].after, shadow.mailboxes[0].move_to) == ("leave", "")
    assert not shadow.receipts.enabled
    assert shadow.vault.way.value == "database"
    assert shadow.home == real.home, "secrets are found where they are"
    with pytest.raises(SettingsError, match="there is no"):
        shadowed(settings)

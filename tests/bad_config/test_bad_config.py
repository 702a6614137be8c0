"""Each folder holds one mistake; the sentence beside it is what must be said, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.errors import SettingsError
from intake.settings import read_settings

HERE = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/expected.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_said_with_file_key_and_remedy(name: str, home: Path) -> None:
    folder = HERE / name
    expected = (folder / "expected.txt").read_text(encoding="utf-8").rstrip("\n")
    with pytest.raises(SettingsError) as refused:
        read_settings(home, folder)
    assert str(refused.value).replace(str(folder), "{path}") == expected
    assert expected.startswith("{path}/")
    assert expected.endswith(".")
    assert ";" in expected, "what is wrong; what to do about it"
    assert "\n" not in expected


def test_no_folder_is_without_its_sentence() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders == set(NAMES)
    assert len(NAMES) > 30

"""config/ is data only; every key that the service knows stands in it, with its default and a comment."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from intake.settings import ConsultationToml, IntakeToml, read_settings
from intake.settings.mailboxes import Imap

CONFIG = Path(__file__).resolve().parents[2] / "config"
INTAKE_TOML = CONFIG / "intake.toml"
CONSULTATIONS = sorted((CONFIG / "consultations").glob("*.toml"))


def defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Every key of the model with its default, as TOML would have it."""
    return model.model_validate({}).model_dump(mode="json", by_alias=True)


def uncommented(text: str) -> Iterator[str]:
    """Keys whose paragraph does not begin with a comment above them."""
    said = False
    depth = 0
    for line in text.splitlines():
        if not line.strip() or line.startswith("["):
            said = said and line.startswith("[")  # A comment above a table speaks for its first keys.
        elif line.startswith("#"):
            said = True
        elif depth == 0 and (key := re.match(r"([\w-]+) *=", line)) and not said:
            yield key[1]
        if not line.startswith("#"):
            depth += line.count("[") - line.count("]") if not line.startswith("[") else 0


def test_every_key_stands_there_with_its_default() -> None:
    usual = defaults(IntakeToml)
    assert usual.pop("imap") == []
    assert tomllib.loads(INTAKE_TOML.read_text(encoding="utf-8")) == usual


def test_the_mailbox_that_stands_there_for_example_is_read_and_says_every_key() -> None:
    text = INTAKE_TOML.read_text(encoding="utf-8")
    example = tomllib.loads(re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE))["imap"]
    (account,) = IntakeToml.model_validate({"imap": example}).imap
    assert set(example[0]) == set(Imap.model_fields) - {"oauth"}
    assert account.model_dump(exclude_defaults=True).keys() == {"name", "host", "user", "password_env"}


def test_every_key_has_a_comment_above_it() -> None:
    assert list(uncommented(INTAKE_TOML.read_text(encoding="utf-8"))) == []


def test_the_check_of_comments_sees_a_bare_key() -> None:
    assert list(uncommented("[a]\n# said\nx = 1\ny = 2\n\nz = 3\n")) == ["z"]


def test_there_are_consultations_and_all_load() -> None:
    assert CONSULTATIONS
    assert [one.slug for one in read_settings().consultations] == [path.stem for path in CONSULTATIONS]


@pytest.mark.parametrize("path", CONSULTATIONS, ids=lambda path: path.stem)
def test_a_consultation_says_every_key_with_a_comment(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    optional = {"extended_from", "announcement"}  # The deadline was not moved; the call is not known.
    assert set(ConsultationToml.model_fields) - set(tomllib.loads(text)) <= optional
    assert list(uncommented(text.partition("[[question]]")[0].partition("[title]")[0])) == []


def test_it_holds_data_only() -> None:
    for path in CONFIG.rglob("*"):
        assert not path.is_symlink(), path
        if path.is_file():
            assert path.suffix in {".toml", ".csv"}, path
            assert not os.access(path, os.X_OK) or os.geteuid() == 0, path
            assert not path.stat().st_mode & 0o111, path


def test_it_holds_no_secret() -> None:
    text = INTAKE_TOML.read_text(encoding="utf-8")
    assert re.findall(r"^(?:.*(?:password|secret|token|key)\w*)(?<!_env) *= *\"(.+)\"", text, re.MULTILINE) == []
    assert not re.search(r"^[^#]*://[^/\s]*:[^/\s]*@", text, re.MULTILINE)

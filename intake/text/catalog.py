"""Our own words in six languages: gettext catalogs, compiled in memory from the .po files."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from intake.vocabulary.consultation import UN_LANGUAGES


def spoken(language: str | None) -> str:
    """The language in which we answer: the sender's, where it is one of the six, else English."""
    return language if language in UN_LANGUAGES else "en"


@cache
def translations(language: str) -> NullTranslations:
    """The catalog of one of the six languages. Raises FileNotFoundError for another."""
    path = files("intake.text").joinpath("locale", language, "LC_MESSAGES", "intake.po")
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(path.read_bytes()), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)

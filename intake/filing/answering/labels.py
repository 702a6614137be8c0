"""Labels and numbers at the beginning of a line: Question 3, السؤال الثالث, 问题三, 3)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.filing.answering.folded import Head
from intake.text.folding import fold
from intake.vocabulary.consultation import UN_LANGUAGES

SHORT = 2
"""Letters of an answer's name that is too short to be trusted before anything but a number and a stop: A1."""
MAX_REFUSAL_CHARACTERS = 120
"""An answer of this length that holds words of refusal says nothing else."""
MAX_ABOUT = 80
"""Characters with which a heading may say what its question is about: Question 1, on opportunities:"""
MAX_NUMBER = 99
"""No consultation asks more; larger numbers at the beginning of a line are years and sums."""


@dataclass(frozen=True, slots=True)
class Label:
    """Questions that a line names at its beginning."""

    numbers: tuple[str, ...]
    """As ids are written: digits, perhaps with a letter."""
    end: int
    """Where what follows begins, in characters of the line."""


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number at the beginning of a line."""

    number: int
    style: str
    """How it is written: the numbers of one list are written alike."""
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """The words of one or more languages, folded."""

    questions: tuple[str, ...]
    """Question, point, item: what a number follows."""
    answers: tuple[str, ...]
    """Answer, response: a short form alone, or a lead to ``questions``."""
    leads: tuple[str, ...]
    """On, regarding, as to: what may stand before."""
    signs: tuple[str, ...]
    """Number, no.: what may stand between them."""
    joints: tuple[str, ...]
    """And, to, or."""
    ranges: tuple[str, ...]
    """To, through: from one number to another."""
    ordinals: Mapping[str, int]
    """First … tenth, in every form that agrees with a question."""
    numerals: Mapping[str, int]
    """One … ten, as a language writes them in words."""
    ends: tuple[str, ...]
    """Headings after which no question is answered any more."""
    closings: tuple[str, ...]
    """Phrases with which a letter closes."""
    refusals: tuple[str, ...]
    """What is written where one does not want to answer."""
    tails: tuple[str, ...]
    """Together, jointly: what may stand after the numbers of questions that are answered as one."""
    translations: tuple[str, ...]
    """What stands above a translation that is added for courtesy."""
    originals: tuple[str, ...]
    """What stands above the original, where the translation comes first."""


@cache
def phrases() -> Phrases:
    """Of all six languages together: people mix them."""
    read = [_read(language) for language in UN_LANGUAGES]

    def lists(key: str) -> tuple[str, ...]:
        return tuple(sorted({fold(one) for table in read for one in table[key]}, key=len, reverse=True))

    def numbers(key: str) -> dict[str, int]:
        return {fold(form): int(number) for table in read for number, forms in table[key].items() for form in forms}

    return Phrases(
        questions=lists("questions"),
        answers=lists("answers"),
        leads=lists("leads"),
        signs=lists("signs"),
        joints=lists("joints"),
        ranges=lists("ranges"),
        ordinals=numbers("ordinals"),
        numerals=numbers("numerals"),
        ends=lists("ends"),
        closings=lists("closings"),
        refusals=lists("refusals"),
        tails=lists("tails"),
        translations=lists("translations"),
        originals=lists("originals"),
    )


def _read(language: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "languages" / f"{language}.toml").read_text(encoding="utf-8"))


_BEFORE = r"[\s>*#•◦▪■●○–—_=~\[(«\"'“„.-]*"
_AFTER = r"[\])»\"'”]?\s*(?:[:.)\]、。，,،;؛|/>*_=\u2013\u2014-]+|(?=\s|$|[^\w]|[\u3400-\u9fff]))[\s*_]*"
_SUFFIX = r"(?:\s?\(?[a-h]\)?|st|nd|rd|th|er|re|ere|e|eme|o|-?[йяемх]{1,2})?(?!\w)|(?=[\u3400-\u9fff])"
"""Of a number: a part of a question, or the end of an ordinal."""


def _any_of(forms: Iterable[str], *, apart: bool = True) -> str:
    """Longest first. A form must end where its word does, if it stands ``apart``; Chinese has no such place."""
    ordered = sorted(forms, key=len, reverse=True)
    return "|".join(re.escape(form) + (r"(?![^\W\d_])" if apart and not _WIDE.search(form) else "") for form in ordered)


@cache
def _label(words: Phrases) -> re.Pattern[str]:
    """All that a label may be, in all languages at once: people mix them."""
    digits, spelt = rf"\d{{1,2}}(?:{_SUFFIX})", rf"(?:{_any_of(words.numerals)})"
    asked = rf"(?:{_any_of([*words.questions, *(form for form in words.answers if len(form) > SHORT)])})"
    short = rf"(?:{_any_of([form for form in words.answers if len(form) <= SHORT])})"
    # Arabic writes “and” together with the next word.
    joint = (
        rf"\s*(?:,|،|、|&|/|\+|(?:{_any_of(words.joints, apart=False)})|-|\u2013|\u2014|(?:{_any_of(words.ranges)}))\s*"
    )
    sign = rf"\s*(?:(?:{_any_of(words.signs)})\s*)?[.°º#№:]?\s*(?:\(\s*)?"
    # Not one kind after the other: after “question 4,” an article is no number.
    many = "|".join(rf"{number}(?:{joint}(?:{asked}\s*)?{number})*" for number in (digits, spelt))
    # Possessive: “à la à la” can be read in many ways, and none of them is worth a second look.
    lead = rf"(?:(?:{_any_of(words.leads)})\s*)*+"
    named = rf"{lead}(?:{asked}\s*{lead})*"
    one = rf"(?:{_any_of(words.ordinals)})"
    ordinal = rf"{one}(?:{joint}(?:(?:{_any_of(words.leads)})\s*)?{one})*"
    tail = rf"(?:\s?\(?(?:{_any_of(words.tails)})\)?)?"
    about = rf"(?:,?\s*(?:{_any_of(words.leads)})\b[^:.!?]{{1,{MAX_ABOUT}}}:\s*$)?"
    return re.compile(
        rf"{_BEFORE}(?:{named}{asked}{sign}(?P<after>{many})"
        rf"|{short}{sign}(?P<brief>{many})(?!\s*[\w%])"
        rf"|{named}{asked}\s*(?P<noun>{ordinal})"
        rf"|{named}(?P<adjective>{ordinal})\s*(?:[个個项項]\s*)?{asked}"
        rf"|{named}第\s*(?P<counted>{many})\s*[个個项項]?\s*{asked}){tail}{about}{_AFTER}"
    )


def label(head: Head, words: Phrases) -> Label | None:
    """The label with which a line begins, or None."""
    found = _label(words).match(head.text)
    if found is None:
        return None
    ordinals = found["noun"] or found["adjective"]
    many = found["after"] or found["brief"] or found["counted"]
    numbers = tuple(_ordinals(ordinals, words) if ordinals else _numbers(many, words))
    return Label(numbers, head.place(found.end())) if numbers else None


def _ordinals(text: str, words: Phrases) -> Iterator[str]:
    """The first; the second and third."""
    for found in re.finditer(_any_of(words.ordinals), text):
        yield str(words.ordinals[found[0]])


def reply_lead(head: Head, words: Phrases) -> int:
    """Where what is said begins, after “Answer:” or “答：” at the beginning of a line; else 0."""
    found = _reply(words).match(head.text)
    return head.place(found.end()) if found else 0


def refuses(text: str, words: Phrases) -> bool:
    """Whether an answer says only that there is none."""
    if len(text) > MAX_REFUSAL_CHARACTERS:
        return False
    folded = fold(text).strip(" .!-–—()[]。")
    return any(folded == one or (" " in one and folded.startswith(one)) for one in words.refusals)


@cache
def _reply(words: Phrases) -> re.Pattern[str]:
    return re.compile(rf"[\s*_]*(?:{_any_of(words.answers)})[\s*_]*:[\s*_]*")


def _numbers(text: str, words: Phrases) -> Iterator[str]:
    """2, 3 and 5; 2 to 4; 3(a)."""
    numerals = _any_of(words.numerals)
    behind, last = 0, 0
    for found in re.finditer(rf"(\d{{1,2}})\s?\(?([a-h](?!\w))?|({numerals})", text):
        number = int(found[1]) if found[1] else words.numerals[found[3]]
        between = text[behind : found.start()].strip()
        if last and (between in {"-", "\u2013", "\u2014"} or between.split(" ")[0] in words.ranges):
            yield from (str(one) for one in range(last + 1, min(number, MAX_NUMBER)))
        yield f"{number}{found[2] or ''}"
        behind, last = found.end(), number


_NUMBER = re.compile(
    r"[\s>*•#_–—-]*(?P<open>[\[(]?)(?:no?\s?[.°º]\s?|№\s?)?"
    r"(?P<number>\d{1,2})(?P<close>\s?[.)\]:、．]-?|\s?/(?=\s)|\s?[-\u2013\u2014](?=\D|$)|\.-|(?=$))(?!\d)\s*"
)
_WIDE = re.compile(r"[\u3400-\u9fff]")
_WIDE_NUMBER = re.compile(r"\s*(?P<open>[(（]?)(?P<number>[一二三四五六七八九十]{1,3})(?P<close>[、.．)）:：])\s*")
_WIDE_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}


def number(head: Head) -> Number | None:
    """The bare number with which a line begins, or None."""
    if found := _NUMBER.match(head.text):
        style = f"{found['open']}0{found['close'].strip()}"
        return Number(int(found["number"]), style, head.place(found.end()))
    if found := _WIDE_NUMBER.match(head.text):
        return Number(_wide(found["number"]), f"{found['open']}一{found['close']}", head.place(found.end()))
    return None


def _wide(numeral: str) -> int:
    """Up to 99, as 十五 and 二十 are written."""
    tens, ten, ones = numeral.rpartition("十")
    return (_WIDE_DIGITS.get(tens, 1) * 10 if ten else 0) + _WIDE_DIGITS.get(ones, 0)


def mentions(text: str, words: Phrases) -> set[str]:
    """Numbers of questions that are named anywhere in a text, folded."""
    if not (_counts(text, words) or any(ordinal in text for ordinal in words.ordinals)):
        return set()  # As in most texts, which is seen in a tenth of the time.
    asked, ordinals = _any_of(words.questions), _any_of(words.ordinals)
    pattern = (
        rf"\b(?:{asked})\s*(?:n[.°o]{{1,2}}\s*)?(\d{{1,2}})\b"
        rf"|\b({ordinals})\s*(?:{asked})|\b(?:{asked})\s+({ordinals})"
    )
    return {found[1] or str(words.ordinals[found[2] or found[3]]) for found in re.finditer(pattern, text)}


_COUNT = re.compile(r"\d{1,2}\b")
_NUMBER_SIGN = re.compile(r"n[.°o]{1,2}$")
_BEFORE_COUNT = 40
"""Characters before a number that hold the name of a question, and a sign."""


def _counts(text: str, words: Phrases) -> bool:
    """Whether the name of a question, or what looks like one, stands before any number of a folded text."""
    before = (text[max(0, one.start() - _BEFORE_COUNT) : one.start()].rstrip() for one in _COUNT.finditer(text))
    return any(one.endswith(words.questions) or _NUMBER_SIGN.search(one) for one in before)

"""The questions that place a message under a consultation; each answers with a Finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from intake.filing.case import Case, answer
from intake.text.folding import fold
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Seal
from intake.vocabulary.submission import Finding

MIN_OWN_CHARACTERS = 2
"""A text shorter than this says nothing."""
MAX_BODY_CHARACTERS = 200_000
"""Of the body that are looked through for a title."""

MAX_COVER_CHARACTERS = 300
"""A text shorter than this, the links not counted, only says where the answer lies."""

MAX_NAMES = 4096
"""Titles and names of consultations kept folded: hundreds of rounds in six languages."""


def empty(case: Case) -> Finding:
    """Nothing was said and nothing attached."""
    said = len(case.message.text.strip()) >= MIN_OWN_CHARACTERS or bool(case.message.attachments)
    return answer("empty", None if said else "no text and no attachment", "there is a text or an attachment")


def encrypted(case: Case) -> Finding:
    """Only its recipient can read it, and that is a person with a key."""
    locked = [seal.value for seal in case.message.seals if seal in _LOCKED]
    return answer("encrypted", f"it is encrypted: {_list(locked)}" if locked else None, "it is not encrypted")


def elsewhere(case: Case) -> Finding:
    """All that it brings is a link to a file with a cloud service, which we never fetch."""
    if not case.message.links:
        return answer("elsewhere", None, "it links to no file with a cloud service")
    said = len(_ADDRESS.sub("", case.own_text).strip()) >= MAX_COVER_CHARACTERS
    files = any(not attachment.inline for attachment in case.message.attachments)
    reason = None if said or files else "its answer lies with a cloud service: ask the sender for the file"
    return answer("elsewhere", reason, "it links to a file with a cloud service, and says something itself")


def closed_round(case: Case) -> Finding:
    """The subject plainly names a round that is over, or not yet begun: a person decides what is meant."""
    named = _named_in(case, case.over)
    begun = any(one.slug in named and one.launched <= case.received_at for one in case.over)
    return answer(
        "closed-round",
        f"the subject names {_list(named)}, which {'is over' if begun else 'has not begun'}" if named else None,
        "the subject names no round that is over",
        *named,
    )


def plus_address(case: Case) -> Finding:
    """It was sent to the address of one consultation."""
    rcpt = case.envelope.rcpt_to.lower()
    slugs = [one.slug for one in case.live if rcpt in one.addresses]
    reason = f"sent to the address of {_list(slugs)}" if slugs else None
    return answer("plus-address", reason, "sent to the common address", *slugs)


def thread(case: Case) -> Finding:
    """It answers our announcement (RFC 5322, 3.6.4)."""
    parents = {*case.message.in_reply_to, *case.message.references}
    slugs = [one.slug for one in case.live if parents & set(one.announcement_ids)]
    reason = f"it answers the announcement of {_list(slugs)}" if slugs else None
    return answer("thread", reason, "it answers no announcement", *slugs)


def named_in_subject(case: Case) -> Finding:
    """The subject carries the code, a title in any of six languages, or another name."""
    slugs = _named_in(case, case.live)
    reason = f"the subject names {_list(slugs)}" if slugs else None
    return answer("subject", reason, "the subject names no consultation", *slugs)


def named_in_body(case: Case) -> Finding:
    """The text names a consultation by title or name."""
    text = fold(case.text[:MAX_BODY_CHARACTERS])
    slugs = [one.slug for one in case.live if names(one, text)]
    reason = f"the text names {_list(slugs)}" if slugs else None
    return answer("body", reason, "the text names no consultation", *slugs)


def _named_in(case: Case, rounds: Iterable[Consultation]) -> list[str]:
    return [one.slug for one in rounds if names(one, case.subject) or carries(one.code, case.message.subject)]


def names(one: Consultation, folded: str) -> bool:
    """Whether a folded text has a title of this consultation, in any language, or another of its names."""
    return any(_fold_name(name) in folded for name in (*one.title.values(), *one.names) if name)


@lru_cache(maxsize=MAX_NAMES)
def _fold_name(name: str) -> str:
    return fold(name)


def carries(code: str, subject: str) -> bool:
    """As a whole word, case as written: OTT is a code, ott. is October in French."""
    return bool(code) and re.search(rf"(?<![\w]){re.escape(code)}(?![\w])", subject) is not None


_LOCKED = frozenset({Seal.SMIME_ENCRYPTED, Seal.PGP_ENCRYPTED})
_ADDRESS = re.compile(r"https?://\S+")


def _list(slugs: Iterable[str]) -> str:
    return " and ".join(slugs)

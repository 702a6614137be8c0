"""What mail systems add to a letter: armour, warnings at its head, footers and the lines of telephones at its end."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from intake.decoding.lines import TextLine, paragraph_end, paragraph_start, trim
from intake.decoding.quotations import is_rule
from intake.decoding.wording import wording
from intake.vocabulary.mail import SpanKind

MAX_FOOTER_LINES = 15
"""Of a paragraph, among which the line above the footer of a mailing list is sought."""
MAX_DEVICE_CHARACTERS = 70
"""Of the line that a telephone adds."""
WRAPPED_CHARACTERS = 120
"""Of a line, up to which it may be a piece of a wrapped paragraph."""
MAX_BANNER_CHARACTERS = 500
"""Of a line that a mail system writes above a message."""
MAX_BANNER_LINES = 4
"""Of such a warning; what follows the last that warns may be the letter."""

_ARMOUR = ("-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----")
_ARMOUR_ENDS = "-----END PGP SIGNATURE-----"


def mark_additions(lines: Sequence[TextLine], kinds: MutableSequence[SpanKind]) -> None:
    """Mark what stands above or around a text: armour, and the warning of a mail system."""
    inside = ""
    for at, line in enumerate(lines):
        if line.raw.startswith(_ARMOUR):
            inside = line.raw
        if inside:
            kinds[at] = SpanKind.DISCLAIMER
        if line.raw.startswith(_ARMOUR_ENDS) or (line.is_blank and inside.startswith(_ARMOUR[0])):
            inside = ""
    first = next((at for at, line in enumerate(lines) if not line.is_blank), None)
    if first is not None:
        end = min(paragraph_end(lines, first, len(lines)), first + MAX_BANNER_LINES)
        warns = [at for at in range(first, end) if any(one in lines[at].folded for one in wording().banners)]
        if warns and len(lines[warns[-1]].raw) <= MAX_BANNER_CHARACTERS:
            kinds[first : warns[-1] + 1] = [SpanKind.DISCLAIMER] * (warns[-1] + 1 - first)


def mark_disclaimers(
    lines: Sequence[TextLine], kinds: MutableSequence[SpanKind], start: int, end: int, *, signed: bool
) -> int:
    """Peel paragraphs off the end while they are additions; where what is left ends."""
    end = trim(lines, start, end)
    while end > start:
        first = _addition(lines, paragraph_start(lines, end, start), end, signed=signed)
        if first == end:
            break
        kinds[first:end] = [SpanKind.DISCLAIMER] * (end - first)
        end = trim(lines, start, first)
    while end > start and is_rule(lines[end - 1]) and end < len(lines) and SpanKind.DISCLAIMER in kinds[end : end + 3]:
        kinds[end - 1] = SpanKind.DISCLAIMER
        end = trim(lines, start, end - 1)
    return end


def is_disclaiming(folded: str, *, signed: bool) -> bool:
    """Whether words, folded, are those of a footer.

    Below a signature one phrase tells; elsewhere two, or one at the beginning, behind a heading at most.
    """
    found = [at for one in wording().disclaimers if (at := folded.find(one)) >= 0]
    return len(found) > 1 or (bool(found) and (signed or min(found) <= len("avertissement : ")))


def _addition(lines: Sequence[TextLine], first: int, end: int, *, signed: bool) -> int:
    """Where in its paragraph an addition begins; the end of it where there is none."""
    if is_rule(lines[first]) and is_rule(lines[end - 1]) and end - first > 2:  # noqa: PLR2004 - two and what they enclose.
        said = _joined(lines, first + 1, end - 1)
        return first if is_disclaiming(said, signed=True) or said.startswith(wording().devices) else end
    if (
        lines[end - 1].folded.startswith(wording().devices)
        and len(lines[end - 1].raw) <= MAX_DEVICE_CHARACTERS
        and "," not in lines[end - 1].raw
    ):
        return end - 1
    for at in range(max(first, end - MAX_FOOTER_LINES), end - 1):
        if set(lines[at].raw.strip()) == {"_"} and "mailing list" in lines[at + 1].folded:
            return at
    if not is_disclaiming(_joined(lines, first, end), signed=signed):
        return end
    if any(len(line.raw) > WRAPPED_CHARACTERS for line in lines[first:end]):
        return next((at for at in range(first, end) if is_disclaiming(lines[at].folded, signed=True)), end)
    return first


def _joined(lines: Sequence[TextLine], start: int, end: int) -> str:
    return " ".join(line.folded for line in lines[start:end])

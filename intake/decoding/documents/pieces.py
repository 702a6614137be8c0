"""What a paragraph is made of, before it becomes blocks: text, filled-in fields, boxes that hang on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intake.decoding.documents.draft import Draft, Place
from intake.decoding.documents.package import Element
from intake.vocabulary.document import BlockKind

CHECKED, UNCHECKED = "☒", "☐"
"""As Word shows a box of its forms."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A field of a form, with what was filled in."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Boxed:
    """A text box that is anchored here."""

    content: Element


Piece = str | Filled | Boxed


@dataclass(frozen=True, slots=True)
class Shape:
    """What a paragraph is. ``label``: what stands before it, with what parts it from its text."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    label: str = ""
    is_bullet: bool = False


def text_of(pieces: Sequence[Piece]) -> str:
    """Text and fields, run together."""
    return "".join(one if isinstance(one, str) else one.text for one in pieces if not isinstance(one, Boxed))


def emit(
    draft: Draft, pieces: Sequence[Piece], shape: Shape, place: Place | None, unbox: Callable[[Element], None]
) -> None:
    """Write a paragraph: fields by themselves, amid the text that surrounds them; boxes behind it.

    A number is shown even before nothing; a bullet before nothing says nothing. Raises Full.
    """
    is_said = any(not isinstance(one, str) or one.strip() for one in pieces)
    said = [shape.label] if is_said or not shape.is_bullet else []

    def say() -> None:
        text = "".join(said)
        said.clear()
        if text.strip():
            draft.add(shape.kind, text, level=shape.level, place=place)

    for piece in pieces:
        if isinstance(piece, Filled):
            say()
            draft.add(BlockKind.FIELD, piece.text, place=place, tag=piece.tag)
        elif isinstance(piece, str):
            said.append(piece)
    say()
    for piece in pieces:
        if isinstance(piece, Boxed):
            unbox(piece.content)


def merge(pieces: Sequence[Piece]) -> list[Piece]:
    """Runs of text as one each: a character may have come in two halves."""
    out: list[Piece] = []
    run: list[str] = []
    for piece in (*pieces, None):
        if isinstance(piece, str):
            run.append(piece)
            continue
        if run:
            out.append(join_halves("".join(run)))
            run = []
        if piece is not None:
            out.append(piece)
    return out


def join_halves(text: str) -> str:
    """Halves of characters joined; what stays alone becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""The text of Rich Text Format, as its controls make it: groups, destinations, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from intake.decoding.documents.draft import Draft, Full, Place
from intake.decoding.documents.pieces import Piece, Shape, emit, join_halves, merge, text_of
from intake.decoding.documents.rtf_controls import MAX_DEPTH, ROLES, SETTERS, SIGNS, STARRED, UNSEEN
from intake.decoding.documents.rtf_state import Characters, Flow, Font, Form, Role, State, filled
from intake.decoding.documents.styles import MAX_LEVEL, heading_level
from intake.decoding.documents.symbols import read_bullet
from intake.vocabulary.document import BlockKind, Flag

MAX_GROUPS = 2000
"""Inside one another; Word writes some tens."""

_PAGES = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}


class RtfStory:
    """Takes the tokens of a file one by one, and writes blocks into a draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._characters = Characters()
        self._outlines: dict[int, int] = {}
        self._style_names: dict[int, list[str]] = {}
        self._body = Flow()
        self._state = State(flow=self._body)
        self._stack: list[State] = []
        self._pending = bytearray()
        self._author: list[str] = []
        self._notes: list[str] = []
        self._boxes: list[str] = []
        self._footers: list[str] = []
        self._said: set[str] = set()
        self._cells: dict[int, Place] = {}
        self._begun: set[int] = set()
        self.to_skip = 0
        """Characters that stand, for older readers, in the place of one that was read (\\uc)."""
        self.has_hidden = False
        self.has_pictures = False

    def open(self) -> None:
        """A group begins. Raises Full where too many are open."""
        self._flush()
        self.to_skip = 0
        if len(self._stack) >= MAX_GROUPS:
            self._draft.flag(Flag.TOO_LARGE)
            raise Full
        self._stack.append(self._state)
        self._state = self._state.inner()

    def close(self) -> None:
        """A group ends: what it set is set back, what it gathered goes where it belongs."""
        self._flush()
        self.to_skip = 0
        if not self._stack:
            return
        inner, self._state = self._state, self._stack.pop()
        if inner.form is not None and inner.form is not self._state.form and inner.form.is_form:
            self._append(filled(inner.form))
        if inner.flow is not self._state.flow and inner.flow.done is not None:
            self._end_line(inner.flow)
            inner.flow.done("\n".join(inner.flow.lines))

    def _enter(self, name: str, state: State) -> bool:
        """Whether this word says what the group that it begins is for."""
        if name in ROLES:
            self._give_role(name, state)
        elif name == "formfield":
            if state.form is not None:
                state.form.is_form = True
            state.role = Role.SKIPPED
        elif name == "field":
            state.form = Form()
        elif name == "fldrslt":
            if state.form is not None and state.form.is_form:
                state.flow = Flow(state.form.shown.append)
        elif name == "ud":
            state.role = Role.SHOWN
        elif name in UNSEEN or (state.is_starred and name not in STARRED):
            self.has_pictures = self.has_pictures or name == "pict"
            state.role = Role.SKIPPED
        else:
            return self._begin_flow(name, state)
        return True

    def _give_role(self, name: str, state: State) -> None:
        is_of_form = state.form is not None and name in {"ffname", "ffl"}
        if state.role is not Role.SKIPPED or is_of_form:
            state.role = ROLES[name]
        if state.form is not None and name == "ffl":
            state.form.choices.append([])

    def _begin_flow(self, name: str, state: State) -> bool:
        """A text apart from the one it stands in."""
        done: Callable[[str], None] | None = None
        if state.role is Role.SKIPPED or state.is_hidden or state.is_deleted:
            return False
        if name == "footnote":
            self._append(f"[{len(self._notes) + 1}]")
            done = self._notes.append
        elif name == "annotation":
            done = self._comment
        elif name in {"shptxt", "dptxbxtext"}:
            done = self._boxes.append
        elif name.startswith("header") and name.removeprefix("header") in {"", "l", "r", "f"}:
            done = self._say_once
        elif name.startswith("footer") and name.removeprefix("footer") in {"", "l", "r", "f"}:
            done = self._footers.append
        if done is not None:
            state.flow, state.depth = Flow(done), 0
        return done is not None

    def _comment(self, text: str) -> None:
        self._draft.comment("".join(self._author), join_halves(text))
        self._author.clear()

    def _say_once(self, text: str) -> None:
        if text.strip() and text not in self._said:
            self._said.add(text)
            self._draft.add(BlockKind.PARAGRAPH, join_halves(text))

    # --- characters -----------------------------------------------------------------------------------------

    def say_octets(self, octets: bytes) -> None:
        """Text in the charset of its font; characters of two octets may come in two tokens."""
        self._draft.tick()
        if self._state.role is not Role.SKIPPED:
            self._state.is_fresh = False
            self._pending += octets

    def _flush(self) -> None:
        if self._pending:
            octets, self._pending = bytes(self._pending), bytearray()
            plain = self._state.role in {Role.FONT, Role.STYLE}
            self._say(octets.decode("latin-1") if plain else self._characters.read(octets, self._state.font))

    def _say(self, text: str) -> None:
        state = self._state
        if state.role is Role.SHOWN:
            if state.is_deleted or state.is_hidden:
                self.has_hidden = self.has_hidden or (not state.is_deleted and bool(text.strip()))
            else:
                self._append(text)
        elif state.role is Role.LABEL:
            state.flow.label.append(text)
        elif state.role is Role.AUTHOR:
            self._author.append(text)
        elif state.role is Role.FONT:
            self._characters.fonts.setdefault(state.font, Font()).name.append(text)
        elif state.role is Role.STYLE:
            self._style_names.setdefault(state.style, []).append(text)
        elif state.form is not None and state.role is Role.FIELD_NAME:
            state.form.name.append(text)
        elif state.form is not None and state.role is Role.CHOICE:
            state.form.choices[-1].append(text)

    def _append(self, piece: Piece) -> None:
        if self._state.role is Role.SHOWN:
            self._state.flow.pieces.append(piece)

    # --- controls -------------------------------------------------------------------------------------------

    def control(self, name: str, number: int | None) -> None:
        """A control word or sign; words that we do not know change nothing. Raises Full."""
        self._draft.tick()
        self._flush()
        state = self._state
        if name == "*":
            state.is_starred = True
            return
        is_fresh, state.is_fresh = state.is_fresh, False
        if is_fresh and self._enter(name, state):
            return
        if name == "u" and number is not None:
            self._say(self._characters.read_unicode(number & 0xFFFF, state.font))
            self.to_skip = state.unicode_skip
        elif name in SIGNS:
            self._say(SIGNS[name])
        elif state.role is Role.SHOWN and name in {"par", "sect", "cell", "nestcell", "row", "nestrow"}:
            self._end(name, state)
        else:
            self._set(name, number, state)

    def _end(self, name: str, state: State) -> None:
        if state.flow is not self._body:
            if name in {"cell", "nestcell"}:
                self._append("\t")
            else:
                self._end_line(state.flow)
        elif name in {"par", "sect"}:
            self._end_paragraph(state, state.depth)
        elif name in {"cell", "nestcell"}:
            self._end_cell(state, 1 if name == "cell" else max(2, state.depth))
        else:
            self._end_row(1 if name == "row" else max(2, state.depth))

    def _set(self, name: str, number: int | None, state: State) -> None:
        value = 1 if number is None else number
        if name in SETTERS:
            SETTERS[name](state, value)
        elif name == "fcharset" and state.role is Role.FONT:
            self._characters.fonts.setdefault(state.font, Font()).charset = value
        elif name == "ansicpg" and value:
            self._characters.set_code_page(f"cp{value}")
        elif name in _PAGES:
            self._characters.set_code_page(_PAGES[name])
        elif name == "outlinelevel":
            state.outline = value if number is not None else 0
            if state.role is Role.STYLE:
                self._outlines[state.style] = state.outline
        elif name in {"revised", "deleted"} and value:
            self._draft.flag(Flag.TRACKED_CHANGES)
            state.is_deleted = state.is_deleted or name == "deleted"
        elif state.form is not None and name in {"fftype", "ffres", "ffdefres"}:
            state.form.set(name, value)

    # --- paragraphs and tables ------------------------------------------------------------------------------

    def _end_line(self, flow: Flow) -> None:
        label, text = "".join(flow.label).strip(), text_of(flow.pieces)
        flow.label.clear()
        flow.pieces.clear()
        if text.strip():
            flow.lines.append(f"{label} {text}" if label else text)

    def _end_paragraph(self, state: State, depth: int) -> None:
        """Of the body: in the cell that is open at this depth, or, at depth 0, in no table."""
        flow = self._body
        pieces, label = merge(flow.pieces), join_halves("".join(flow.label)).strip()
        flow.pieces, flow.label = [], []
        place = self._place(depth)
        outline = self._outline(state)
        is_bullet = not any(one.isalnum() for one in label)
        label = read_bullet(label, "") if is_bullet else label
        shape = Shape(level=0, label=f"{label} " if label else "", is_bullet=is_bullet)
        if outline:
            shape = replace(shape, kind=BlockKind.HEADING, level=outline)
        elif label:
            shape = replace(shape, kind=BlockKind.ITEM, level=min(state.level, MAX_LEVEL - 1) + 1)
        before = self._draft.size
        emit(self._draft, pieces, shape, place, lambda _: None)
        boxes, self._boxes = self._boxes, []
        for text in boxes:
            if text.strip():
                self._draft.add(BlockKind.PARAGRAPH, join_halves(text), place=place)
        if text_of(pieces).strip() or self._draft.size > before:
            self._begun.update(range(1, depth + 1))

    def _outline(self, state: State) -> int:
        """The level of a heading, from 1; 0: none."""
        if state.outline >= 0:
            return state.outline + 1 if state.outline < MAX_LEVEL else 0
        if state.style in self._outlines:
            return min(self._outlines[state.style] + 1, MAX_LEVEL)
        return heading_level("".join(self._style_names.get(state.style, [])).rstrip("; ")) if state.style else 0

    def _place(self, depth: int) -> Place | None:
        if depth == 0:
            self._cells.clear()
            return None
        if depth not in self._cells:
            self._cells[depth] = Place(self._draft.open_table(), 1, 1)
        return self._cells[depth]

    def _end_cell(self, state: State, depth: int) -> None:
        depth = min(depth, MAX_DEPTH)
        self._end_paragraph(state, depth)
        place = self._place(depth)
        if place is None:
            return
        if depth not in self._begun:
            self._draft.add(BlockKind.CELL, "", place=place)
        self._begun = {one for one in self._begun if one < depth}
        self._cells = {one: cell for one, cell in self._cells.items() if one <= depth}
        self._cells[depth] = replace(place, column=place.column + 1)

    def _end_row(self, depth: int) -> None:
        depth = min(depth, MAX_DEPTH)
        if (place := self._cells.get(depth)) is not None:
            self._cells[depth] = replace(place, row=place.row + 1, column=1)

    def finish(self) -> None:
        """The file ends: so do all groups, and the last paragraph; notes and footers follow. Raises Full."""
        if self._stack:
            self._draft.flag(Flag.DAMAGED)
        while self._stack:
            self.close()
        self._flush()
        self._end_paragraph(self._state, 0)
        for at, note in enumerate(self._notes, 1):
            self._draft.lead(f"[{at}]")
            self._draft.add(BlockKind.PARAGRAPH, join_halves(note))
        for footer in self._footers:
            self._say_once(footer)

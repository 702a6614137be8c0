"""Spans cover a text without gap or overlap, whatever stands in it, and no word of HTML that is seen is lost."""

from __future__ import annotations

import html as stdlib
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.decoding.flowed import unfold_flowed
from intake.decoding.html import html_to_text
from intake.decoding.spans import mark_spans
from intake.vocabulary.mail import SpanKind

CALL = "All stakeholders are invited to submit their inputs on the following key aspects. What are the opportunities?"
LINES = st.sampled_from(
    ["> quoted", ">> deeper", "On Mon, Oct 12, 2026 at 11:00 AM A <a@b.example> wrote:", "From: A <a@b.example>",
     "Sent: Monday", "To: c@d.example", "Subject: x", "De : A", "Envoyé : lundi", "Objet : x", "من: ا", "تم الإرسال: ب",
     "الموضوع: ج", "-----Original Message-----", "---------- Forwarded message ---------", "________________________________",
     "-- ", "--", "Kind regards,", "С уважением,", "此致", "مع التحية،", "Jane Roe", "PS: more", CALL, "1. Our answer is yes.",
     "Sent from my iPhone", "This e-mail is confidential.", "If you have received it in error, delete it.", "", "", "\u200f", "\t",
     "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----", "***********"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=25).map("\n".join), st.text(max_size=300))
TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<br>", "<ol>", "<ul>", "<li>", "</ol>", "<table>", "<tr>", "<td>", "</td>", "</table>",
     '<blockquote type="cite">', "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<b>", "</b>", "<hr>", "<!-- x -->", "</x>",
     '<span style="color:red">', '<ol start="5">', "<h1>", "&nbsp;", " ", "\n"]
)  # fmt: skip


@given(TEXTS, st.sampled_from(["", "FW: x", "Re: x"]), st.sampled_from(["", "Jane Roe", "周文澜"]))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_spans_cover_a_text_once(text: str, subject: str, writer: str) -> None:
    spans = mark_spans(text, (CALL,), subject=subject, writer=writer)
    assert "".join(text[one.start : one.end] for one in spans) == text
    assert all(one.start < one.end for one in spans)
    assert all(one.end == other.start and one.kind is not other.kind for one, other in pairwise(spans))
    assert spans == mark_spans(text, (CALL,), subject=subject, writer=writer)


@given(
    st.lists(
        st.sampled_from(["We agree.", "The towers stand far apart,", "так мы и делаем", "我们同意", "نوافق على ذلك"]),
        min_size=1,
    )
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_plain_prose_is_all_own(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert [one.kind for one in mark_spans(text, (CALL,))] == [SpanKind.OWN]


@given(st.lists(st.one_of(TAGS, st.integers(0, 999).map(lambda number: f"word{number}")), max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_every_word_of_html_is_there_in_its_order(pieces: list[str]) -> None:
    text, defect = html_to_text(" ".join(pieces))
    words = [piece for piece in pieces if piece.startswith("word")]
    assert [word for word in text.replace("\t", " ").split() if word.startswith("word")] == words
    assert defect is None


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_html_is_read(source: str) -> None:
    text, _ = html_to_text(source)
    text.encode("utf-8", "surrogatepass")
    assert (
        html_to_text(stdlib.escape(" ".join(source.split())))[0].split() == source.split() or not source.isprintable()
    )


@given(st.text(alphabet="> a\n-", max_size=200), st.booleans())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_unfolding_keeps_every_letter(text: str, delsp: bool) -> None:
    assert unfold_flowed(text, delsp=delsp).count("a") == text.count("a")

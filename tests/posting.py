"""The mailbox of tests/mailbox, made from its sources: .eml files and the manifest that says what is right."""

from __future__ import annotations

import io
import json
import re
import tomllib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import docx

from intake.settings import read_settings

SOURCES = ("layouts", "relations", "campaigns", "wishes", "behalf")
"""In the order of arrival."""
FOLDER = Path(__file__).parent / "mailbox"
BEGIN, STEP = datetime.fromisoformat("2026-11-02T08:00:00+01:00"), timedelta(minutes=10)
ADDRESSES = {
    "ott": "cwg-internet+ott@consultations.example",
    "gender": "cwg-internet+gender@consultations.example",
    "common": "cwg-internet@consultations.example",
}
SLUGS = {"ott": ["ott"], "gender": ["gender-divide"]}
FACTS = ("supersedes", "supplements", "withdraws", "duplicate_of", "campaign")
"""Of the manifest: they name another message, or a campaign."""
MARK = re.compile(r"‹([\w:,-]*)›")


def read_sources(names: tuple[str, ...] = SOURCES) -> list[dict[str, Any]]:
    """All messages; a message with ``again`` has what that message has, but for what it says itself.

    Keys of a message: id, from and to (ott, gender, common), or author (a message with the same), subject, lang, body or html, docx (name and blocks: text,
    ``# heading``, or the cells of a row), reply and again (ids), same_id (the Message-ID is that of ``again``),
    octets (those of ``again``), before and after (what is added to the body of ``again``), charset and cte of the body; then what is expected: status, consultations and the
    facts of the manifest.
    """
    messages: list[dict[str, Any]] = []
    by_id: dict[str, dict[str, Any]] = {}
    for name in names:
        for one in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["message"]:
            origin = by_id[one["again"]] if "again" in one else {}
            message = {key: value for key, value in origin.items() if key not in _NOT_INHERITED}
            if "author" in one:
                message = {key: by_id[one["author"]][key] for key in ("from", "to", "lang")}
            message.update(one)
            message.setdefault("lang", one["id"].partition("-")[0])
            by_id[one["id"]] = message
            messages.append(message)
    return messages


_NOT_INHERITED = {
    *FACTS,
    "id",
    "before",
    "after",
    "again",
    "same_id",
    "status",
    "confidential",
    "on_behalf",
    "cosignatories",
}


def post(folder: Path, names: tuple[str, ...] = SOURCES) -> list[dict[str, Any]]:
    """Write the mailbox, and return the lines of its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    messages = read_sources(names)
    files = {one["id"]: f"{one['id']}.eml" for one in messages}
    ids = {one["id"]: f"<{one['id']}@{parseaddr(one['from'])[1].partition('@')[2]}>" for one in messages}
    octets, attached = dict[str, bytes](), dict[str, bytes]()
    lines: list[dict[str, Any]] = []
    for number, one in enumerate(messages):
        when = BEGIN + number * STEP
        answers: dict[str, str] = {}
        made = _mail(one, ids, when, answers, attached)
        octets[one["id"]] = octets[one["again"]] if one.get("octets") else made
        (folder / files[one["id"]]).write_bytes(octets[one["id"]])
        lines.append(
            {
                "file": files[one["id"]],
                "mail_from": parseaddr(one["from"])[1],
                "rcpt_to": ADDRESSES[one["to"]],
                "received_at": when.isoformat(),
                "expect": _expected(one, files, answers),
            }
        )
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "manifest.jsonl").write_text(text + "\n", encoding="utf-8")
    return lines


def _expected(one: dict[str, Any], files: dict[str, str], answers: dict[str, str]) -> dict[str, Any]:
    status = one.get("status", "filed")
    filed = status == "filed"
    return {
        "status_any": [status],
        "consultations": one.get("consultations", SLUGS.get(one["to"], [])) if filed else [],
        "language": one["lang"] if filed and one.get("checked_language", True) else None,
        "confidential": one.get("confidential", False) if filed else None,
        "on_behalf": one.get("on_behalf", False) if filed else None,
        "cosignatories": one.get("cosignatories", 0) if filed else None,
        "answers": {key: [" ".join(text.split())] for key, text in answers.items()} if filed and answers else None,
        "answers_complete": filed,
        **{fact: files.get(one[fact], one[fact]) if fact in one else None for fact in FACTS},
    }


def _mail(
    one: dict[str, Any], ids: dict[str, str], when: datetime, answers: dict[str, str], files: dict[str, bytes]
) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(utf8=False))
    mail["From"], mail["To"], mail["Subject"] = one["from"], ADDRESSES[one["to"]], one["subject"]
    mail["Date"] = format_datetime(when)
    mail["Message-ID"] = ids[one["again"] if one.get("same_id") else one["id"]]
    if "reply" in one:
        mail["In-Reply-To"] = ids[one["reply"]]
    if "call" in one:
        mail["In-Reply-To"] = f"<call-{one['call']}-2026@consultations.example>"
    if "html" in one:
        mail.set_content(_plain(one["html"], one, answers).strip(), subtype="html")
    else:
        parts = (one.get("before", ""), one.get("body", ""), one.get("after", ""))
        body = _plain("\n".join(part for part in parts if part).lstrip("\n"), one, answers)
        mail.set_content(body, charset=one.get("charset", "utf-8"), cte=one.get("cte"))
    for file in one.get("docx", ()):
        written = json.dumps([file["name"], file["blocks"], one["to"]])
        mail.add_attachment(
            files.setdefault(written, _docx(file["blocks"], one, answers)),  # Sent again, it is the same file.
            maintype="application",
            subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
            filename=file["name"],
        )
    return mail.as_bytes()


def _docx(blocks: list[Any], one: dict[str, Any], answers: dict[str, str]) -> bytes:
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = BEGIN.replace(tzinfo=None)
    table = None
    for block in blocks:
        if isinstance(block, list):
            table = table or document.add_table(rows=0, cols=len(block))
            for cell, text in zip(table.add_row().cells, block, strict=True):
                cell.text = _plain(text, one, answers)
        elif block.startswith("# "):
            document.add_heading(_plain(block[2:], one, answers))
        else:
            document.add_paragraph(_plain(block, one, answers))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_ROUNDS = {one.slug: one for one in read_settings().consultations}


def _plain(text: str, one: dict[str, Any], answers: dict[str, str]) -> str:
    """The text without marks; what they mark is added to the answers, and questions are filled in."""
    consultation = _ROUNDS[one.get("consultations", SLUGS.get(one["to"], ["ott"]))[0]]
    wordings = {question.id: question.wording for question in consultation.questions}
    text = re.sub(r"\{call (\w\w)\}", lambda found: _quote(consultation.announcement[found[1]]), text)
    text = re.sub(r"\{(\w\w)(\d)\}", lambda found: wordings[found[2]][found[1]], text)
    pieces = MARK.split(text)
    for keys, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        for key in filter(None, keys.split(",")):
            answers[key] = f"{answers.get(key, '')} {piece}".strip()
    return "".join(pieces[::2])


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip().splitlines())

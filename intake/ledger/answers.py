"""What a filing found under each question: written with it, and read for the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from intake.ledger.readings import storable
from intake.storage.tables import answers
from intake.vocabulary.answer import Answer, Answers, Passage, Sign

_INSERT = insert(answers)


def write_answers(connection: Connection, many: Sequence[tuple[int, Answers]]) -> None:
    """Keep the answers of these filings, by filing id; what fits no question stands last, without one."""
    rows = [row for filing, found in many for row in _rows(filing, found)]
    if rows:
        connection.execute(_INSERT, rows)


def _rows(filing: int, found: Answers) -> Iterator[dict[str, Any]]:
    for position, answer in enumerate(found.given, start=1):
        yield {
            "filing_id": filing,
            "position": position,
            "consultation": answer.consultation,
            "question": answer.question,
            "text": storable(answer.text),
            "sign": answer.sign.value,
            "passages": _places(answer.passages),
        }
    if found.remarks:
        yield {
            "filing_id": filing,
            "position": len(found.given) + 1,
            "consultation": None,
            "question": None,
            "text": None,
            "sign": None,
            "passages": _places(found.remarks),
        }


def _places(passages: Sequence[Passage]) -> list[list[Any]]:
    return [[one.source, one.start, one.end] for one in passages]


def load_answers(connection: Connection, filings: Sequence[int]) -> Mapping[int, Answers]:
    """What these filings found, by filing id; a filing that found nothing is not named."""
    query = select(answers).where(answers.c.filing_id.in_(filings)).order_by(answers.c.filing_id, answers.c.position)
    given: defaultdict[int, list[Answer]] = defaultdict(list)
    remarks: dict[int, tuple[Passage, ...]] = {}
    for row in connection.execute(query):
        passages = tuple(Passage(source=source, start=start, end=end) for source, start, end in row.passages)
        if row.question is None:
            remarks[row.filing_id] = passages
            continue
        given[row.filing_id].append(
            Answer(
                consultation=row.consultation,
                question=row.question,
                text=row.text,
                sign=Sign(row.sign),
                passages=passages,
            )
        )
    return {
        filing: Answers(given=tuple(given.get(filing, ())), remarks=remarks.get(filing, ()))
        for filing in {*given, *remarks}
    }

"""Random octets, led by what they reach in our code: nothing may be raised, nothing may take for ever.

    make fuzz                           a minute
    make fuzz FUZZ=-max_total_time=3600    an hour; other options of libFuzzer likewise

Seeds are the messages of tests/mail and tests/weird, and those of ../shared/mail/handout where it is there. What is
found is written to crash-* or timeout-*: it becomes a file in tests/weird, named by what is wrong with it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["intake.decoding", "email"]):
    from intake.decoding.message import decode
    from intake.decoding.seals import enclosed
    from intake.decoding.tnef import open_tnef

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = (PROJECT / "tests/mail", PROJECT / "tests/weird", PROJECT.parent / "shared/mail/handout")
KINDS = {".eml", ".msg", ".tnef", ".txt"}
MAX_OCTETS = 64 * 1024
"""Of one input: larger ones are slow, and reach nothing more."""


def try_octets(octets: bytes) -> None:
    """One input. The first octet says which reader takes the rest, so that each has its share."""
    reader, rest = octets[:1], octets[1:]
    if reader == b"\x01":
        open_tnef(rest)
    elif reader == b"\x02":
        enclosed(rest)
    else:
        message = decode(octets)
        for text in (message.subject, message.text, *(one.name for one in message.attachments)):
            text.encode("utf-8")


def main() -> None:
    """Run libFuzzer with the seeds; its own options stand on the command line."""
    with TemporaryDirectory() as folder:
        found = (path for seeds in SEEDS if seeds.is_dir() for path in sorted(seeds.rglob("*")) if path.suffix in KINDS)
        for number, path in enumerate(found):
            mark = b"\x01" if path.suffix == ".tnef" else b""
            Path(folder, f"{number:04}").write_bytes(mark + path.read_bytes()[:MAX_OCTETS])
        atheris.Setup([*sys.argv, f"-max_len={MAX_OCTETS}", "-timeout=20", "-rss_limit_mb=2048", folder], try_octets)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

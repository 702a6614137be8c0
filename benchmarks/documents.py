"""What reading attached documents costs: cold and warm, kind by kind, and what each hostile one does.

python benchmarks/documents.py [FOLDER]     FOLDER: documents of your own, timed beside ours
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

import documents  # noqa: E402
import hostile  # noqa: E402

from intake.decoding.documents import confinement, extract  # noqa: E402
from intake.decoding.documents.limits import Limits  # noqa: E402
from intake.decoding.documents.sandbox import Sandbox  # noqa: E402

ROUNDS = 20
READ = {"do": "read", "name": "answer", "declared_type": ""}


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the tables."""
    samples = {f"PDF by WeasyPrint, {one}": make(sample) for one, sample in documents.SAMPLES.items()}
    samples |= {
        f"DOCX by python-docx, {one}": documents.write_docx(sample) for one, sample in documents.SAMPLES.items()
    }
    if sys.argv[1:]:
        samples |= {path.name: path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir()) if path.is_file()}
    print(f"{'':36} {'cold ms':>8} {'warm ms':>8} {'peak MiB':>9}  flags")
    for bwrap in (confinement.bubblewrap(), None):
        print("in bubblewrap" if bwrap else "without bubblewrap")
        for name, octets in samples.items():
            time_sample(name, octets, Sandbox(bwrap=bwrap))
    print("hostile")
    with tempfile.TemporaryDirectory() as folder, closing(Sandbox(bwrap=confinement.bubblewrap())) as box:
        for name, maker in hostile.DOCUMENTS.items():
            octets = maker(Path(folder, "canary"))
            flags: list[str] = []
            spent = timed(lambda octets=octets, flags=flags: flags.extend(extract(octets, "answer", sandbox=box).flags))
            peak = box.perform(READ, octets, Limits()).peak_octets >> 20
            print(f"{name:36} {'':8} {spent:8.0f} {peak:9}  {', '.join(flags) or 'read'}")


def make(sample: documents.Sample) -> bytes:
    """A PDF."""
    return documents.print_by_weasyprint(documents.write_html(sample))


def time_sample(name: str, octets: bytes, sandbox: Sandbox) -> None:
    """One line: the first reading starts the sandbox."""
    with closing(sandbox) as box:
        cold = timed(lambda: extract(octets, "answer", sandbox=box))
        warm = statistics.median(timed(lambda: extract(octets, "answer", sandbox=box)) for _ in range(ROUNDS))
        outcome = box.perform(READ, octets, Limits())
        flags = ", ".join(extract(octets, "answer", sandbox=box).flags)
        print(f"{name:36} {cold:8.0f} {warm:8.1f} {outcome.peak_octets >> 20:9}  {flags or 'read'}")


if __name__ == "__main__":
    main()

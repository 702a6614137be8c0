"""Campaigns: one letter from many."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

PERMUTATIONS = 128
"""Numbers of a signature: likeness is then known within some 0.05."""
ROWS = 4
"""Of a band. Two texts that share 60 % of their shingles have one of 32 bands in common with 99 % probability."""
ALIKE = 0.35
"""Share of shingles that makes one letter of two: with a paragraph left out and one added it is still above 0.4."""
MIN_SENDERS = 3
"""Of one letter that make a campaign; two may be colleagues."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a text is kept in order to compare it: 128 numbers of 32 bits."""

    numbers: tuple[int, ...]

    @property
    def bands(self) -> tuple[int, ...]:
        """Keys under which alike texts meet, as signed 64-bit numbers: 32 of them."""
        return tuple(
            int.from_bytes(
                hashlib.blake2b(
                    struct.pack(f"<{ROWS + 1}I", start, *self.numbers[start : start + ROWS]), digest_size=8
                ).digest(),
                "big",
                signed=True,
            )
            for start in range(0, PERMUTATIONS, ROWS)
        )

    def likeness(self, other: Signature) -> float:
        """The share of shingles that two texts have in common (Jaccard), within some 0.05."""
        return sum(one == two for one, two in zip(self.numbers, other.numbers, strict=True)) / PERMUTATIONS

    def packed(self) -> bytes:
        """512 octets, for keeping."""
        return struct.pack(f"<{PERMUTATIONS}I", *self.numbers)

    @staticmethod
    def unpacked(octets: bytes) -> Signature:
        """As it was before it was packed."""
        return Signature(struct.unpack(f"<{PERMUTATIONS}I", octets))

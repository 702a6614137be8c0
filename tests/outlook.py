"""Writes small Outlook files (MS-CFB, MS-OXMSG), so that tests need none of anybody else's."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

SECTOR, MINI = 512, 64
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
NONE = 0xFFFFFFFF

Tree = Mapping[str, Any]
"""A storage: names to octets (a stream) or to another tree."""


def text(tag: int, said: str) -> dict[str, bytes]:
    return {f"__substg1.0_{tag:04X}001F": said.encode("utf-16-le")}


def narrow(tag: int, said: bytes) -> dict[str, bytes]:
    return {f"__substg1.0_{tag:04X}001E": said}


def binary(tag: int, octets: bytes) -> dict[str, bytes]:
    return {f"__substg1.0_{tag:04X}0102": octets}


def properties(head: int, **fixed: bytes) -> dict[str, bytes]:
    """``t0C15=...``: eight octets by tag."""
    entries = b"".join(
        struct.pack("<HHI", 3, int(tag[1:], 16), 6) + value.ljust(8, b"\0") for tag, value in fixed.items()
    )
    return {"__properties_version1.0": bytes(head) + entries}


def message(*parts: Mapping[str, Any], head: int = 32, **fixed: bytes) -> dict[str, Any]:
    tree: dict[str, Any] = properties(head, **fixed)
    for part in parts:
        tree.update(part)
    return tree


def attachment(number: int, *parts: Mapping[str, Any], method: int = 1) -> dict[str, Any]:
    return {f"__attach_version1.0_#{number:08X}": message(*parts, head=8, t3705=struct.pack("<I", method))}


def recipient(number: int, name: str, address: str, kind: int = 1) -> dict[str, Any]:
    tree = message(text(0x3001, name), text(0x39FE, address), head=8, t0C15=struct.pack("<I", kind))
    return {f"__recip_version1.0_#{number:08X}": tree}


def write(tree: Tree) -> bytes:
    """The file. Streams below 4096 octets lie in the mini stream, as the format has it."""
    return _File(tree).octets()


class _File:
    def __init__(self, tree: Tree) -> None:
        self.entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5}]
        self.mini, self.large = bytearray(), bytearray()
        self.mini_fat: list[int] = []
        self.chains: list[tuple[int, int]] = []
        self.add(tree, self.entries[0])

    def add(self, storage: Tree, parent: dict[str, Any]) -> None:
        numbers = []
        for name, value in storage.items():
            entry: dict[str, Any] = {"name": name}
            self.entries.append(entry)
            numbers.append(len(self.entries) - 1)
            if isinstance(value, bytes):
                entry.update(kind=2, size=len(value), start=END)
                self.put(value, entry)
            else:
                entry["kind"] = 1
                self.add(value, entry)
        numbers.sort(key=lambda one: (len(self.entries[one]["name"]), self.entries[one]["name"].upper()))
        for left, right in zip(numbers, [*numbers[1:], NONE], strict=True):
            self.entries[left]["right"] = right  # A list is a tree too, if a poor one.
        parent["child"] = numbers[0] if numbers else NONE

    def put(self, value: bytes, entry: dict[str, Any]) -> None:
        if len(value) >= 4096:
            count = -(-len(value) // SECTOR)
            entry["chain"] = len(self.chains)
            self.chains.append((len(self.large) // SECTOR, count))
            self.large.extend(value.ljust(count * SECTOR, b"\0"))
        elif value:
            count = -(-len(value) // MINI)
            entry["start"] = len(self.mini_fat)
            self.mini_fat.extend([*range(len(self.mini_fat) + 1, len(self.mini_fat) + count), END])
            self.mini.extend(value.ljust(count * MINI, b"\0"))

    def octets(self) -> bytes:
        sectors = {
            "directory": -(-len(self.entries) * 128 // SECTOR),
            "mini_fat": -(-len(self.mini_fat) * 4 // SECTOR),
            "mini": -(-len(self.mini) // SECTOR),
            "large": len(self.large) // SECTOR,
        }
        fat_sectors = 1
        while fat_sectors * 128 < sum(sectors.values()) + fat_sectors:
            fat_sectors += 1
        starts, fat, at = {}, [FAT] * fat_sectors, fat_sectors
        for name, count in sectors.items():
            starts[name] = at if count else END
            if name != "large" and count:
                fat += [*range(at + 1, at + count), END]
            at += count
        for start, count in self.chains:
            first = starts["large"] + start
            fat += [*range(first + 1, first + count), END]
        fat += [FREE] * (fat_sectors * 128 - len(fat))
        self.entries[0].update(start=starts["mini"], size=len(self.mini))
        for entry in self.entries:
            if "chain" in entry:
                entry["start"] = starts["large"] + self.chains[entry["chain"]][0]
        mini_fat = struct.pack(f"<{len(self.mini_fat)}I", *self.mini_fat)
        body = struct.pack(f"<{len(fat)}I", *fat)
        for octets, name in ((b"".join(map(_entry, self.entries)), "directory"), (mini_fat, "mini_fat")):
            body += octets.ljust(sectors[name] * SECTOR, b"\0")
        body += bytes(self.mini).ljust(sectors["mini"] * SECTOR, b"\0") + bytes(self.large)
        return _header(fat_sectors, starts, sectors) + body


def _entry(entry: Mapping[str, Any]) -> bytes:
    name = str(entry["name"]).encode("utf-16-le")
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, entry["kind"], 1)
    links = struct.pack("<III", NONE, entry.get("right", NONE), entry.get("child", NONE))
    return head + links + bytes(36) + struct.pack("<IQ", entry.get("start", 0), entry.get("size", 0))


def _header(fat_sectors: int, starts: Mapping[str, int], sectors: Mapping[str, int]) -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    places = (0, fat_sectors, starts["directory"], 0, 4096, starts["mini_fat"], sectors["mini_fat"], END, 0)
    return (
        magic + struct.pack("<9I", *places) + struct.pack("<109I", *range(fat_sectors), *[FREE] * (109 - fat_sectors))
    )

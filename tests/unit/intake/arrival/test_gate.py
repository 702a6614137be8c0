from __future__ import annotations

from ipaddress import ip_network

from intake.arrival.gate import MAX_REMEMBERED_PEERS, PEER_RATE_SECONDS, Gate, Limits


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def gate(**limits: int) -> tuple[Gate, Seconds]:
    seconds = Seconds()
    return Gate(Limits(**limits), seconds, [ip_network("192.0.2.0/24")]), seconds


def test_who_leaves_makes_room() -> None:
    door, _ = gate(peer_connections=1)
    assert door.enter("198.51.100.1") is None
    assert str(door.enter("198.51.100.1")).startswith("421 4.7.0")
    assert door.enter("198.51.100.2") is None, "one peer does not take another's place"
    door.leave("198.51.100.1")
    assert door.enter("198.51.100.1") is None


def test_all_peers_together_are_bounded() -> None:
    door, _ = gate(connections=2)
    assert door.enter("198.51.100.1") is None
    assert door.enter("192.0.2.1") is None
    assert str(door.enter("192.0.2.2")).startswith("421 4.3.2"), "a relay of our own as well"


def test_a_rate_is_forgotten_after_its_window() -> None:
    door, seconds = gate(peer_rate=2)
    for _ in range(2):
        assert door.enter("198.51.100.1") is None
        door.leave("198.51.100.1")
    assert str(door.enter("198.51.100.1")).startswith("421 4.7.0")
    seconds.now += PEER_RATE_SECONDS
    assert door.enter("198.51.100.1") is None


def test_who_is_refused_does_not_prolong_the_refusal() -> None:
    door, seconds = gate(peer_rate=1)
    assert door.enter("198.51.100.1") is None
    for _ in range(10):
        seconds.now += PEER_RATE_SECONDS / 11
        assert door.enter("198.51.100.1") is not None
    seconds.now += PEER_RATE_SECONDS / 11 + 0.01
    assert door.enter("198.51.100.1") is None


def test_a_relay_of_our_own_has_no_limit_of_its_own() -> None:
    door, _ = gate(peer_connections=1, peer_rate=1)
    assert [door.enter("192.0.2.7") for _ in range(50)] == [None] * 50


def test_a_peer_without_an_address_is_one_peer() -> None:
    door, _ = gate(peer_connections=1)
    assert door.enter("local") is None
    assert door.enter("local") is not None


def test_memory_is_bounded() -> None:
    door, _ = gate(connections=10**9)
    for number in range(MAX_REMEMBERED_PEERS + 100):
        peer = f"2001:db8::{number:x}"
        door.enter(peer)
        door.leave(peer)
    assert len(door._recent) == MAX_REMEMBERED_PEERS
    assert not door._inside

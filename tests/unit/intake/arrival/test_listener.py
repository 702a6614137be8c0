"""Sockets of the listener: one for each process, and never somebody else's port."""

from __future__ import annotations

import errno
import socket

import pytest

from intake.arrival.listener import open_socket, open_sockets


def test_each_process_has_a_socket_of_its_own_on_the_same_port() -> None:
    many = open_sockets("127.0.0.1", 0, 3)
    assert len({one.fileno() for one in many}) == 3
    assert len({one.getsockname() for one in many}) == 1
    for one in many:
        one.close()


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_that_another_has_is_refused_however_it_is_had(shared: bool) -> None:
    other = open_socket("127.0.0.1", 0, shared=shared)
    for processes in (1, 2):
        with pytest.raises(OSError, match="in use") as refused:
            open_sockets("127.0.0.1", other.getsockname()[1], processes)
        assert refused.value.errno == errno.EADDRINUSE
    other.close()


def test_the_socket_of_one_process_is_not_shared() -> None:
    (alone,) = open_sockets("127.0.0.1", 0, 1)
    assert alone.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 0
    alone.close()

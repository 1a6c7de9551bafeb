"""The keyed hash a draw orders its items by: the same number here and in the database, whatever the order of rows.

It is PostgreSQL's ``hashtextextended`` (Bob Jenkins' lookup3 with a seed of 64 bits), written out a second time so that
a sample can be drawn again by anybody, without the database. The server reads words of four bytes as the machine does:
this is the hash of little-endian machines, which x86 and ARM are. Hash partitions rest on it, so it does not change
between versions of the server.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

_WORD: Final = 0xFFFFFFFF
_START: Final = 0x9E3779B9 + 3923095
_MIX: Final = (4, 6, 8, 16, 19, 4)
_FINAL: Final = (14, 11, 25, 16, 4, 14, 24)

SPAN: Final = 2**64
"""How many hashes there are."""

LOWEST: Final = -(2**63)
"""The smallest hash."""

PROBE: Final = ("guanjia 管家", 20260901)
"""A text and seed to ask a server for before a draw: its hash must be that of `keyed_hash`."""


def seed_of(word: str, period: str, purpose: str) -> int:
    """The seed of one purpose of a draw.

    Args:
        word: word all draws of a company start from (setting).
        period: week or month, such as ``2026-W47``.
        purpose: what it is for, such as ``random``; purposes are independent of each other.

    Returns:
        Signed whole number of 64 bits: the first eight bytes of sha256 of ``word|period|purpose``, big end first.
    """
    return int.from_bytes(sha256(f"{word}|{period}|{purpose}".encode()).digest()[:8], "big", signed=True)


def keyed_hash(text: str, seed: int) -> int:
    """The hash of a text under a seed, as ``hashtextextended(text, seed)`` gives it.

    Args:
        text: what is hashed, in UTF-8.
        seed: signed whole number of 64 bits.

    Returns:
        Signed whole number of 64 bits, evenly spread over -2**63 … 2**63 - 1.
    """
    key = text.encode()
    a = b = c = (_START + len(key)) & _WORD
    if seed:
        bits = seed % SPAN
        a, b, c = _mix((a + (bits >> 32)) & _WORD, (b + (bits & _WORD)) & _WORD, c)
    whole = len(key) - len(key) % 12
    for at in range(0, whole, 12):
        first, second, third = (int.from_bytes(key[at + 4 * n : at + 4 * n + 4], "little") for n in range(3))
        a, b, c = _mix((a + first) & _WORD, (b + second) & _WORD, (c + third) & _WORD)
    rest = key[whole:]
    a = (a + int.from_bytes(rest[0:4], "little")) & _WORD
    b = (b + int.from_bytes(rest[4:8], "little")) & _WORD
    c = (c + (int.from_bytes(rest[8:11], "little") << 8)) & _WORD  # its lowest byte belongs to the length
    b, c = _finish(a, b, c)
    found = b << 32 | c
    return found - SPAN if found >= 2**63 else found


def _turn(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _WORD


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in _MIX:
        a = ((a - c) & _WORD) ^ _turn(c, bits)
        c = (c + b) & _WORD
        a, b, c = b, c, a
    return a, b, c


def _finish(a: int, b: int, c: int) -> tuple[int, int]:
    for bits in _FINAL:
        c = ((c ^ b) - _turn(b, bits)) & _WORD
        a, b, c = b, c, a
    return a, b

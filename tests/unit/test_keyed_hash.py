"""The keyed hash a draw orders by is the server's own (QC-01)."""

from __future__ import annotations

import pytest

from guanjia.domain.keyed_hash import LOWEST, PROBE, SPAN, keyed_hash, seed_of

FROM_THE_SERVER = [
    ("", 0, -6939563903564495251),
    ("", 5, -8122693617258832648),
    ("a", 1, 3325245193489759299),
    ("abcdefghijk", 0, 3112909444737856467),
    ("abcdefghijkl", -3, -4277066762864294167),
    ("T0001234567890", 2**62, 8847310633238967224),
    ("guanjia 管家", 20260901, 5652962899812734706),
    ("工单GD20261122-000123", -(2**63), 4488991487353086200),
]
"""What `SELECT hashtextextended(text, seed)` gives on PostgreSQL 18."""


@pytest.mark.rule("QC-01")
@pytest.mark.parametrize(("text", "seed", "expected"), FROM_THE_SERVER)
def test_it_is_the_servers_hash(text: str, seed: int, expected: int) -> None:
    assert keyed_hash(text, seed) == expected


def test_the_probe_is_among_what_the_server_said() -> None:
    assert PROBE in [(text, seed) for text, seed, _expected in FROM_THE_SERVER]


def test_hashes_of_different_seeds_are_spread_evenly_and_know_nothing_of_each_other() -> None:
    one, other = (seed_of("guanjia", "2026-W47", purpose) for purpose in ("random", "risk"))
    quarters = [[0] * 4 for _ in range(4)]
    for number in range(4_000):
        places = [(keyed_hash(f"T{number:07}", seed) - LOWEST) * 4 // SPAN for seed in (one, other)]
        quarters[places[0]][places[1]] += 1
    chi_squared = sum((count - 250) ** 2 / 250 for row in quarters for count in row)
    assert chi_squared < 37.7, "99.9 % of 15 degrees of freedom"


def test_seeds_differ_by_word_period_and_purpose_and_stay_the_same() -> None:
    seeds = {
        seed_of(word, period, purpose)
        for word in ("guanjia", "other")
        for period in ("2026-W47", "2026-W48")
        for purpose in ("random", "risk", "double")
    }
    assert len(seeds) == 12
    assert seed_of("guanjia", "2026-W47", "random") == seed_of("guanjia", "2026-W47", "random")
    assert all(LOWEST <= seed < -LOWEST for seed in seeds)

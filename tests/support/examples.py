"""How many examples a property is tried with: few and always the same ones in the suite, many new ones in a search.

Whether `make test` is red or green must not hang on luck: there each property sees examples that follow from its own
source alone, not from a random seed, from what failed here before, from how quick the machine is or from the modules
that happen to be loaded. New examples are looked for by `make search`; what it finds is mended and stays as `@example`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

USUAL = "usual"
SEARCH = "search"
"""Names of the profiles, for `--hypothesis-profile`."""

TIMES = 20
"""A search tries this many times as many examples."""

_every_loaded_module = providers._get_local_constants
_no_module = providers._local_constants | providers._local_constants  # a copy of what is known before any is looked at


def register_profiles() -> None:
    """Makes both known, and the suite's the one in force; before any test module is imported.

    Houses are fixtures that each example empties by itself, a company is large, and a slow machine is no fault of a
    property.
    """
    usual = settings(
        settings.get_profile("default"),
        max_examples=300,  # a property of values alone takes a millisecond for each
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.register_profile(USUAL, usual, derandomize=True, database=None)
    settings.register_profile(SEARCH, usual, derandomize=False, max_examples=usual.max_examples * TIMES)
    settings.load_profile(USUAL)
    providers._get_local_constants = _local_constants


def examples(usual: int) -> int:
    """How many examples to try a property with that the suite tries with ``usual`` ones."""
    return usual * TIMES if is_searching() else usual


def is_searching() -> bool:
    """Whether this is a search."""
    return settings.get_current_profile_name().startswith(SEARCH)


def _local_constants() -> Any:
    """Numbers and texts Hypothesis takes from the source of our modules, those loaded by now, and now and then draws.

    Which ones are loaded depends on the tests that ran before, so only a search may draw them.
    """
    return _every_loaded_module() if is_searching() else _no_module

"""A pipeline's steps one after the other in this process: for tests and replays; its DAG adds gates and delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, open_run

Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]
"""A step of a pipeline; it says what it wrote, by name."""


def run_in_process(pipeline: str, as_of: datetime, steps: Sequence[Step]) -> dict[str, int]:
    """Run steps, each in a transaction of its own, as one run.

    Args:
        pipeline: name of the DAG whose run it is.
        as_of: aware instant the run is a function of.
        steps: the steps, in order.

    Returns:
        What was written, by name; counts of the same name are added up.
    """
    with transaction() as tx:
        run = open_run(tx, pipeline, as_of)
    counts: Counter[str] = Counter()
    for step in steps:
        with transaction() as tx:
            counts.update(step(tx, run, as_of))
    with transaction() as tx:
        add_detail(tx, run.run_id, counts, rows_out=counts.total())
        close_run(tx, run.run_id, "succeeded")
    return dict(counts)

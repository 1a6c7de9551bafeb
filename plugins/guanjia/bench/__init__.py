"""Benches: how long work takes, measured against a yardstick in the same run on the same server.

One module per bench; its name is the bench's (`overdue_tick` is `guanjia bench overdue-tick`). The module holds
``BENCH``, an object as `guanjia.bench.harness.Bench` describes; nothing else needs to be told of it.
"""

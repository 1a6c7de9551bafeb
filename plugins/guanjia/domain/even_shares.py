"""The even share of a day in what is to be done within a period, reckoned anew each day from what is left (CB-04).

Nothing is planned ahead: whoever drops out (was reached otherwise) or joins changes the days to come, and skipped days
leave the rest as even as it can be. As long as nobody drops out or joins, every slot of the period gets one of two
neighbouring numbers. Worked example: 401 customers, 20 days of 10 agents: 21 on the first day, 20 on each other one; an
agent calls 2, one agent of the first day 3.
"""

from __future__ import annotations


def share_of_day(left: int, slots_today: int, slots_left: int) -> int:
    """How many of those left fall to today.

    Args:
        left: how many are to be done in what remains of the period, today included.
        slots_today: slots of today (people at work), 0 or more.
        slots_left: slots of today and all days of the period after it.

    Returns:
        left × today's slots ÷ slots left, rounded up; everything on the last day that has slots.

    Raises:
        ValueError: a number is negative, or today has more slots than are left.
    """
    if left < 0 or not 0 <= slots_today <= slots_left:
        raise ValueError(f"No share of {left} in {slots_today} of {slots_left} slots.")
    return -(-left * slots_today // slots_left) if slots_left else 0

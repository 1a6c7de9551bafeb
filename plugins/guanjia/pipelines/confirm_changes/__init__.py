"""Changes of restricted datasets take effect after a second person has confirmed what was shown (pipelines 0.12).

Three doors lead to the same `decide`: the approval in Airflow, our page, the command. It acts only on rows whose digest
is the one that was shown, and only for somebody who did not bring them; deciding the same again changes nothing.
"""

from guanjia.pipelines.confirm_changes.deciding import Decision, Person, decide, find_person, login_of
from guanjia.pipelines.confirm_changes.showing import (
    Request,
    Shown,
    changes_of_run,
    check_decided,
    claim_changes,
    note_shown,
    open_request,
    read_change,
    second_people,
    unasked_changes,
    waiting_changes,
)

__all__ = [
    "Decision",
    "Person",
    "Request",
    "Shown",
    "changes_of_run",
    "check_decided",
    "claim_changes",
    "decide",
    "find_person",
    "login_of",
    "note_shown",
    "open_request",
    "read_change",
    "second_people",
    "unasked_changes",
    "waiting_changes",
]

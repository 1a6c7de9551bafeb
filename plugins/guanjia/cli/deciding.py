"""What `confirm`, `approve` and `reject` share: showing a change, deciding on it, closing Airflow's open question."""

from __future__ import annotations

import argparse
from typing import IO, TYPE_CHECKING

from guanjia.cli.progress import say
from guanjia.cli.values import now
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import instant_text
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.pipelines.confirm_changes import Decision, Shown
    from guanjia.pipelines.confirm_changes.showing import Request

ROWS_PRINTED = 100


def show_waiting() -> None:
    """Print what waits for a second person."""
    from guanjia.pipelines.confirm_changes import read_change, waiting_changes
    from guanjia.pipelines.confirm_changes.wording import subject
    from guanjia.store.engine import transaction

    language = environment().language
    _ = gettext_for(language)
    with transaction("read") as tx:
        waiting = [read_change(tx, code, at_most=0) for code in waiting_changes(tx)]
    for shown in waiting:
        brought = _("brought by {who}", who=shown.proposed_by or "?")
        say(f"{shown.change_code}  {instant_text(shown.proposed_at, language)}  {brought}  {subject(shown, language)}")
    if not waiting:
        say(_("Nothing waits for a second person."))


def show(shown: Shown, screen: IO[str]) -> None:
    """Print a change: each row as it stands and as it would become."""
    from guanjia.pipelines.confirm_changes.wording import column_name, subject

    language = environment().language
    _ = gettext_for(language)
    screen.write(f"{shown.change_code}: {subject(shown, language)}\n")
    screen.write(_("{file}, brought by {who}", file=shown.file, who=shown.proposed_by or "?") + "\n")
    for row in shown.rows[:ROWS_PRINTED]:
        what = _("new") if row.action == "added" else _("changed")
        screen.write(f"  {row.row_no} · {row.key} ({what})\n")
        for cell in row.cells:
            heading = column_name(shown.dataset, cell.column, language)
            screen.write(f"      {heading}: {cell.before or '—'} → {cell.after or '—'}\n")
    more = shown.added + shown.updated - min(len(shown.rows), ROWS_PRINTED)
    if more > 0:
        screen.write(_.ngettext("{n} more row", "{n} more rows", more) + "\n")


def decide(arguments: argparse.Namespace, shown: Shown, decision: Decision, note: str) -> int:
    """Decide as the person the arguments name and prove, on exactly what was shown."""
    from guanjia.cli.identity import acting_person
    from guanjia.pipelines import confirm_changes
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    at = now()
    with transaction() as tx:
        who = acting_person(arguments, tx)
        question = confirm_changes.open_request(tx, shown.change_code)
        login = who.login or confirm_changes.login_of(tx, who.staff_code)
        person = confirm_changes.Person(login, who.staff_code)
        done = confirm_changes.decide(
            tx, shown.change_code, decision, person, shown_digest=shown.digest, decided_at=at, note=note.strip()
        )
    if done.state == "confirmed":
        say(_("{code} is confirmed by {who}: it is in effect.", code=done.change_code, who=done.decided_by or ""))
    else:
        say(_("{code} is rejected by {who}: nothing was changed.", code=done.change_code, who=done.decided_by or ""))
    if question is not None:
        _close_in_airflow(question, login, agreed=decision == "confirm")
    return 0


def _close_in_airflow(question: Request, login: str, *, agreed: bool) -> None:
    """In a home of the first minute: Airflow's open question gets the same answer, as the same user."""
    from guanjia.host.airflow import PEOPLE, passwords
    from guanjia.host.approvals import answer, token

    given = environment()
    ui = given.airflow_url or f"http://127.0.0.1:{given.ui_port}"
    known = passwords(given.home) if any(person.login == login for person in PEOPLE) else {}
    proof = token(ui, login, known[login]) if login in known else ""
    if not proof or not answer(ui, proof, "confirm_changes", question.dag_run_id, "ask", question.place, agreed=agreed):
        _ = gettext_for(given.language)
        say(
            _("Airflow's question in {run} stays open until it is answered or its time is over.", run=question.run_code)
        )

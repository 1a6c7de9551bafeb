"""List the mails of the outbox, and decide on those whose fate nobody knows.

guanjia messages --state unknown failed      what a person should look at
guanjia messages resolve CODE --sent         it arrived: count it as sent
guanjia messages resolve CODE --resend       it did not: send it again (also for one that failed)
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.outbox import MessageRow

STATES = ("pending", "sending", "sent", "failed", "unknown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--state", nargs="+", choices=STATES, metavar="STATE", help=", ".join(STATES))
    parser.add_argument("--kind", help="only this kind, such as escalation_digest")
    parser.add_argument("--recipient", metavar="PART", help="only addresses that contain this")
    parser.add_argument("--since", metavar="T", help="only those written at or after this instant")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many, the newest (default 50)")
    parser.add_argument("--json", action="store_true", help='print {"messages": [...]}')
    actions = parser.add_subparsers(dest="action", metavar="resolve")
    deciding = actions.add_parser("resolve", help="decide on a mail whose fate is unknown")
    deciding.add_argument("code", help="message code")
    decision = deciding.add_mutually_exclusive_group(required=True)
    decision.add_argument("--sent", dest="resolution", action="store_const", const="sent", help="it arrived")
    decision.add_argument("--resend", dest="resolution", action="store_const", const="resend", help="send it again")
    add_identity_arguments(deciding)


def run(arguments: argparse.Namespace) -> int:
    """Lists or decides; see the module's help."""
    from guanjia.host.database import opened_database

    with opened_database():
        return _resolve(arguments) if arguments.action == "resolve" else _list(arguments)


def _resolve(arguments: argparse.Namespace) -> int:
    from guanjia.outbox import resolve
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    with transaction("app") as deciding:
        person = acting_person(arguments, deciding)
        message = resolve(deciding, arguments.code, arguments.resolution, person.staff_code)
    if message.state == "pending":
        say(_("{code} goes again with the next delivery.", code=message.message_code))
    else:
        said = _("{code} counts as sent (decided by {staff}).", code=message.message_code, staff=message.resolved_by)
        say(said)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from guanjia.outbox import Timing, list_messages, settle_dead_deliveries
    from guanjia.store.engine import transaction

    with transaction("app") as settling:
        settle_dead_deliveries(settling, Timing(), now())
    with transaction("read") as reading:
        found = list_messages(
            reading,
            states=arguments.state,
            kind=arguments.kind,
            recipient=arguments.recipient,
            since=instant(arguments.since) if arguments.since else None,
            at_most=max(1, arguments.limit),
        )
    if arguments.json:
        json.dump({"messages": [_as_json(each) for each in found]}, sys.stdout, ensure_ascii=False, indent=1)
        say()
        return 0
    for line in _table(found):
        say(line)
    return 0


def _as_json(message: MessageRow) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(message).items()}


def _table(found: list[MessageRow]) -> list[str]:
    """One line a message, and under it why it is not sent."""
    language = environment().language
    _ = gettext_for(language)
    if not found:
        return [_("No such mail.")]
    lines = []
    for message in found:
        columns = (_wide(_state(_, message.state), 8), _wide(instant_text(message.created_at, language), 24))
        lines.append(f"{message.message_code}  {' '.join(columns)} {_wide(message.recipient, 32)} {message.subject}")
        if message.state != "sent":
            if message.next_attempt_at and message.state == "pending":
                at = instant_text(message.next_attempt_at, language)
                lines.append(" " * 19 + _("attempt {n} was refused; again at {at}", n=message.attempts, at=at))
            elif message.not_before and message.state == "pending":
                lines.append(" " * 19 + _("not before {at}", at=instant_text(message.not_before, language)))
            if message.reply:
                lines.append(" " * 19 + " ".join(str(part) for part in (message.reply_code, message.reply) if part))
    lines.append(_.ngettext("{n} mail", "{n} mails", len(found)))
    return lines


def _state(_: Translator, state: str) -> str:
    return {
        "pending": _.pgettext("mail", "pending"),
        "sending": _.pgettext("mail", "sending"),
        "sent": _.pgettext("mail", "sent"),
        "failed": _.pgettext("mail", "failed"),
        "unknown": _.pgettext("mail", "unknown"),
    }[state]


def _wide(text: str, width: int) -> str:
    """Text padded to a width in columns; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(0, width - taken)

"""The outbox: mails are rows, written with the facts they tell, and delivered one recipient at a time.

    enqueue(transaction, [Message(...)], run_id=run.run_id)      # in the transaction of the fact
    deliver_outbox(as_of)                                        # afterwards, in a task of its own

Nothing is mailed twice and nothing is lost: see ``delivery`` for how a message moves, ``deciding`` for what a person
does about one whose fate is unknown.
"""

from guanjia.gateways.mail.message import Attachment, RenderedMail
from guanjia.outbox.deciding import MessageRow, list_messages, resolve
from guanjia.outbox.delivery import DeliveryPolicy, DeliveryReport, deliver
from guanjia.outbox.route import Route, deliver_outbox, mail_route
from guanjia.outbox.settling import Timing, settle_dead_deliveries
from guanjia.outbox.writing import Enqueued, Message, enqueue, message_code

__all__ = [
    "Attachment",
    "DeliveryPolicy",
    "DeliveryReport",
    "Enqueued",
    "Message",
    "MessageRow",
    "RenderedMail",
    "Route",
    "Timing",
    "deliver",
    "deliver_outbox",
    "enqueue",
    "list_messages",
    "mail_route",
    "message_code",
    "resolve",
    "settle_dead_deliveries",
]

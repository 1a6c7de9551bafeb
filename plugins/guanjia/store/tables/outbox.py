"""The outbox: messages to be mailed, their contents, and what the mail server said to each attempt.

A message is written in the transaction of the fact it tells; bodies and attachments are stored once, by digest, however
many people get them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from guanjia.store.tables.columns import metadata

STATES = ("pending", "sending", "sent", "failed", "unknown")
OUTCOMES = ("sent", "later", "failed", "unknown")
_DIGEST = "^[0-9a-f]{64}$"


def _words(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


message_bodies = Table(
    "message_bodies",
    metadata,
    Column("body_digest", Text, nullable=False, comment="SHA-256 of both texts, hexadecimal"),
    Column("text_body", Text, nullable=False, comment="Text alternative, complete without the HTML"),
    Column("html_body", Text, nullable=False, comment="HTML with its styles inlined"),
    PrimaryKeyConstraint("body_digest"),
    CheckConstraint(f"body_digest ~ '{_DIGEST}'", name="digest_form"),
    comment="One row per mail body; messages with the same text share it.",
)

message_files = Table(
    "message_files",
    metadata,
    Column("file_digest", Text, nullable=False, comment="SHA-256 of the content, hexadecimal"),
    Column("content", LargeBinary, nullable=False, comment="The file's bytes"),
    PrimaryKeyConstraint("file_digest"),
    CheckConstraint(f"file_digest ~ '{_DIGEST}'", name="digest_form"),
    comment="One row per attached file; bundles with the same file share it.",
)

attachment_bundles = Table(
    "attachment_bundles",
    metadata,
    Column("bundle_digest", Text, nullable=False, comment="SHA-256 of names, types and contents in order, hexadecimal"),
    PrimaryKeyConstraint("bundle_digest"),
    CheckConstraint(f"bundle_digest ~ '{_DIGEST}'", name="digest_form"),
    comment="One row per set of attachments that goes out together; messages with the same set share it.",
)

attachment_bundle_files = Table(
    "attachment_bundle_files",
    metadata,
    Column("bundle_digest", Text, nullable=False, comment="Bundle"),
    Column("position", Integer, nullable=False, comment="Place in the mail, from 1"),
    Column("file_digest", Text, nullable=False, comment="File"),
    Column("file_name", Text, nullable=False, comment="Name the recipient sees, Chinese allowed"),
    Column("content_type", Text, nullable=False, comment="MIME type"),
    Column("content_id", Text, nullable=True, comment="Name the HTML shows it by (cid:); blank: an attachment"),
    PrimaryKeyConstraint("bundle_digest", "position"),
    ForeignKeyConstraint(["bundle_digest"], ["attachment_bundles.bundle_digest"]),
    ForeignKeyConstraint(["file_digest"], ["message_files.file_digest"]),
    CheckConstraint("position >= 1", name="position_minimum"),
    CheckConstraint("file_name <> '' AND file_name !~ '[[:cntrl:]/\\\\]'", name="file_name_form"),
    CheckConstraint("content_type ~ '^[a-z]+/[a-zA-Z0-9.+_-]+$'", name="content_type_form"),
    CheckConstraint("content_id ~ '^[A-Za-z0-9._-]+$'", name="content_id_form"),
    comment="One row per bundle and file in it.",
)

mail_deliveries = Table(
    "mail_deliveries",
    metadata,
    Column("delivery_id", BigInteger, Identity(), nullable=False, comment="Technical key; names the holder of a lease"),
    Column("server", Text, nullable=False, comment="Mail server, host:port"),
    Column("is_live", Boolean, nullable=False, comment="True: the real mail server; false: the home's local sink"),
    Column("started_at", DateTime(timezone=True), nullable=False, comment="Wall clock at the first claim"),
    Column(
        "ended_at", DateTime(timezone=True), nullable=True, comment="Wall clock at the end; blank: under way or died"
    ),
    Column(
        "lease_until",
        DateTime(timezone=True),
        nullable=False,
        comment="Renewed while it lives; later it counts as dead",
    ),
    Column("problem", Text, nullable=True, comment="Why it stopped early: the server's words or the network's"),
    PrimaryKeyConstraint("delivery_id"),
    comment="One row per delivery that had something to deliver; it holds the lease on the messages it claims.",
)
Index("mail_deliveries_open_idx", mail_deliveries.c.delivery_id, postgresql_where=mail_deliveries.c.ended_at.is_(None))

mail_progress = Table(
    "mail_progress",
    metadata,
    Column("delivery_id", BigInteger, nullable=False, comment="Delivery, which alone writes these rows"),
    Column(
        "message_no",
        BigInteger,
        nullable=False,
        comment="Message; 0: the delivery itself, present unless the server crashed",
    ),
    Column("step", Text, nullable=False, comment="begun: about to be handed over; ended: its fate is known"),
    Column("noted_at", DateTime(timezone=True), nullable=False, comment="Wall clock of the step"),
    Column("connection_no", Integer, nullable=False, comment="Number of the line to the server, from 1"),
    Column("outcome", Text, nullable=True, comment="Of ended: sent, later, failed or unknown"),
    Column("reply_code", Integer, nullable=True, comment="SMTP code; blank: no answer came"),
    Column("reply", Text, nullable=True, comment="The server's words, or what happened instead"),
    PrimaryKeyConstraint("delivery_id", "message_no", "step"),
    CheckConstraint("step IN ('begun', 'ended')", name="step_choice"),
    CheckConstraint(_words("outcome", OUTCOMES), name="outcome_choice"),
    CheckConstraint("(step = 'ended') = (outcome IS NOT NULL)", name="ended_has_outcome"),
    comment="One row per message and step of a delivery under way, until the messages themselves say it. Unlogged: a "
    "step costs no disk write, survives the death of any program but the database server, and is gone after its crash.",
    prefixes=["UNLOGGED"],
)

messages = Table(
    "messages",
    metadata,
    Column(
        "message_code",
        Text,
        nullable=False,
        comment="Code people use; derived from kind, business key, recipient and edition",
    ),
    Column("kind", Text, nullable=False, comment="What it tells, such as escalation_digest"),
    Column(
        "business_key",
        Text,
        nullable=False,
        comment="The fact it tells of, unique within its kind, recipient and edition",
    ),
    Column(
        "edition",
        Integer,
        nullable=False,
        server_default=text("1"),
        comment="1, and one more for each corrected edition",
    ),
    Column("recipient", Text, nullable=False, comment="Mail address"),
    Column(
        "state",
        Text,
        nullable=False,
        server_default=text("'pending'"),
        comment="pending, sending (claimed), sent, failed (for good) or unknown (a person decides)",
    ),
    Column(
        "attempts", Integer, nullable=False, server_default=text("0"), comment="Times it was offered to a mail server"
    ),
    Column("sent_at", DateTime(timezone=True), nullable=True, comment="Wall clock at which the server took it"),
    Column(
        "message_id",
        Text,
        nullable=True,
        comment="Message-ID header, the same in every attempt; blank: not offered yet",
    ),
    Column("message_no", BigInteger, Identity(), nullable=False, comment="Technical key; order of writing"),
    Column("recipient_name", Text, nullable=True, comment="Name shown beside the address"),
    Column("language", Text, nullable=False, comment="zh or en"),
    Column("subject", Text, nullable=False, comment="Subject line"),
    Column("is_urgent", Boolean, nullable=False, server_default=text("false"), comment="Goes before all that are not"),
    Column(
        "list_name",
        Text,
        nullable=True,
        comment="Mailing list it belongs to, for the reader's mail rules; blank: a letter",
    ),
    Column("reply_to", Text, nullable=True, comment="Mail address that answers go to; blank: they are not read"),
    Column("body_digest", Text, nullable=False, comment="Body"),
    Column("bundle_digest", Text, nullable=True, comment="Attachments; blank: none"),
    Column("run_id", BigInteger, nullable=True, comment="Run that made it; blank: a person's action"),
    Column("created_at", DateTime(timezone=True), nullable=False, comment="Wall clock of writing"),
    Column(
        "not_before",
        DateTime(timezone=True),
        nullable=True,
        comment="Not delivered earlier, such as the next office hours; blank: at once",
    ),
    Column(
        "next_attempt_at", DateTime(timezone=True), nullable=True, comment="Not tried again earlier; blank: at once"
    ),
    Column("leased_by", BigInteger, nullable=True, comment="Delivery that has claimed it, or had when it died"),
    Column("handed_at", DateTime(timezone=True), nullable=True, comment="Wall clock just before the last handover"),
    Column("reply_code", Integer, nullable=True, comment="SMTP code of the last answer; blank: none came"),
    Column("reply", Text, nullable=True, comment="The server's last words, or what happened instead of an answer"),
    Column(
        "resolution", Text, nullable=True, comment="A person's decision on an unknown or failed one: sent or resend"
    ),
    Column("resolved_by", Text, nullable=True, comment="Staff code of that person"),
    Column("resolved_at", DateTime(timezone=True), nullable=True, comment="Wall clock of that decision"),
    PrimaryKeyConstraint("message_no"),
    UniqueConstraint("message_code"),
    UniqueConstraint("kind", "business_key", "recipient", "edition"),
    ForeignKeyConstraint(["body_digest"], ["message_bodies.body_digest"]),
    ForeignKeyConstraint(["bundle_digest"], ["attachment_bundles.bundle_digest"]),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    ForeignKeyConstraint(["leased_by"], ["mail_deliveries.delivery_id"]),
    CheckConstraint(_words("state", STATES), name="state_choice"),
    CheckConstraint("kind ~ '^[a-z][a-z0-9_]*$'", name="kind_form"),
    CheckConstraint("business_key <> ''", name="business_key_not_blank"),
    CheckConstraint("edition >= 1", name="edition_minimum"),
    CheckConstraint("attempts >= 0", name="attempts_minimum"),
    CheckConstraint(
        "recipient !~ '[[:cntrl:]]' AND subject !~ '[[:cntrl:]]' AND recipient_name !~ '[[:cntrl:]]'", name="one_line"
    ),
    CheckConstraint("language IN ('zh', 'en')", name="language_choice"),
    CheckConstraint("list_name ~ '^[a-z][a-z0-9-]*$'", name="list_name_form"),
    CheckConstraint(
        "state <> 'sending' OR (leased_by IS NOT NULL AND message_id IS NOT NULL)",
        name="sending_is_leased",
    ),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_instant"),
    CheckConstraint("resolution IN ('sent', 'resend')", name="resolution_choice"),
    CheckConstraint(
        "(resolution IS NULL) = (resolved_by IS NULL) AND (resolution IS NULL) = (resolved_at IS NULL)",
        name="resolution_whole",
    ),
    comment="One row per kind, business key, recipient and edition: a mail that is to be, or was, delivered.",
    info={"dataset": "messages", "zh": "邮件", "direction": "out", "key": ("message_code",)},
)
Index(
    "messages_pending_idx",
    messages.c.is_urgent.desc(),
    messages.c.message_no,
    postgresql_where=messages.c.state == "pending",
)
Index("messages_unsettled_idx", messages.c.message_no, postgresql_where=messages.c.state.in_(("sending", "unknown")))
Index("messages_failed_idx", messages.c.message_no, postgresql_where=messages.c.state == "failed")
Index("messages_run_idx", messages.c.run_id)

message_attempts = Table(
    "message_attempts",
    metadata,
    Column("attempt_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    Column("message_no", BigInteger, nullable=False, comment="Message"),
    Column("delivery_id", BigInteger, nullable=False, comment="Delivery that made the attempt"),
    Column(
        "connection_no",
        Integer,
        nullable=True,
        comment="Number of its line to the server, from 1; blank: not known any more",
    ),
    Column("ended_at", DateTime(timezone=True), nullable=False, comment="Wall clock at which its outcome was known"),
    Column("outcome", Text, nullable=False, comment="sent, later (a passing reason), failed (for good) or unknown"),
    Column("reply_code", Integer, nullable=True, comment="SMTP code; blank: no answer came"),
    Column("reply", Text, nullable=False, comment="The server's words, or what happened instead"),
    PrimaryKeyConstraint("attempt_id"),
    ForeignKeyConstraint(["message_no"], ["messages.message_no"]),
    ForeignKeyConstraint(["delivery_id"], ["mail_deliveries.delivery_id"]),
    CheckConstraint(_words("outcome", OUTCOMES), name="outcome_choice"),
    comment="One row per message and attempt whose outcome is settled or given up as unknown.",
)
Index("message_attempts_message_idx", message_attempts.c.message_no)
Index("message_attempts_ended_idx", message_attempts.c.ended_at)

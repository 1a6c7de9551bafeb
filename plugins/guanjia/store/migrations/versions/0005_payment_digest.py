"""Payments: the digest an assignment was judged by, so that a corrected line of the bank is judged anew.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "payment_assignments",
        sa.Column(
            "content_digest",
            sa.Text(),
            nullable=True,
            comment="Digest of the payment's row it was judged by; another one is judged anew",
        ),
    )


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")

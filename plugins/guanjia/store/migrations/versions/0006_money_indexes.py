"""Billing: credit notes are found without reading all bills, and what takes a payment back by that payment.

Revision: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index(
        "bills_credit_notes_idx",
        "bills",
        ["community_code", "unit_code"],
        postgresql_where=sa.text("total < 0"),
    )
    op.create_index(
        "payment_assignments_reverses_idx",
        "payment_assignments",
        ["reverses"],
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")

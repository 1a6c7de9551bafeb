"""Billing: the bills of one run are found in a batch of many without reading all of it.

Revision: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index: of ranges of pages, for a batch is written run by run; it costs next to nothing to build."""
    op.create_index("bills_run_idx", "bills", ["run_code"], postgresql_using="brin")


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")

"""Posts of the staff register that answer for others."""

from __future__ import annotations

from typing import Final

HEADS: Final = frozenset({"supervisor", "manager", "department_head", "general_manager"})
"""Posts that answer for all people and figures of their community; without community, of the company."""

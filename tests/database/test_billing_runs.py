"""Drafting billing runs: again changes nothing, superseding, corrections that name their month (BILL-03)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.pipelines.fee_billing.digest import recomputed_digest, stored_digest
from guanjia.pipelines.fee_billing.drafting import draft_runs, redraft
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.months import find_months
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse, billing_house
from tests.support.billing_runs import draft, post, rows

D = Decimal


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = billing_house(database)
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.tariff("T", "2.80")
    return found


@pytest.mark.rule("BILL-03")
def test_the_same_draft_again_writes_nothing(house: BillingHouse) -> None:
    first = draft(house, "2026-09")
    assert first == {"runs": 1, "bills": 1, "lines": 1, "exceptions": 0, "superseded": 0, "unchanged": 0}
    before = rows(house)
    assert draft(house, "2026-09")["unchanged"] == 1
    assert rows(house) == before
    with house.database.transaction() as tx:
        assert stored_digest(tx, "B2609-001-1") == recomputed_digest(tx, "B2609-001-1")
        assert tx.scalar(text("SELECT digest FROM billing_runs")) == stored_digest(tx, "B2609-001-1")
    post(house)
    before = rows(house)
    assert not any(draft(house, "2026-09").values())
    assert rows(house) == before

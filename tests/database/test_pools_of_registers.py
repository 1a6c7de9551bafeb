"""The registers of one office: the shared meter that ran away is held, every other pool adds up (BILL-03)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.cli import main
from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due
from guanjia.settings import TIME_ZONE
from tests.conftest import SHARED, Database

REGISTERS = SHARED / "data" / "registers"
AS_OF = datetime(2026, 11, 20, 11, 30, tzinfo=TIME_ZONE)


@pytest.mark.rule("BILL-03")
@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_the_meter_that_ran_away_is_held_and_the_others_add_up(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["load", str(REGISTERS), "--as-of", "2026-11-20T11:30"])
    capsys.readouterr()
    with database.transaction() as tx:
        tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2026-09-01')"))
        months = [CommunityMonth(code, period) for code in ("001", "002") for period in ("2026-09", "2026-10")]
        compute_due(tx, months, AS_OF)
        faults = tx.execute(text("SELECT meter_code, period FROM due_pools WHERE fault IS NOT NULL")).all()
        sums = tx.execute(
            text(
                "SELECT d.fen, (SELECT sum(s.fen) FROM due_pool_shares AS s"
                " WHERE s.meter_code = d.meter_code AND s.period = d.period) FROM due_pools AS d WHERE d.fault IS NULL"
            )
        ).all()
        billed = tx.execute(
            text(
                "SELECT d.fen, sum(l.amount + l.relief) * 100 FROM due_pools AS d JOIN due_lines AS l"
                " ON l.charge_source = d.meter_code AND l.period = d.period GROUP BY d.meter_code, d.period, d.fen"
            )
        ).all()
        metered = tx.execute(
            text("SELECT count(*) FROM due_lines WHERE charge_kind IN ('water', 'electricity')")
        ).scalar_one()
    assert [tuple(fault) for fault in faults] == [("GT-03-D", "2026-10")]
    assert sums and all(fen == share for fen, share in sums)
    assert all(Decimal(fen) >= total for fen, total in billed)
    assert metered

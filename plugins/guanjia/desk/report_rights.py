"""Who a visitor of the report pages is, and which scopes of a report are theirs.

Airflow says who may open the pages at all, and who may see amounts; whose figures stand on them follows from the staff
register, by the same rule as in previews (`pipelines.reports.readers`). An Airflow user whom the register does not
know, or gives to two people, sees that a report was made and sent, and none of its figures.
"""

from __future__ import annotations

from sqlalchemy import Connection

from guanjia.desk.access import Visitor
from guanjia.desk.view import now
from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.readers import MONEY_DAG, Reader, find_reader


def reader_of(tx: Connection, visitor: Visitor, report: ReportName) -> Reader:
    """Who a visitor is by the register (``staff.login``), and which scopes of a report they may see."""
    return find_reader(tx, report, now().date(), visitor.login, visitor.may_read(MONEY_DAG)).reader

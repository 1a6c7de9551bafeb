"""A bill, a unit's account, a payment, payments nobody knows the owner of, and who owes how much."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from guanjia.desk.access import VisitorDep, may_act, may_read, require
from guanjia.desk.pages.billing import COMMUNITIES_SHOWN, DAG
from guanjia.desk.reading import PAGE_SIZE, Row, acting, reading, row, rows
from guanjia.desk.view import PDF, download, now, render
from guanjia.i18n import gettext_for
from guanjia.pipelines.confirm_changes import find_person
from guanjia.pipelines.fee_billing.explaining_lines import line_sentences, line_title

router = APIRouter()

ROWS_SHOWN = 60
AGES = ("not_yet_due", "days_0_30", "days_31_90", "days_91_180", "days_181_365", "days_over_365")


@router.get("/billing/bills/{bill_code}", dependencies=[may_read(DAG)])
def bill(request: Request, visitor: VisitorDep, bill_code: str) -> HTMLResponse:
    """One bill: its lines with the reason of each in words, what was paid, what is open."""
    with reading() as tx:
        found = row(tx, "read_bill", bill_code=bill_code)
        require(found is not None)
        assert found is not None  # require raised
        lines = rows(tx, "list_bill_lines", bill_code=bill_code, batch_no=found["batch_no"])
        payments = rows(
            tx,
            "list_bill_payments",
            community_code=found["community_code"],
            unit_code=found["unit_code"],
            bill_code=bill_code,
        )
    _ = gettext_for(visitor.language)
    return render(
        request,
        visitor,
        "billing_bill.html",
        here="billing",
        bill=found,
        lines=[dict(each) | {"title": line_title(_, each), "told": line_sentences(_, each)} for each in lines],
        payments=payments,
    )


@router.get("/billing/accounts/{community}/{unit}", dependencies=[may_read(DAG)])
def account(request: Request, visitor: VisitorDep, community: str, unit: str) -> HTMLResponse:
    """What a unit's payers were billed, paid and owe; settled or not."""
    key = {"community_code": community, "unit_code": unit}
    with reading() as tx:
        found = row(tx, "read_unit", **key)
        require(found is not None)
        owed = rows(tx, "list_account_arrears", **key)
        bills = rows(tx, "list_unit_bills", **key, page_size=ROWS_SHOWN)
        payments = rows(tx, "list_account_payments", **key, page_size=ROWS_SHOWN)
        balances = rows(tx, "list_account_balances", **key)
        entries = rows(tx, "list_account_ledger", **key, page_size=ROWS_SHOWN)
        letters = rows(tx, "list_account_letters", **key, page_size=ROWS_SHOWN)
        deposits = rows(tx, "list_account_deposits", **key)
    return render(
        request,
        visitor,
        "billing_account.html",
        here="billing",
        unit=found,
        owed=owed,
        settled=all(each["settled"] for each in owed),
        open=sum((each["balance"] for each in owed), Decimal(0)),
        ages=AGES,
        bills=bills,
        payments=payments,
        balances=balances,
        entries=entries,
        letters=letters,
        deposits=deposits,
    )


@router.get("/billing/payments/{payment_code}", dependencies=[may_read(DAG)])
def payment(request: Request, visitor: VisitorDep, payment_code: str) -> HTMLResponse:
    """A payment: whose it is and why, and which bills it paid."""
    from guanjia.pipelines.fee_billing.explaining import explain_payment

    with reading() as tx:
        found = row(tx, "read_payment", payment_code=payment_code)
        require(found is not None)
        sentences = explain_payment(tx, payment_code, now(), visitor.language)
        paid = rows(tx, "list_payment_bills", payment_code=payment_code)
    return render(
        request,
        visitor,
        "billing_payment.html",
        here="billing",
        payment=found,
        sentences=sentences,
        paid=paid,
    )


@router.get("/billing/suspense", dependencies=[may_read(DAG)])
def suspense(request: Request, visitor: VisitorDep, community: str = "", skip: int = 0) -> HTMLResponse:
    """Payments that wait until a person says whose they are."""
    with reading() as tx:
        found = rows(tx, "list_suspense", community_code=community or None, page_size=PAGE_SIZE + 1, skip=max(0, skip))
        counts = row(tx, "count_billing", community_code=community or None)
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    return render(
        request,
        visitor,
        "billing_suspense.html",
        here="billing",
        payments=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        counts=counts,
        communities=communities,
        community=community,
    )


@router.get("/billing/arrears", dependencies=[may_read(DAG)])
def arrears(request: Request, visitor: VisitorDep, community: str = "", skip: int = 0) -> HTMLResponse:
    """Who owes how much in a community, by age."""
    with reading() as tx:
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        shown = community or (communities[0]["community_code"] if communities else "")
        found: list[Row] = list(
            rows(tx, "list_arrears", community_code=shown, page_size=PAGE_SIZE + 1, skip=max(0, skip))
        )
        sums = row(tx, "sum_arrears", community_code=shown)
    return render(
        request,
        visitor,
        "billing_arrears.html",
        here="billing",
        arrears=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        sums=sums,
        ages=AGES,
        communities=communities,
        community=shown,
    )


@router.get("/billing/print/{run_code}/{building}.pdf", dependencies=[may_read(DAG)])
def copied(visitor: VisitorDep, run_code: str, building: str) -> Response:
    """The bills of a building whose payers have no address, marked as duplicates: to look at, not to hand out."""
    from guanjia.pipelines.fee_billing.print_files import make_print_file

    with reading() as tx:
        require(row(tx, "read_billing_run", run_code=run_code) is not None)
        content = make_print_file(tx, run_code, building, visitor.language, as_copy=True)
    return download(content, PDF, f"{run_code}-{building}-copy.pdf")


@router.post("/billing/print/{run_code}/{building}", dependencies=may_act("start", DAG))
def printed(visitor: VisitorDep, run_code: str, building: str) -> Response:
    """The same file to hand out; its bills count as printed by the visitor."""
    from guanjia.pipelines.fee_billing.print_files import make_file, mark_printed

    with acting() as tx:
        require(row(tx, "read_billing_run", run_code=run_code) is not None)
        content, codes = make_file(tx, run_code, building, visitor.language)
        mark_printed(tx, run_code, building, codes, find_person(tx, visitor.login, on=now().date()).recorded_as, now())
    return download(content, PDF, f"{run_code}-{building}.pdf")

"""
### 收款核销 · Payments

Brings in what was owed from before, finds whose each payment is, lets it pay the oldest bills, settles deposits. What
nobody can place waits in suspense with a reason; paid services get their receipt. For cashiers and bookkeepers.

转入期初欠费，认领每笔收款，按应缴日先后核销账单，结算押金；无法认领的列入暂收并注明原因；有偿服务付清后寄收据。使用者：收费员、会计。

| | |
|---|---|
| In / 输入 | `payments` 收款, `opening_balances` 期初欠费, `deposit_events` 押金处理, `occupancies` 入住, `contracts` 合同 |
| Out / 输出 | `payment_assignments` 收款归属, `allocations` 收款核销, `deposit_settlements` 押金结算, `ledger` 分录; mail: receipts 收据邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a payment is booked once and pays what is open, no more. 可以：每笔收款只入账一次，只核销未缴部分。 |
| After an outage / 停机后 | One run makes up for all that were missed. 补跑一次即可补齐。 |
| When it fails / 失败时 | A gate failed: the run's reason names payments and bills; correct the register and clear the failed task. 质量关口未通过：运行记录写明收款和账单，更正登记后清除失败任务重跑。 |
| Suspense / 暂收 | `guanjia assign PAYMENT --unit C/U --customer X` decides by hand. 人工认领用此命令。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import (
    DEFAULT_ARGUMENTS,
    START,
    deliver_mail,
    finish,
    gate,
    note_failure,
    take,
    take_in_chunks,
)


@dag(
    dag_id="payments",
    dag_display_name="收款核销 Payments",
    description="Whose each payment is, what it pays, and what nobody can place",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("*/30 6-22 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["billing", "收费", "BILL"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def payments() -> None:
    @task(task_display_name="期初欠费 Opening balances")
    def bring_in() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.opening import post_opening

        return take(get_current_context(), post_opening)

    @task(task_display_name="认领收款 Assign payments")
    def assign() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import assign_payments

        return take(get_current_context(), assign_payments)

    @task(task_display_name="核销账单 Allocate")
    def pay_bills() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import pay_bills

        return take(get_current_context(), pay_bills)

    @task(task_display_name="结算押金 Settle deposits")
    def settle() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.deposits import settle_deposits

        return take(get_current_context(), settle_deposits)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="寄有偿服务收据 Tell receipts")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.telling_receipts import tell_receipts

        return take_in_chunks(get_current_context(), tell_receipts)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    bring_in() >> assign() >> pay_bills() >> settle() >> check() >> tell() >> deliver() >> end()


payments()

"""
### 催缴收费 · Fee collection

每周一分配收款，按级催缴逾期账单（每位客户一封信），提醒车位和租赁合同到期，并把清单发给服务中心。使用者：服务中心负责人、收费员、客户。

Once a week: assigns what was paid, reminds of what is overdue (one letter per customer), reminds of parking and rent
contracts about to end, and tells the centre. For the centre head, the cashiers, and customers.

| | |
|---|---|
| In / 输入 | `bills` 账单, `payments` 收款, `opening_balances` 期初欠费, `disputes` 争议, `contracts` 合同, `customers` 客户 |
| Out / 输出 | `dunning` 催缴, `payment_assignments` 收款归属, `allocations` 收款核销, `contract_reminders` 合同提醒, mails 邮件; paper: `guanjia print-letters` 打印催缴函 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a bill gets each level once, and the next only after the previous went out and the days between have passed. 可以：每张账单每级只催一次，上一级发出并满间隔天数才发下一级。 |
| After an outage / 停机后 | One run makes up for missed Mondays, one level at a time. 补跑一次即可，一次只升一级。 |
| When it fails / 失败时 | A gate failed: no reminder left the house; the run's reason names letters and bills. Correct them and start a new run. 质量关口未通过时不发催缴，原因见运行记录，更正后重新运行。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="fee_collection",
    dag_display_name="催缴收费 Fee collection",
    description="Payments assigned, reminders step by step, contracts about to end",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("30 7 * * 1", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["billing", "收费", "BILL"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def fee_collection() -> None:
    @task(task_display_name="期初欠费入账 Opening balances")
    def open_books() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.opening import post_opening

        return take(get_current_context(), post_opening)

    @task(task_display_name="收款归属 Assign payments")
    def assign() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import assign_payments

        return take(get_current_context(), assign_payments)

    @task(task_display_name="核销账单 Allocate payments")
    def pay_bills() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import pay_bills

        return take(get_current_context(), pay_bills)

    @task(task_display_name="拟定催缴 Plan reminders")
    def plan() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.dunning import plan_notices

        return take(get_current_context(), plan_notices)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.payments import SUITES

        return gate(get_current_context(), *SUITES, "fee_billing/dunning")

    @task(task_display_name="写催缴函 Write reminders")
    def write() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.dunning import tell

        return take(get_current_context(), tell)

    @task(task_display_name="合同到期提醒 Contracts about to end")
    def remind() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.contract_reminders import remind_of_contracts

        return take(get_current_context(), remind_of_contracts)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="登记已发出 Note what went out")
    def note() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.dunning import note_sent

        return take(get_current_context(), note_sent)

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    open_books() >> assign() >> pay_bills() >> plan() >> check() >> write() >> remind() >> deliver() >> note() >> end()


fee_collection()

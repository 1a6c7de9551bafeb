"""
### 物业费出账 · Fee billing

按小区计算当月应收及以前月份的迟到更正，减去已入账部分，差额请第二人审批；同意后入账并发送账单。使用者：财务、审批人。

What is to be billed for a month, with late facts of earlier ones, less what is posted; a second person approves the
difference, then it is posted and the bills go out. For accountants and approvers.

| | |
|---|---|
| In / 输入 | `units` 房屋, `occupancies` 入住, `tariffs` 收费标准, `contracts` 合同, `meter_readings` 抄表, `vacancy_applications` 空置申请, `paid_services` 有偿服务 |
| Out / 输出 | `billing_runs` 出账批次, `bills` 账单, `bill_lines` 账单明细, `billing_exceptions` 出账例外, `ledger` 分录, mails 邮件 |
| Parameters / 参数 | `period` 账期 YYYY-MM; `community` 小区; `as_of` 截至时刻; `answer_within_minutes` 审批答复期限（分钟） |
| Safe to re-run? / 可否重跑 | Yes: the same draft is not written, posted or sent again; marking the question as successful posts nothing. 可以：相同内容不重写、不重复入账、账单不重发；把审批任务标记为成功不会入账。 |
| When it fails / 失败时 | A gate failed: nothing was shown or sent; the run's reason names the rows. Nobody answers: the approvers are told, the next day's run asks again. 关口未通过：原因见运行记录；无人答复：提醒审批人，次日重新提问。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.desk import billing_tasks
from guanjia.orchestration import DEFAULT_ARGUMENTS, START, gate, note_failure, take


@dag(
    dag_id="fee_billing",
    dag_display_name="物业费出账 Fee billing",
    description="What is to be billed, approved by a second person, posted, and on its way to the payers",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=90,
    tags=["billing", "出账", "BILL"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={
        "as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）"),
        "period": Param(None, type=["null", "string"], title="账期 period（YYYY-MM，空=上一个完整月）"),
        "community": Param(None, type=["null", "string"], title="小区编号 community（空=全部）"),
        "answer_within_minutes": Param(None, type=["null", "number"], minimum=0.05, title="审批答复期限（分钟）"),
    },
    on_failure_callback=note_failure,
)
def fee_billing() -> None:
    @task(task_display_name="推算空置和用量 Derive vacancy")
    def prepare() -> dict[str, int]:
        return billing_tasks.prepare(get_current_context())

    @task(task_display_name="期初欠费 Opening balances")
    def open_books() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.opening import post_opening

        return take(get_current_context(), post_opening)

    @task(task_display_name="计算应收 Draft")
    def draft() -> dict[str, int]:
        return billing_tasks.draft(get_current_context())

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.drafting import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="提请审批并通知 Show and tell")
    def show() -> dict[str, int]:
        return billing_tasks.show(get_current_context())

    @task(task_display_name="待审批的批次 Find what waits")
    def find() -> list[str]:
        return billing_tasks.claim(get_current_context())

    @task(task_display_name="结束 Finish", trigger_rule="none_failed")
    def end() -> str:
        return billing_tasks.end(get_current_context())

    waiting = find()
    prepare() >> open_books() >> draft() >> check() >> show() >> waiting
    billing_tasks.approve.expand(run_code=waiting) >> end()


fee_billing()

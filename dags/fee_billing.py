"""
### 物业费出账 · Fee billing

Works out, per community, what is to be billed for a month and for late facts of earlier ones, subtracts what is posted,
and asks a second person to approve the difference; then it is posted, and the bills go out. For the accountants and
those who approve. / 按小区计算当月应收及以前月份的迟到更正，减去已入账部分，差额请第二人审批；同意后入账并发送账单。使用者：财务、审批人。

| | |
|---|---|
| In / 输入 | `units` 房屋, `occupancies` 入住关系, `tariffs` 收费标准, `contracts` 合同, `meter_readings` 抄表, `vacancy_applications` 空置申请, `paid_services` 有偿服务, `opening_balances` 期初欠费 |
| Out / 输出 | `billing_runs` 出账批次, `bills` 账单, `bill_lines` 账单明细, `billing_exceptions` 出账例外, `ledger` 分录, mails 邮件 |
| Parameters / 参数 | `period`: month, YYYY-MM 账期; `community` 小区; `as_of` 截至时刻（空 = 计划时刻，手动为现在）; `answer_within_minutes` 审批答复期限（分钟） |
| Safe to re-run? / 可否重跑 | Yes: the same draft is not written again, a posted run is not posted again, a bill is sent once. Marking the question as successful posts nothing. 可以：相同草稿不重写，已入账不重复入账，账单不重发；把审批任务标记为成功不会入账。 |
| When it fails / 失败时 | A gate failed: nothing was shown or sent; the run's reason names the rows. Nobody answers: the approvers are told, tomorrow's run asks again. Inputs changed: refused, drafted and shown anew. 关口未通过：原因见运行记录；无人答复：提醒审批人，次日重新提问；数据有变：拒绝入账，重新计算并提请审批。 |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task, task_group

from guanjia.desk.billing_approval import AskApproval, finally_said, in_one_process, pages
from guanjia.orchestration import (
    DEFAULT_ARGUMENTS,
    START,
    begin,
    counted,
    deliver_mail,
    finish,
    gate,
    note_failure,
    requester_of,
    step,
    take,
)


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
        from guanjia.pipelines.fee_billing.running import preparations

        context = get_current_context()
        found: dict[str, int] = {}
        for each in preparations():
            found |= take(context, each)
        return found

    @task(task_display_name="期初欠费和押金 Opening balances")
    def settle() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.running import settle

        return take(get_current_context(), settle)

    @task(task_display_name="计算应收 Draft")
    def draft() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.running import draft

        context = get_current_context()
        given = context.get("params") or {}
        with step(context) as (tx, run):
            drafted = draft(
                tx,
                run,
                run.as_of,
                period=given.get("period"),
                community=given.get("community"),
                by_hand=getattr(context["dag_run"], "run_type", None) == "manual",
                requested_by=requester_of(context),
            )
            return counted(tx, run, drafted)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.drafting import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="提请审批 Show")
    def show() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.running import show

        context = get_current_context()
        with step(context) as (tx, run):
            return counted(tx, run, show(tx, run, run.as_of, pages()))

    @task(task_display_name="通知审批人 Mail")
    def notify() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="待审批的批次 Find what waits")
    def find() -> list[str]:
        from guanjia.pipelines.fee_billing.running import claim_questions

        context = get_current_context()
        with step(context) as (tx, _run):
            return claim_questions(tx, context["dag_run"].run_id, approved_only=in_one_process(context))

    @task(task_display_name="入账 Post")
    def post(run_code: str) -> dict[str, int]:
        from guanjia.pipelines.fee_billing.running import post

        return finally_said(lambda run: post(run, run_code, pages()))

    @task(task_display_name="账目关口 Gate of the books")
    def check_books() -> dict[str, int]:
        from guanjia.pipelines.fee_billing.posting import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写账单 Tell the payers")
    def tell(run_code: str) -> dict[str, int]:
        from guanjia.pipelines.fee_billing.running import tell

        return tell(begin(get_current_context()), run_code)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task_group(group_id="approve")
    def approve(run_code: str) -> None:
        asked = AskApproval(
            task_id="ask",
            task_display_name="请第二人审批 Ask a second person",
            run_code=run_code,
            map_index_template="{{ task.run_code }}",
            retries=200,
            retry_delay=timedelta(seconds=5),
            retry_exponential_backoff=False,
        )
        asked >> post(run_code) >> check_books() >> tell(run_code) >> deliver()

    @task(task_display_name="结束 Finish", trigger_rule="none_failed")
    def end() -> str:
        from guanjia.pipelines.fee_billing.running import still_waits

        context = get_current_context()
        with step(context) as (tx, run):
            waits = in_one_process(context) and still_waits(tx, run)
        return finish(context, "waiting" if waits else "succeeded")

    shown = prepare() >> settle() >> draft() >> check() >> show() >> notify()
    codes = find()
    shown >> codes
    approve.expand(run_code=codes) >> end()


fee_billing()

"""
### 回访 · Scheduled callbacks

接收结果，把不满意的转给责任部门，按规则排出当天该回访谁，编排每位客服的清单并发出；将要逾期的事先预警。使用者：客服、班长、服务中心负责人。

Takes results, hands what was dissatisfying to the department, plans who is to be called today, makes each agent's list
and mails it; warns before a window is missed. For agents, team leaders, and the centre head.

| | |
|---|---|
| In / 输入 | `callback_rules` 回访规则, `cases` 工单, `case_events` 工单事件, `calls` 通话, `customers` 客户, `occupancies` 入住, `paid_services` 有偿服务, `home_visits` 走访, `callback_results` 回访结果, `staff` 员工, `roster` 排班 |
| Out / 输出 | `callback_contacts` 应回访事项, `callbacks` 回访计划, `callback_lists` 回访清单, `callback_attempts` 回访记录, `callback_warnings` 预警, `community_events` 小区活动, `dropped_prospects` 淘汰客户, `cases` 工单, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a contact is made due once, a list is mailed once per edition; after an outage one run plans the skipped days as they would have been. 可以：事项只排一次，清单每版只发一次；停机后补跑一次，漏掉的日子照原样排出。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="scheduled_callbacks",
    dag_display_name="回访 Scheduled callbacks",
    description="The right customer, the right day, one voice, and the loop closed",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 7 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["callbacks", "回访", "CB"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def scheduled_callbacks() -> None:
    @task(task_display_name="接收结果 Take results")
    def take_results() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.results import take_results

        return take(get_current_context(), take_results)

    @task(task_display_name="闭环 Close the loop")
    def close_loop() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.closing_loop import close_loop

        return take(get_current_context(), close_loop)

    @task(task_display_name="排定回访 Plan callbacks")
    def plan() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.planning import plan_callbacks

        return take(get_current_context(), plan_callbacks)

    @task(task_display_name="编排清单 Make the lists")
    def make_lists() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.listing import make_lists

        return take(get_current_context(), make_lists)

    @task(task_display_name="预警 Warn of what would be missed")
    def warn() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.warnings import warn

        return take(get_current_context(), warn)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写通知 Tell people")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.telling import tell

        return take(get_current_context(), tell)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    listed = take_results() >> close_loop() >> plan() >> make_lists() >> warn()
    listed >> check() >> tell() >> deliver() >> end()


scheduled_callbacks()

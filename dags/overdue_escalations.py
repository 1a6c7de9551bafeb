"""
### 超时升级 · Overdue escalations

Computes the deadlines of new and changed cases, raises the steps of the escalation ladder that have come due, and mails
each person one digest; emergencies go out apart and at once. At the end of a shift the next one gets the open list.
For handlers, team leaders, supervisors, managers and the general manager.

计算新增和变动工单的时限，按升级规则逐级升级，每人一封汇总邮件；突发事件单独、立即通知。交班时向下一班发送未完成清单。
使用者：处理人、班长、主管、经理、总经理。

| | |
|---|---|
| In / 输入 | `cases` 工单, `case_events` 工单动态, `roster` 排班, `staff` 员工, `deadline_policies` 时限规则, `escalation_steps` 升级规则, `calendars` 日历 |
| Out / 输出 | `deadlines` 时限, `escalations` 升级, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: each step is raised once, ever; no mail is sent twice. 可以：每一级只升级一次，邮件不会重发。 |
| After an outage / 停机后 | One run makes up for all that were missed, with one digest each. 补跑一次即可补齐。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rule and the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。Database or mail server down: the next run catches up. 数据库或邮件服务器故障：下次自动补上。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import (
    START,
    URGENT_ARGUMENTS,
    counted,
    deliver_mail,
    finish,
    gate,
    note_failure,
    step,
)


@dag(
    dag_id="overdue_escalations",
    dag_display_name="超时升级 Overdue escalations",
    description="Deadlines, the escalation ladder and who is told",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("*/5 * * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["cases", "工单", "ESC"],
    default_args=dict(URGENT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of")},
    on_failure_callback=note_failure,
)
def overdue_escalations() -> None:
    @task(task_display_name="计算时限 Compute deadlines")
    def compute() -> dict[str, int]:
        from guanjia.pipelines.overdue_escalations import compute_deadlines

        with step(get_current_context()) as (tx, run):
            return counted(tx, run, compute_deadlines(tx, run, run.as_of))

    @task(task_display_name="逐级升级 Raise steps")
    def escalate() -> dict[str, int]:
        from guanjia.pipelines.overdue_escalations import raise_escalations

        with step(get_current_context()) as (tx, run):
            return counted(tx, run, raise_escalations(tx, run, run.as_of))

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        return gate(get_current_context(), "overdue_escalations/deadlines", "overdue_escalations/escalations")

    @task(task_display_name="写通知 Tell people")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.overdue_escalations import tell

        with step(get_current_context()) as (tx, run):
            return counted(tx, run, tell(tx, run, run.as_of))

    @task(task_display_name="交班清单 Hand over the shift")
    def hand_over() -> dict[str, int]:
        from guanjia.pipelines.overdue_escalations import hand_over

        with step(get_current_context()) as (tx, run):
            return counted(tx, run, hand_over(tx, run, run.as_of))

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    compute() >> escalate() >> check() >> tell() >> hand_over() >> deliver() >> end()


overdue_escalations()

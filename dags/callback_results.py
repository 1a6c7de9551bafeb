"""
### 回访结果 · Callback results

白天每半小时接收交回的回访结果，把不满意的转给责任部门，当天请假的客服的回访改派他人，最后一个时段结束后统计当天数字。使用者：客服、班长、服务中心负责人。

Takes the results that come back during the day every half hour, hands what was dissatisfying to the department, gives
an absent agent's calls to others, and counts the day after its last part. It plans nothing: a new fact is planned next
morning. For agents, team leaders, and the centre head.

| | |
|---|---|
| In / 输入 | `callback_results` 回访结果, `callbacks` 回访计划, `callback_lists` 回访清单, `staff` 员工, `roster` 排班, `home_visits` 走访 |
| Out / 输出 | `callback_attempts` 回访记录, `callbacks` 回访计划, `callback_conflicts` 结果冲突, `callback_cases` 回访所开工单, `callback_lists` 回访清单（改派）, `callback_days` 回访日报, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a result is judged once per content, a day is counted once; what is missed here the morning run takes. 可以：同一内容只判定一次，一天只统计一次；漏掉的由次日早上的运行补上。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="callback_results",
    dag_display_name="回访结果 Callback results",
    description="What agents report, taken as it comes; absence made up for; the day counted",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0,30 8-21 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["callbacks", "回访", "CB"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def callback_results() -> None:
    @task(task_display_name="接收结果 Take results")
    def take_results() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.results import take_results

        return take(get_current_context(), take_results)

    @task(task_display_name="闭环 Close the loop")
    def close_loop() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.closing_loop import close_loop

        return take(get_current_context(), close_loop)

    @task(task_display_name="改派 Reassign calls of the absent")
    def reassign() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.absence import reassign

        return take(get_current_context(), reassign)

    @task(task_display_name="统计当天 Count the day")
    def measure_day() -> dict[str, int]:
        from guanjia.pipelines.scheduled_callbacks.figures import measure_day

        return take(get_current_context(), measure_day)

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

    taken = take_results() >> close_loop() >> reassign() >> measure_day()
    taken >> check() >> tell() >> deliver() >> end()


callback_results()

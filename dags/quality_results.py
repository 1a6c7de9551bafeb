"""
### 质检结果 · Quality-check results

白天每小时接收质检评分和申诉，为不合格样本开整改工单，质检员请假则改派，计算带置信区间的结果，月份了结时给出批次判定和排名。使用者：质检员、客服、班长、服务中心负责人。

Takes scores and appeals every hour of the day, opens corrections of what was wrong, gives an absent reviewer's items to
others, computes results with their intervals, and closes months with verdicts and ranking. It draws nothing. For
reviewers, agents, team leaders, and the centre head.

| | |
|---|---|
| In / 输入 | `quality_scores` 质检评分, `quality_appeals` 质检申诉, `samples` 样本, `staff` 员工, `roster` 排班 |
| Out / 输出 | `quality_judgements` 评分认定, `quality_appeal_verdicts` 申诉认定, `samples` 样本, `quality_cases` 整改, `cases` 工单, `quality_results` 质检结果, `quality_agreements` 一致性, `quality_lots` 批次判定, `quality_rankings` 排名, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a score is judged once per content, a person told once; what is missed here the next hour takes. 可以：同一内容只认定一次，每人只通知一次；漏掉的由下一小时的运行补上。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="quality_results",
    dag_display_name="质检结果 Quality-check results",
    description="Scores as they come, appeals, corrections, results with intervals, verdicts and ranking",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("30 8-20 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["quality", "质检", "QC"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def quality_results() -> None:
    @task(task_display_name="接收评分与申诉 Take scores and appeals")
    def take_scores() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.appeals import take_appeals
        from guanjia.pipelines.quality_sampling.judging import take_scores

        taken = take(get_current_context(), take_scores)
        return taken | take(get_current_context(), take_appeals)

    @task(task_display_name="开整改 Open corrections")
    def open_corrections() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.corrections import open_corrections

        return take(get_current_context(), open_corrections)

    @task(task_display_name="改派 Reassign items of the absent")
    def reassign() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.absence import reassign

        return take(get_current_context(), reassign)

    @task(task_display_name="计算结果、月份了结 Measure, close months")
    def measure() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.closing import close_months
        from guanjia.pipelines.quality_sampling.measuring import measure

        counted = take(get_current_context(), measure)
        return counted | take(get_current_context(), close_months)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="现场支撑预警 Warn of the roster")
    def warn_roster() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.roster import warn_roster

        return take(get_current_context(), warn_roster)

    @task(task_display_name="写通知 Tell people")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.telling import tell

        return take(get_current_context(), tell)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    counted = take_scores() >> open_corrections() >> reassign() >> measure()
    counted >> check() >> warn_roster() >> tell() >> deliver() >> end()


quality_results()

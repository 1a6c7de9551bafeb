"""
### 质检抽样 · Quality-check sampling

每周一清晨：自动检查上周全部通话和关闭的工单，按可重复的随机方法抽出样本，月末补足验收抽样方案，平均派给质检员（不派本人、不派同班组），发出评分表；并预警班表的现场支撑不足。使用者：质检员、班长、服务中心负责人。

Every Monday morning: checks all calls and closed cases of the week, draws a sample that can be drawn again, tops up the
acceptance plans at month's end, gives it evenly to reviewers (never their own or their team's), mails the workbooks, and
warns where the roster lacks support people. For reviewers, team leaders, and the centre head.

| | |
|---|---|
| In / 输入 | `calls` 通话, `cases` 工单, `case_events` 工单事件, `callback_contacts` 回访事项, `deadlines` 时限, `staff` 员工, `roster` 排班, `sampling_policies` 抽检规则, `quality_criteria` 质检标准 |
| Out / 输出 | `quality_findings` 自动检查, `quality_draws` 抽样批次, `quality_strata` 分层, `quality_risk_classes` 风险类别, `samples` 样本, `quality_lots` 批次判定, `quality_reviewers` 质检员负荷, `quality_roster_warnings` 支撑不足, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a week is drawn once; after an outage one run draws the weeks it missed, each the same sample as it would have been. 可以：一周只抽一次；停机后补跑一次，漏掉的各周抽出的样本与按时运行相同。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="quality_sampling",
    dag_display_name="质检抽样 Quality-check sampling",
    description="Samples that stand up to argument, given evenly to reviewers",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 5 * * 1", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["quality", "质检", "QC"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def quality_sampling() -> None:
    @task(task_display_name="全量检查并抽样 Check everything, draw the sample")
    def check_and_draw() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.frame_checks import check_and_draw

        return take(get_current_context(), check_and_draw)

    @task(task_display_name="月末补抽 Top up the month")
    def top_up() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.month_end import top_up

        return take(get_current_context(), top_up)

    @task(task_display_name="派给质检员 Assign reviewers")
    def assign() -> dict[str, int]:
        from guanjia.pipelines.quality_sampling.assigning import assign

        return take(get_current_context(), assign)

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

    drawn = check_and_draw() >> top_up() >> assign()
    drawn >> check() >> warn_roster() >> tell() >> deliver() >> end()


quality_sampling()

"""
### 日报 · Daily report

每天 17:00 汇总前一日 17:00 以来的一天：入户报修与公共报修分列，加上时限、升级、突发事件、回访和设备。使用者：部门负责人、服务中心负责人及登记的收件人。

Every day at 17:00: the day since 17:00 of the day before, in-home and public repairs apart, with deadlines, escalations,
emergencies, callbacks and devices. For department heads, centre managers, and whoever is registered for it (REP-02).

| | |
|---|---|
| In / 输入 | `cases` 工单, `case_events` 工单事件, `deadlines` 时限, `escalations` 升级, `callbacks` 回访, `calls` 通话, `roster` 排班, `device_checks` 设备检查, `report_recipients` 报表收件人, `staff` 员工 |
| Out / 输出 | `report_editions` 报表版次, `report_figures` 报表数据, `report_base` 报表小区数据, `report_definitions` 报表指标, `report_breakdowns` 报表细分, `report_changes` 报表更正, `report_remarks` 报表提示, mails 邮件 |
| Parameters / 参数 | `preview_to_me`：只发给我预览 one mail to you alone; `corrected` + `reason`：更正 a new edition that says what changed; `period`：期间，空 = 最近结束的一期 empty: the newest; `as_of`：空 = 现在 empty: now |
| Safe to re-run? / 可否重跑 | Yes: a period is told once; again writes nothing. After an outage the newest day is sent, and the mail names the days that were not. 可以：每期只发一次，重跑不会重发。停机后补跑只发最近一天，邮件注明哪几天未发。 |
| When it fails / 失败时 | Red at *Compute*: the form cannot be used, *Runs* says why; start it anew. At *Gate*: nobody was told; correct the rows it names and clear the failed task, the edition is computed anew. 计算失败：表单填写有误，见“运行记录”；关口未通过：没有发出，更正所列数据后清除失败任务，会重新计算。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, dag, get_current_context, task

from guanjia.desk.report_form import report_form
from guanjia.orchestration import (
    DEFAULT_ARGUMENTS,
    START,
    deliver_mail,
    finish,
    gate,
    may_read,
    note_failure,
    take_form,
)


@dag(
    dag_id="daily_report",
    dag_display_name="日报 Daily report",
    description="The day's repairs, deadlines, escalations and callbacks",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 17 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["reports", "报表", "REP"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params=report_form("daily"),
    on_failure_callback=note_failure,
)
def daily_report() -> None:
    @task(task_display_name="计算报表 Compute the figures")
    def compute() -> dict[str, int]:
        from guanjia.pipelines.reports.running import compute_asked

        return take_form(get_current_context(), compute_asked("daily"))

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.reports.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写报表邮件 Tell its readers")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.reports.running import tell_asked

        return take_form(get_current_context(), tell_asked("daily", may_read))

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    compute() >> check() >> tell() >> deliver() >> end()


daily_report()

"""
### 月报 · Monthly report

每天 8:00 查看；每月第一个工作日统计上个自然月，含质检排名和服务监督，其他日子什么也不做。缺少当年法定节假日安排（或没有 office 日历）时按星期推定，邮件、运行和 doctor 都会注明年份。使用者：总经理及登记的收件人。

Looks every day at 8:00; on the month's first working day it reports the calendar month before, with the ranking and the
service supervision (REP-04, QC-05), and on other days does nothing. While the official holidays of the year are not
known, working days go by weekdays; mail, run and doctor name the year. For the general manager, and whoever is registered
for it.

| | |
|---|---|
| In / 输入 | as for the weekly report 同周报, `quality_rankings` 质检排名, `quality_lots` 批次判定, `calendars` 日历, `report_recipients` 报表收件人 |
| Out / 输出 | `report_editions` 报表版次, `report_figures` 报表数据, `report_base` 报表小区数据, `report_definitions` 报表指标, `report_breakdowns` 报表细分, `report_changes` 报表更正, `report_remarks` 报表提示, mails 邮件 |
| Parameters / 参数 | `preview_to_me`：只发给我预览 one mail to you alone; `corrected` + `reason`：更正 a new edition that says what changed; `period`：期间，空 = 最近结束的一期 empty: the newest; `as_of`：空 = 现在 empty: now |
| Safe to re-run? / 可否重跑 | Yes: a period is told once; again writes nothing. After an outage the newest month is sent, and the mail names those that were not. 可以：每期只发一次，重跑不会重发。停机后补跑只发最近一月，邮件注明哪几月未发。 |
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
    dag_id="monthly_report",
    dag_display_name="月报 Monthly report",
    description="The month's figures, the ranking, and the service supervision",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 8 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["reports", "报表", "REP"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params=report_form("monthly"),
    on_failure_callback=note_failure,
)
def monthly_report() -> None:
    @task(task_display_name="计算报表 Compute the figures")
    def compute() -> dict[str, int]:
        from guanjia.pipelines.reports.running import compute_asked

        return take_form(get_current_context(), compute_asked("monthly"))

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.reports.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写报表邮件 Tell its readers")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.reports.running import tell_asked

        return take_form(get_current_context(), tell_asked("monthly", may_read))

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    compute() >> check() >> tell() >> deliver() >> end()


monthly_report()

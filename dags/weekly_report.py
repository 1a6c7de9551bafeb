"""
### 周报 · Weekly report

每周五 15:00 统计上周五 15:00 以来的一周：工单、时限、升级、回访、空置、收费、质检、出勤、反馈分类，按小区、区域和全公司各一份，附图表、Excel 明细和 PDF。使用者：经理、总经理及登记的收件人。

Every Friday at 15:00: the week since the last Friday at 15:00, by community, region and company: cases, deadlines,
escalations, callbacks, vacancy, money, quality, attendance, feedback; with charts, a workbook and a PDF. For managers, the
general manager, and whoever is registered for it.

| | |
|---|---|
| In / 输入 | `cases` 工单, `deadlines` 时限, `escalations` 升级, `callbacks` 回访, `inspections` 巡检, `bills` 账单, `samples` 质检样本, `roster` 排班, `calls` 通话, `found_property` 拾遗物品, `report_recipients` 报表收件人, `staff` 员工 |
| Out / 输出 | `report_editions` 报表版次, `report_figures` 报表数据, `report_base` 报表小区数据, `report_definitions` 报表指标, `report_breakdowns` 报表细分, `report_changes` 报表更正, `report_remarks` 报表提示, mails 邮件 |
| Parameters / 参数 | `preview_to_me`：只发给我预览 one mail to you alone; `corrected` + `reason`：更正 a new edition that says what changed; `period`：期间，空 = 最近结束的一期 empty: the newest; `as_of`：空 = 现在 empty: now |
| Safe to re-run? / 可否重跑 | Yes: a period is told once; again writes nothing. After an outage the newest week is sent, and the mail names the weeks that were not. 可以：每期只发一次，重跑不会重发。停机后补跑只发最近一周，邮件注明哪几周未发。 |
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
    dag_id="weekly_report",
    dag_display_name="周报 Weekly report",
    description="The week's figures for managers, with trend, workbook and PDF",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 15 * * 5", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["reports", "报表", "REP"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params=report_form("weekly"),
    on_failure_callback=note_failure,
)
def weekly_report() -> None:
    @task(task_display_name="计算报表 Compute the figures")
    def compute() -> dict[str, int]:
        from guanjia.pipelines.reports.running import compute_asked

        return take_form(get_current_context(), compute_asked("weekly"))

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.reports.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写报表邮件 Tell its readers")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.reports.running import tell_asked

        return take_form(get_current_context(), tell_asked("weekly", may_read))

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    compute() >> check() >> tell() >> deliver() >> end()


weekly_report()

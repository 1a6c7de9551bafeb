"""
### 资料入库 · Intake

Sweeps the inbox: every file that has lain still for a minute is recognised, checked row by row and taken in; rejected
rows are kept whole and mailed back in a workbook to who is subscribed. Rows that referred to something unknown are tried
again. Changes of restricted datasets wait for a second person.

清扫收件箱：静置一分钟以上的文件逐行检查入库；被拒收的行完整保留，并以可更正的表格发给订阅人；引用了未登记内容的行会再次尝试；受限数据集的变更等待第二人确认。

| | |
|---|---|
| In / 输入 | files in `inbox/` and `inbox/restricted/` 收件箱中的文件 |
| Out / 输出 | the registers 登记表, `rejects` 拒收行, receipts in `archive/` and `rejected/` 回执, mails 邮件 |
| Parameters / 参数 | `as_of`：判断行的时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: the same content applies nothing. 可以：相同内容不会重复入库。 |
| When it fails / 失败时 | The files that are in are in; the others stay in the inbox and the next run takes them. 已入库的不受影响，其余留在收件箱，下次运行继续。Disk full: free space. 磁盘满时请清理空间。 |
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.desk.assets import WAITING_CHANGES
from guanjia.orchestration import (
    START,
    URGENT_ARGUMENTS,
    counted,
    deliver_mail,
    finish,
    gate,
    note_failure,
    or_skip,
    step,
)


@dag(
    dag_id="intake",
    dag_display_name="资料入库 Intake",
    description="Takes in what lies in the inbox",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("*/10 * * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["registers", "资料"],
    default_args=dict(URGENT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of")},
    on_failure_callback=note_failure,
)
def intake() -> None:
    @task(task_display_name="清扫收件箱 Sweep the inbox")
    def take_in() -> dict[str, int]:
        from guanjia.pipelines.intake.sweeping import sweep

        with step(get_current_context()) as (tx, run):
            found = sweep(as_of=run.as_of, now=datetime.now(UTC), run_id=run.run_id).counts()
            return counted(tx, run, found, rows_in=found["rows_read"], rows_out=found["accepted"])

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        return gate(get_current_context(), "intake/sheets")

    @task(task_display_name="写回执邮件 Tell people")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.intake.reporting import report

        with step(get_current_context()) as (tx, run):
            return counted(tx, run, report(tx, run_id=run.run_id, at=datetime.now(UTC)))

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="有变更待确认 Changes wait", outlets=[WAITING_CHANGES])
    def changes_wait() -> list[str]:
        from guanjia.pipelines.confirm_changes import unasked_changes

        with step(get_current_context()) as (tx, _run):
            return or_skip(unasked_changes(tx), "no change waits for a second person")

    @task(task_display_name="结束 Finish", trigger_rule="none_failed")
    def end() -> str:
        from guanjia.pipelines.vacancy_inspections.areas import remember_areas

        with step(get_current_context()) as (tx, run):
            remember_areas(tx, run.as_of)
        return finish(get_current_context())

    take_in() >> check() >> tell() >> deliver() >> changes_wait() >> end()


intake()

"""
### 邮件发送 · Mail delivery

Hands over the mails that wait in the outbox: those refused for a passing reason are tried again with growing pauses,
those whose time has come leave. Each pipeline also delivers its own mails at its end; this one catches what is left.

把发件箱中待发的邮件发出：因暂时原因被拒的会间隔重试，到了约定时间的按时发出。各流程结束时自行发送，此流程负责补发。

| | |
|---|---|
| In / 输入 | `messages` 邮件（待发） |
| Out / 输出 | `messages` 状态：sent 已发、failed 失败、unknown 不明 |
| Parameters / 参数 | `as_of`：空 = 现在 |
| Safe to re-run? / 可否重跑 | Yes: nothing is sent twice. 可以，不会重复发送。 |
| When it fails / 失败时 | The mail server does not answer: nothing is lost, the next run tries again. `guanjia messages --state unknown` lists mails whose fate a person must decide. 邮件服务器无应答时不会丢信，下次自动再试；状态不明的请人工确认。 |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, get_current_context, task

from guanjia.orchestration import START, URGENT_ARGUMENTS, deliver_mail, finish, note_failure


@dag(
    dag_id="mail_delivery",
    dag_display_name="邮件发送 Mail delivery",
    description="Hands over the mails that wait in the outbox",
    doc_md=__doc__,
    schedule=timedelta(minutes=2),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["mail", "邮件"],
    default_args=dict(URGENT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of")},
    on_failure_callback=note_failure,
)
def mail_delivery() -> None:
    @task(task_display_name="发送 Deliver")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    deliver() >> end()


mail_delivery()

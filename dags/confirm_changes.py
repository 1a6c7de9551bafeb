"""
### 变更确认 · Confirmation of changes

Policies, settings, tariffs, calendars, staff and report recipients change only after a second person has seen old → new
and agreed. Intake starts this as soon as such a change waits; each change is one question in Airflow (*required
actions*), answered with 同意 or 驳回 by somebody other than the one who brought it. The page *Changes* and
`guanjia confirm` lead to the same decision; whoever is first decides.

规则、参数、收费标准、日历、员工和报表收件人的变更，须由第二人查看旧值 → 新值并同意后才生效。入库发现此类变更时立即启动；每项变更是一个待操作任务，
由提交人以外的人选择“同意”或“驳回”。“变更确认”页面和 `guanjia confirm` 效果相同，先到先定。

| | |
|---|---|
| In / 输入 | `intake_changes` 待确认的变更 |
| Out / 输出 | the changed registers, their history with who confirmed 变更后的登记表及历史（含确认人） |
| Parameters / 参数 | `change`: only this change 只问这一项；`answer_within_minutes`: how long a question stands before it is asked again 多久无人答复后重新提问 |
| Safe to re-run? / 可否重跑 | Yes: what is decided stays decided, what waits is asked again. Marking a task successful applies nothing. 可以；已决定的不变，未决定的重新提问；把任务标记为成功不会使变更生效。 |
| When it fails / 失败时 | Nobody answered for weeks, or the answer came from who brought the change: the change still waits; start it again, or decide on the page *Changes*. 长期无人答复，或答复人就是提交人：变更仍在等待，重新运行或在“变更确认”页面决定。 |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, get_current_context, task

from guanjia.desk.approval import ConfirmChange
from guanjia.desk.assets import WAITING_CHANGES
from guanjia.orchestration import START, URGENT_ARGUMENTS, finish, note_failure, step


@dag(
    dag_id="confirm_changes",
    dag_display_name="变更确认 Confirmation of changes",
    description="A second person's yes to changed policies, tariffs, staff and recipients",
    doc_md=__doc__,
    schedule=[WAITING_CHANGES],
    start_date=START,
    catchup=False,
    max_active_runs=30,
    tags=["approval", "审批"],
    default_args=dict(URGENT_ARGUMENTS),
    params={
        "change": Param(None, type=["null", "string"], title="变更编号 change"),
        "answer_within_minutes": Param(10_080, type="number", minimum=0.05, title="答复期限（分钟） minutes to answer"),
    },
    on_failure_callback=note_failure,
)
def confirm_changes() -> None:
    @task(task_display_name="找出待确认的变更 Find changes")
    def find() -> list[str]:
        from guanjia.pipelines.confirm_changes import claim_changes

        context = get_current_context()
        with step(context) as (tx, run):
            return claim_changes(tx, run.run_id, context["params"]["change"])

    @task(task_display_name="结束 Finish", trigger_rule="none_failed", retries=1, retry_delay=timedelta(seconds=5))
    def end() -> str:
        from guanjia.pipelines.confirm_changes import check_decided

        with step(get_current_context()) as (tx, run):
            check_decided(tx, run.run_id)
        return finish(get_current_context())

    asked = ConfirmChange.partial(
        task_id="ask",
        task_display_name="请第二人确认 Ask a second person",
        map_index_template="{{ task.change_code }}",
        retries=8,
        retry_delay=timedelta(seconds=5),
    ).expand(change_code=find())
    asked >> end()


confirm_changes()

"""
### 物品保管 · Things kept

每晚 18:00：催还当日未还的钥匙，贵重拾遗物品当日报行政，每周五出拾遗公告，月末移交清单，满三个月列处置清单，异常设备报 IT。使用者：前台、班长、行政、企管部、IT。

Every evening at 18:00: chases keys not returned the same day, tells administration of valuables unclaimed that day, makes
the Friday notice, the month-end hand-over list and the three-month list for disposal, and reports devices out of order to
IT. For the front desk, team leaders, administration, enterprise management, and IT.

| | |
|---|---|
| In / 输入 | `found_property` 拾遗物品, `key_loans` 钥匙借用, `device_checks` 设备检查, `roster` 排班, `staff` 员工 |
| Out / 输出 | `custody_steps` 保管事项, `custody_progress` 保管进度, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: each step of a thing is told once; after an outage one run tells what is still due, and what was claimed meanwhile is left out. 可以：每件物品的每一步只通知一次；停机后补跑一次，期间已领走的不再通知。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="custody",
    dag_display_name="物品保管 Things kept",
    description="Keys chased, things found told of, posted and handed over, devices reported",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 18 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["custody", "保管", "CUST"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def custody() -> None:
    @task(task_display_name="查看到期事项 See what is due")
    def plan() -> dict[str, int]:
        from guanjia.pipelines.custody.planning import plan_steps

        return take(get_current_context(), plan_steps)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.custody.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="写通知与清单 Tell people, make the lists")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.custody.telling import tell

        return take(get_current_context(), tell)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    plan() >> check() >> tell() >> deliver() >> end()


custody()

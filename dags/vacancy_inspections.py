"""
### 空置房巡检 · Vacancy inspections

判定空置登记，推算哪些房屋空置，接收巡检结果，每户空置房和地下室每月排一次巡检，每天把清单发给巡检员。使用者：巡检员、责任人、服务中心负责人。

Judges vacancy registrations, derives who is vacant, takes results, plans each vacant unit and basement once a month,
mails each inspector the day's list. For inspectors, those responsible, and the centre head.

| | |
|---|---|
| In / 输入 | `units` 房屋, `fit_outs` 装修, `vacancy_applications` 空置申请, `inspection_results` 巡检结果, `meter_readings` 抄表, `staff` 员工, `roster` 排班 |
| Out / 输出 | `vacancy_registrations` 空置登记, `vacancies` 空置, `inspections` 巡检计划, `inspection_lists` 巡检清单, `vacancy_use` 空置用量, `cases` 工单, mails 邮件 |
| Parameters / 参数 | `as_of`：截至时刻，空 = 计划时刻，手动运行则为现在。Empty: the schedule's own instant; by hand: now. |
| Safe to re-run? / 可否重跑 | Yes: a unit is planned once a month, a list is mailed once; after an outage one run plans the skipped days as they would have been. 可以：每户每月只排一次，清单只发一次；停机后补跑一次，漏掉的日子照原样排出。 |
| When it fails / 失败时 | A gate failed: nothing was mailed; the run's reason names the rows. Correct them and clear the failed task. 质量关口未通过时不发邮件，原因见运行记录，更正后清除失败任务重跑。 |
"""

from __future__ import annotations

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from guanjia.orchestration import DEFAULT_ARGUMENTS, START, deliver_mail, finish, gate, note_failure, take


@dag(
    dag_id="vacancy_inspections",
    dag_display_name="空置房巡检 Vacancy inspections",
    description="Every empty flat seen, every month, and the meters believed",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 6 * * *", timezone="Asia/Shanghai"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["inspections", "巡检", "INS"],
    default_args=dict(DEFAULT_ARGUMENTS),
    params={"as_of": Param(None, type=["null", "string"], format="date-time", title="截至时刻 as_of（空=现在）")},
    on_failure_callback=note_failure,
)
def vacancy_inspections() -> None:
    @task(task_display_name="判定空置登记 Judge registrations")
    def judge() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations

        return take(get_current_context(), judge_registrations)

    @task(task_display_name="推算空置 Derive vacancy")
    def derive() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies

        return take(get_current_context(), derive_vacancies)

    @task(task_display_name="接收结果 Take results")
    def take_results() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.results import take_results

        return take(get_current_context(), take_results)

    @task(task_display_name="排定巡检 Plan inspections")
    def plan() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.planning import plan_inspections

        return take(get_current_context(), plan_inspections)

    @task(task_display_name="核算用量 Measure use")
    def measure() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.meters import measure_use

        return take(get_current_context(), measure_use)

    @task(task_display_name="质量关口 Gate")
    def check() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.running import SUITES

        return gate(get_current_context(), *SUITES)

    @task(task_display_name="编排清单 Make the lists")
    def make_lists() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.worklists import make_worklists

        return take(get_current_context(), make_worklists)

    @task(task_display_name="写通知 Tell people")
    def tell() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.telling import tell

        return take(get_current_context(), tell)

    @task(task_display_name="发送邮件 Deliver mail")
    def deliver() -> dict[str, int]:
        return deliver_mail(get_current_context())

    @task(task_display_name="结束 Finish")
    def end() -> str:
        return finish(get_current_context())

    checked = judge() >> derive() >> take_results() >> plan() >> measure() >> check()
    checked >> make_lists() >> tell() >> deliver() >> end()


vacancy_inspections()

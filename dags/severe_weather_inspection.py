"""
### 恶劣天气巡检 · Severe weather inspection

由操作员启动：所选区域内每户空置房在期限前巡检一次，平均排给当班巡检员，清单立即发到各人邮箱。用于台风、大风暴雨，或雨季查漏。

Started by an operator: every vacant unit of the chosen areas is inspected once by the deadline, spread evenly over the
inspectors on the roster; each gets the list by mail at once. For storms and gales, or for leaks in the rainy season.

| | |
|---|---|
| In / 输入 | `units` 房屋, `vacancy_applications` 空置申请, `fit_outs` 装修, `staff` 员工, `roster` 排班 |
| Out / 输出 | `inspections` 巡检计划, `inspection_lists` 巡检清单, mails 邮件 |
| Parameters / 参数 | `kind` 类型, `event` 事件名称, `areas` and `other_areas` 区域, `deadline` 完成期限, `basements` 含地下室; checked first: what cannot be used is told, and nothing is planned 先核对，填错则说明原因、不排计划 |
| Safe to re-run? / 可否重跑 | Yes: the same event, areas and deadline plan nothing twice. 可以：同一事件、区域和期限不会重复排。 |
| When it fails / 失败时 | Red at the form: *Runs* says what to correct; start it anew. Elsewhere: clear the failed task. 表单核对失败：“运行记录”说明原因，更正后重新启动；其他任务失败：清除后重跑。 |
"""

from __future__ import annotations

from airflow.sdk import dag, get_current_context, task

from guanjia.desk.weather_form import weather_form
from guanjia.orchestration import START, URGENT_ARGUMENTS, deliver_mail, finish, gate, note_failure, take, take_form


@dag(
    dag_id="severe_weather_inspection",
    dag_display_name="恶劣天气巡检 Severe weather inspection",
    description="Every vacant unit of an area inspected by a deadline",
    doc_md=__doc__,
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["inspections", "巡检", "INS"],
    default_args=dict(URGENT_ARGUMENTS),
    params=weather_form(),
    on_failure_callback=note_failure,
)
def severe_weather_inspection() -> None:
    @task(task_display_name="核对表单 Check the form")
    def check_form() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.running import check_form

        return take_form(get_current_context(), check_form)

    @task(task_display_name="判定空置登记 Judge registrations")
    def judge() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations

        return take(get_current_context(), judge_registrations)

    @task(task_display_name="推算空置 Derive vacancy")
    def derive() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies

        return take(get_current_context(), derive_vacancies)

    @task(task_display_name="排定巡检 Plan the event")
    def plan() -> dict[str, int]:
        from guanjia.pipelines.vacancy_inspections.running import plan_form

        return take_form(get_current_context(), plan_form)

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

    check_form() >> judge() >> derive() >> plan() >> check() >> make_lists() >> tell() >> deliver() >> end()


severe_weather_inspection()

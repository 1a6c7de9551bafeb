"""The form in Airflow's UI with which an operator has everything vacant inspected for a weather event."""

from __future__ import annotations

from airflow.sdk import Param

from guanjia.pipelines.vacancy_inspections.area_names import offered_areas

KINDS = {"severe_weather": "恶劣天气 Severe weather (storm, gale)", "rain": "雨季查漏 Rain: leaks and cracks"}


def weather_form() -> dict[str, Param]:
    """The form's fields; areas are those intake knew last, others can be typed."""
    offered = offered_areas()
    return {
        "kind": Param(
            "severe_weather",
            type="string",
            enum=list(KINDS),
            values_display=KINDS,
            title="类型 Kind",
            description="决定巡检要点：大风暴雨查门窗、坠物；雨季查渗漏、裂缝。Decides what inspectors look at.",
        ),
        "event": Param(
            type="string",
            title="事件名称 Event",
            description="例如“台风桦加沙”，显示在每张巡检清单上。Its name, printed on every list.",
        ),
        "areas": Param(
            [],
            type=["null", "array"],
            items={"type": "string"},
            title="区域 Areas",
            description=_about_areas(bool(offered)),
            **({"examples": list(offered), "values_display": offered} if offered else {}),
        ),
        "other_areas": Param(
            None,
            type=["null", "string"],
            title="其他区域 Other areas",
            description="上面选不到时手工填写小区名称或编号、区域名称，用逗号分隔；启动时核对。"
            "Only what the list lacks: names or codes, separated by commas; checked at the start.",
        ),
        "deadline": Param(
            type="string",
            format="date-time",
            title="完成期限 Deadline",
            description="此时刻前每户都须查完（北京时间）。By when every unit must have been inspected.",
        ),
        "basements": Param(
            False,
            type="boolean",
            title="含地下室 Basements too",
            description="地下室、储藏间一并巡检。",
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="截至时刻 as_of",
            description="空 = 现在。只在补跑时填写。Empty: now.",
            section="一般不填 Usually left empty",
        ),
    }


def _about_areas(are_offered: bool) -> str:
    required = "必填（或填“其他区域”）。Required, here or below. "
    if are_offered:
        return f"{required}可多选：小区、区域或全部小区；其中每户空置房都排入巡检。All vacant units in them."
    return (
        f"{required}每行一个小区名称、编号或区域名称，或“全部”。"
        "One a line: community names or codes, regions, or 全部 for all."
    )

"""The Airflow plugin: our pages, where they stand in the navigation, and the first language of the UI.

Every Airflow process loads this module, also those that never show a page: it imports nothing heavy, and the
application is built when the first page is asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

from guanjia.host.ui_language import middleware as first_language
from guanjia.settings import environment

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/guanjia"
"""Where the pages stand below Airflow's address."""

CATEGORY = "管家 Guanjia"

PAGES = (
    ("overdue", "超时升级 Overdue", "guanjia-overdue"),
    ("callbacks", "回访 Callbacks", "guanjia-callbacks"),
    ("inspections", "空置巡检 Inspections", "guanjia-inspections"),
    ("quality", "质检 Quality", "guanjia-quality"),
    ("reports", "报表 Reports", "guanjia-reports"),
    ("custody", "保管物 Custody", "guanjia-custody"),
    ("billing", "费用账单 Billing", "guanjia-billing"),
    ("intake", "资料入库 Intake", "guanjia-intake"),
    ("changes", "变更确认 Changes", "guanjia-changes"),
    ("mails", "邮件 Mails", "guanjia-mails"),
    ("gates", "数据检查 Checks", "guanjia-checks"),
    ("runs", "运行记录 Runs", "guanjia-runs"),
)
"""Path, name in the navigation, route of Airflow's UI."""


class Desk:
    """The application behind the pages, built at the first request (ASGI)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> ASGIApp:
        from guanjia.desk.app import make_app

        return make_app()


def _views() -> list[dict[str, Any]]:
    """The navigation: one entry of its own, each page in the menu, and the checks beside each run."""
    icon = {"icon": f"{PREFIX}/icon.svg", "icon_dark_mode": f"{PREFIX}/icon.svg?dark=1"}
    front: dict[str, Any] = {
        "name": "管家",
        "href": f"{PREFIX}/overdue",
        "url_route": "guanjia",
        "nav_top_level": True,
        **icon,
    }
    menu = [
        {"name": name, "href": f"{PREFIX}/{path}", "category": CATEGORY, "url_route": route, **icon}
        for path, name, route in PAGES
    ]
    checks: dict[str, Any] = {
        "name": "数据检查 Checks",
        "href": f"{PREFIX}/gates/of/{{DAG_ID}}/{{RUN_ID}}",
        "destination": "dag_run",
        "url_route": "guanjia-run-checks",
        **icon,
    }
    return [{"destination": "nav", **view} for view in (front, *menu, checks)]


class GuanjiaPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not typed for us
    """Pages, navigation and first language."""

    name = "guanjia"
    fastapi_apps = [{"app": Desk(), "url_prefix": PREFIX, "name": "管家 Guanjia"}]  # noqa: RUF012 (Airflow's form)
    fastapi_root_middlewares = [first_language(environment().language)]  # noqa: RUF012 (likewise)
    external_views = _views()

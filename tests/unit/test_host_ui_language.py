"""Airflow's pages open in Chinese; what is not a page passes through untouched."""

from __future__ import annotations

import subprocess
import sys

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from guanjia.host.ui_language import FirstLanguage
from guanjia.settings import inherited_environment

PAGE = "<!doctype html><html><head><title>Airflow</title></head><body></body></html>"


def browser(language: str) -> TestClient:
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse({"head": "<head>"})

    routes = [Route("/", page), Route("/api", answer)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(FirstLanguage, language=language)]))


@pytest.mark.parametrize(("language", "locale"), [("zh", '"zh-CN"'), ("en", '"en"')])
def test_a_page_sets_the_language_before_its_own_scripts_run(language: str, locale: str) -> None:
    text = browser(language).get("/", headers={"accept": "text/html"}).text
    assert f"setItem('i18nextLng',{locale})" in text
    assert text.index("i18nextLng") < text.index("<title>")


def test_airflow_is_given_the_language_of_the_house() -> None:
    code = "from guanjia.desk.plugin import GuanjiaPlugin as made; print(made.fastapi_root_middlewares[0]['kwargs'])"
    variables = inherited_environment() | {"GUANJIA_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=variables, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip().endswith("{'language': 'en'}"), done.stderr


def test_anything_else_is_not_touched() -> None:
    assert browser("zh").get("/", headers={"accept": "*/*"}).text == PAGE
    assert browser("zh").get("/api", headers={"accept": "text/html"}).json() == {"head": "<head>"}

"""The application behind the pages."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from airflow.api_fastapi.core_api.security import get_user


def make_app() -> FastAPI:
    """All pages; none of them opens without a login."""
    app = FastAPI(dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/{page}")
    def page(page: str) -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><html lang=zh><title>管家</title><p>{len(page)}</p>")

    return app

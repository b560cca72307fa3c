"""Lingtan's pages inside Airflow's UI: Figures, and what they are made of; Quality, what the sources sent.

Every route asks for Airflow's login, files and data included. No arithmetic here.
"""

from pathlib import Path
from threading import Lock
from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

STATIC = (Path(__file__).parent / "static").resolve()
PREFIX = "/lingtan"
# the page needs nothing from outside, so it may not ask for anything outside
POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def build():
    """The FastAPI app; its imports are late, for every Airflow process loads plugins and one serves pages."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.responses import FileResponse

    from lingtan.errors import LingtanError
    from lingtan.publish import page, quality, readers

    # an app-level dependency guards neither a mounted folder nor the API docs: a route for files, no docs
    app = FastAPI(dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/figures")
    def show_figures() -> FileResponse:
        return FileResponse(STATIC / "figures.html", headers=HEADERS)

    @app.get("/quality")
    def show_quality() -> FileResponse:
        return FileResponse(STATIC / "quality.html", headers=HEADERS)

    @app.get("/static/{name:path}")
    def static(name: str) -> FileResponse:
        file = (STATIC / name).resolve()
        if not file.is_relative_to(STATIC) or not file.is_file():
            raise HTTPException(404, "no such file")
        return FileResponse(file, headers=HEADERS)

    @app.get("/api/figures")
    def figures() -> dict:
        try:
            return page.figures()
        except readers.NoReadersCopyError:
            return {"release": None, "figures": [], "years_without_figure": []}

    @app.get("/api/figures/{figure_key:path}/leaves")
    def leaves(figure_key: str) -> list[dict]:
        try:
            found = page.leaves(figure_key)
        except readers.NoReadersCopyError as error:
            raise HTTPException(404, str(error)) from None
        if not found:
            raise HTTPException(404, f"no figure {figure_key}")
        return found

    @app.get("/api/suppliers")
    def suppliers() -> list[dict]:
        try:
            return page.suppliers()
        except readers.NoReadersCopyError:
            return []

    @app.get("/api/quality")
    def sources() -> dict:
        try:
            return quality.quality()
        except LingtanError as error:  # a mistake in sources.yml, a quarantine file that is gone
            raise HTTPException(409, str(error)) from None

    return app


class Pages:
    """The app, built at its first request."""

    def __init__(self) -> None:
        self._app = None
        self._building = Lock()

    async def __call__(self, scope, receive, send) -> None:
        with self._building:
            self._app = self._app or build()
        await self._app(scope, receive, send)


class LingtanPages(AirflowPlugin):
    name = "lingtan_pages"
    fastapi_apps: ClassVar = [{"app": Pages(), "url_prefix": PREFIX, "name": "lingtan"}]
    external_views: ClassVar = [
        {
            "name": "Figures",
            "href": "lingtan/figures",  # relative: Airflow may be served below a path
            "destination": "nav",
            "category": "browse",
            "url_route": "figures",
        },
        {
            "name": "Quality",
            "href": "lingtan/quality",
            "destination": "nav",
            "category": "browse",
            "url_route": "quality",
        },
    ]

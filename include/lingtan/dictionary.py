"""`make docs`: dbt's pages on every model and column as one file, with no server: out/docs/index.html."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from lingtan import settings as lingtan_settings
from lingtan.settings import Settings


def write(settings: Settings | None = None) -> Path:
    """Write the page; types and sizes of built tables are in it when there is a warehouse."""
    from lingtan import warehouse
    from lingtan.warehouse import transform

    settings = settings or lingtan_settings.load()
    is_built = settings.warehouse_url or settings.warehouse_file.is_file()
    catalog = () if is_built else ("--empty-catalog", "--no-compile")
    with warehouse.lock(settings):
        if not is_built:
            transform.run("parse", settings=settings)
        transform.run("docs", "generate", "--static", *catalog, settings=settings)
    page = settings.out / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.var / "dbt" / warehouse.engine(settings) / "static_index.html", page)
    return page


def main() -> int:
    print(write())
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Where things lie. Read from the environment at each call, never at import; names: `.env.example`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Folders and files of one house. All under `var` but `raw` can be rebuilt; `out` is what people read."""

    project: Path
    var: Path
    out: Path
    cache: Path  # what any house of the project may read and make anew: the parsed dbt project
    sources_file: Path
    warehouse_url: str | None  # None = the embedded DuckDB file; else a postgresql:// URL

    @property
    def raw(self) -> Path:
        return self.var / "raw"

    @property
    def read(self) -> Path:
        """Rows as read from raw files, a cache keyed by file, source entry and contract."""
        return self.var / "read"

    @property
    def lake(self) -> Path:
        return self.var / "lake"

    @property
    def quarantine(self) -> Path:
        return self.var / "quarantine"

    @property
    def warehouse_file(self) -> Path:
        return self.var / "warehouse" / "lingtan.duckdb"

    @property
    def releases(self) -> Path:
        return self.out / "releases"

    @property
    def readers_file(self) -> Path:
        return self.out / "readers" / "lingtan.duckdb"

    @property
    def dbt_project(self) -> Path:
        return self.project / "dbt_project"

    @property
    def units_seed(self) -> Path:
        return self.dbt_project / "seeds" / "reference" / "units.csv"

    @property
    def expectations(self) -> Path:
        return self.project / "expectations"


def load() -> Settings:
    """Settings from the environment; unset names take the project's own folders."""
    project = Path(os.environ.get("LINGTAN_PROJECT", PROJECT)).resolve()
    var = Path(os.environ.get("LINGTAN_VAR", project / "var")).resolve()
    return Settings(
        project=project,
        var=var,
        out=Path(os.environ.get("LINGTAN_OUT", project / "out")).resolve(),
        cache=Path(os.environ.get("LINGTAN_CACHE", var / "cache")).resolve(),
        sources_file=Path(os.environ.get("LINGTAN_SOURCES", project / "include" / "sources.yml")).resolve(),
        warehouse_url=os.environ.get("LINGTAN_WAREHOUSE_URL") or None,
    )

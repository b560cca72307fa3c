"""What the linter takes for dbt's `target`."""

type = "duckdb"

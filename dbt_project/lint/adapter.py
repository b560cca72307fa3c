"""What the linter takes for dbt's `adapter`: a dispatched macro is one value or one query."""


def dispatch(name: str):
    if name == "days_between":
        return lambda relation, *arguments: f"select {relation}.*, current_date as day\n    from {relation}"
    if name == "instants_between":
        return lambda relation, *arguments: f"select {relation}.*, now() as at\n    from {relation}"
    return lambda *arguments: f"{name}_of_arguments"

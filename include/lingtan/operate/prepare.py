"""`python -m lingtan.operate.prepare`: what an Airflow configured by its environment needs before it starts.

Database tables, pools, a password for every user. Used by docker-compose.yml; may be run again.
"""

from __future__ import annotations

import os
from pathlib import Path

from lingtan.operate.home import make_database, make_passwords


def main() -> None:
    home = Path(os.environ["AIRFLOW_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    make_passwords(Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]))
    make_database(home, os.environ)


if __name__ == "__main__":
    main()

"""Connection id -> where and as whom. The one module that may ask Airflow: a task sees the connections of
Airflow's own list and secrets backend, a command sees `AIRFLOW_CONN_<ID>` of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lingtan.errors import ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import URL

# Airflow's word for a kind of database -> SQLAlchemy's; any other word is handed on as it is.
_DIALECTS = {"postgres": "postgresql+psycopg2", "postgresql": "postgresql+psycopg2"}


@dataclass(frozen=True)
class Connection:
    """What Airflow keeps of one connection; secrets stay out of its repr."""

    connection_id: str
    kind: str
    host: str | None = None
    port: int | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    schema: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


def get(connection_id: str) -> Connection:
    """Raises ConfigurationError when nobody has declared it."""
    from airflow.sdk import Connection as AirflowConnection
    from airflow.sdk.exceptions import AirflowException

    try:
        found = AirflowConnection.get(connection_id)
    except (AirflowException, ImportError) as error:
        raise ConfigurationError(
            f"no connection {connection_id!r}: add it in Airflow (Admin, Connections), or set "
            f"AIRFLOW_CONN_{connection_id.upper()}"
        ) from error
    return Connection(
        connection_id=connection_id,
        kind=found.conn_type or "",
        host=found.host,
        port=found.port,
        login=found.login,
        password=found.password,
        schema=found.schema,
        extra=found.extra_dejson,
    )


def database_url(connection_id: str) -> URL:
    """SQLAlchemy's URL of a database; the connection's extra are its options, such as sslmode."""
    from sqlalchemy import URL

    found = get(connection_id)
    return URL.create(
        _DIALECTS.get(found.kind, found.kind),
        username=found.login,
        password=found.password,
        host=found.host or None,
        port=found.port,
        database=found.schema,
        query={name: str(value) for name, value in found.extra.items()},
    )


def storage_options(connection_id: str, protocol: str) -> dict[str, Any]:
    """What fsspec's file system of `protocol` (s3, sftp, http) is opened with.

    Raises ConfigurationError for a protocol whose connections nobody has tried here.
    """
    found = get(connection_id)
    if protocol == "s3":
        return {
            "key": found.login,
            "secret": found.password,
            "endpoint_url": found.extra.get("endpoint_url"),
            "client_kwargs": {"region_name": found.extra["region_name"]}
            if "region_name" in found.extra
            else {},
            "config_kwargs": {"retries": {"max_attempts": 3, "mode": "standard"}, "connect_timeout": 10},
        }
    if protocol == "sftp":
        return {
            "username": found.login,
            "password": found.password,
            "host_key_policy": _known_host(found.extra.get("host_key")),
            "timeout": 10,
            "allow_agent": False,
            "look_for_keys": found.password is None,
        }
    if protocol in ("http", "https"):
        from aiohttp import encode_basic_auth

        if not found.login:
            return {}
        return {"headers": {"Authorization": encode_basic_auth(found.login, found.password or "")}}
    raise ConfigurationError(f"connection {connection_id!r}: {protocol}:// is none of s3, sftp, http, https")


def _known_host(host_key: str | None) -> Any:
    """A policy that accepts the one host key the connection states, else those of ~/.ssh/known_hosts: whoever
    answers in the factory's name could otherwise send any reading.
    """
    from pathlib import Path

    import paramiko

    def is_known(hostname: str, key: paramiko.PKey) -> bool:
        if host_key is not None:
            return key.get_base64() in host_key.split()
        listed = Path("~/.ssh/known_hosts").expanduser()
        return listed.is_file() and paramiko.HostKeys(str(listed)).check(hostname, key)

    class KnownHost(paramiko.MissingHostKeyPolicy):
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if is_known(hostname, key):
                return
            raise paramiko.SSHException(
                f"{hostname} shows a key nobody vouched for ({key.get_name()} {key.get_base64()}); if it is "
                "right, write it as host_key into the connection's extra"
            )

    return KnownHost()

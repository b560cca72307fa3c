"""docker-compose.yml and .env.example, read as a person starting a server reads them."""

from __future__ import annotations

import re

import pytest
import yaml

from lingtan import settings as lingtan_settings

PROJECT = lingtan_settings.PROJECT
COMPOSE = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
DECLARED = dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
SECRETS = {"POSTGRES_PASSWORD", "AIRFLOW_FERNET_KEY", "AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET"}
# Passed from one of our processes to another; nobody sets them by hand.
INTERNAL = {"LINGTAN_OPERATED", "LINGTAN_WAREHOUSE_FILE"}


def test_the_server_is_a_database_three_airflow_processes_and_a_preparation():
    assert SERVICES.keys() == {"postgres", "init", "api-server", "scheduler", "dag-processor"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name):
    tag = SERVICES[name]["image"].rpartition(":")[2]

    assert re.match(r"\d+\.\d+", tag), f"{name}: {tag}"


def test_the_image_that_is_built_starts_from_a_pinned_one():
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")

    assert re.findall(r"^FROM (.+)$", dockerfile, re.MULTILINE) == ["python:3.12.11-slim-bookworm"]
    assert "--require-hashes -r requirements.lock.txt" in dockerfile
    assert "USER lingtan" in dockerfile


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_secret_has_no_default_and_its_absence_stops_the_start(secret):
    assert set(re.findall(rf"\$\{{{secret}([^}}]*)\}}", COMPOSE)) == {f":?set {secret} in .env"}
    assert DECLARED[secret] == ""


def test_every_value_the_server_takes_is_in_the_example():
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) <= DECLARED.keys()


def test_every_variable_the_package_reads_is_in_the_example():
    read = set()
    for file in (PROJECT / "include" / "lingtan").rglob("*.py"):
        read |= set(re.findall(r"[\"'](LINGTAN_[A-Z_]+)[\"']", file.read_text(encoding="utf-8")))
    read = {name for name in read - INTERNAL if not name.startswith("LINGTAN_PG_")}

    assert read == {name for name in DECLARED if name.startswith("LINGTAN_")}


def test_every_line_of_the_example_is_explained():
    lines = EXAMPLE.splitlines()
    unexplained = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"#?[A-Z][A-Z_]+=", line) and not before.startswith("# ")
    ]

    assert unexplained == []


def test_the_pages_are_published_on_this_machine_alone():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published == ["127.0.0.1:${AIRFLOW_PORT:-8080}:8080"]


def test_nothing_starts_before_the_tables_and_pools_are_there():
    for name in ("api-server", "scheduler", "dag-processor"):
        assert SERVICES[name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
    assert SERVICES["scheduler"]["depends_on"]["api-server"] == {"condition": "service_healthy"}
    assert SERVICES["init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_all_airflow_processes_share_one_configuration_and_one_folder():
    airflow = [SERVICES[name] for name in ("init", "api-server", "scheduler", "dag-processor")]

    assert all(service["environment"] == airflow[0]["environment"] for service in airflow)
    assert {tuple(service["volumes"]) for service in airflow} == {("data:/data",)}

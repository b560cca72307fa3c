"""The Figures page's routes: nothing without a login, and with one the figures exactly as published."""

from __future__ import annotations

import inspect

import hand_made_marts
import pytest
from pages import PLUGINS, load_plugin

from lingtan.publish import publish, release

PUBLIC_KEY = "cbam/CN-FAST/73181588/2026/see_counted"
ROUTES = (
    "/figures",
    "/static/figures.js",
    "/static/figures.css",
    "/api/figures",
    "/api/suppliers",
    f"/api/figures/{PUBLIC_KEY}/leaves",
)


@pytest.fixture(scope="module")
def plugin():
    return load_plugin()


@pytest.fixture
def app(plugin, house, monkeypatch):
    monkeypatch.setenv("LINGTAN_OUT", str(house.out))
    return plugin.build()


@pytest.fixture
def stranger(app):
    """A client without a login."""
    from fastapi.testclient import TestClient

    return TestClient(app, follow_redirects=False)


@pytest.fixture
def reader(app):
    """A client with a login."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    app.dependency_overrides[get_user] = lambda: "a test user"
    return TestClient(app)


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_login_nothing_is_shown(stranger, published, route):
    assert stranger.get(route).status_code == 401


@pytest.mark.parametrize("route", ["/docs", "/redoc", "/openapi.json", "/"])
def test_there_is_no_description_of_the_routes_to_find(stranger, route):
    assert stranger.get(route).status_code == 404


def test_every_route_asks_for_the_login(app):
    from airflow.api_fastapi.core_api.security import get_user

    for route in app.routes:
        assert get_user in [dependency.call for dependency in route.dependant.dependencies], route.path


@pytest.mark.parametrize("route", ROUTES)
def test_with_a_login_everything_is_shown(reader, published, route):
    assert reader.get(route).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../lingtan_pages.py",
        "%2e%2e/lingtan_pages.py",
        "..%2flingtan_pages.py",
        "/etc/passwd",
        "",
        "absent.js",
    ],
)
def test_only_files_of_the_page_are_served(reader, name):
    assert reader.get(f"/static/{name}").status_code == 404


def test_the_page_asks_for_nothing_from_outside(reader, published):
    texts = [reader.get("/figures").text, *(file.read_text() for file in (PLUGINS / "static").iterdir())]

    assert not [text for text in texts if "http://" in text or "https://" in text or "@import" in text]
    assert "default-src 'self'" in reader.get("/figures").headers["content-security-policy"]


def test_addresses_in_the_page_are_relative_so_that_a_base_path_works(reader):
    page = reader.get("/figures").text

    assert 'href="static/figures.css"' in page and 'src="static/figures.js"' in page
    assert 'href="/' not in page and 'src="/' not in page


def test_figures_arrive_as_exact_text(reader, published):
    said = reader.get("/api/figures").json()

    bolt = next(figure for figure in said["figures"] if figure["product_code"] == "BOLT-M12")
    assert bolt["product_name"] == "六角头螺栓 Hexagon bolt M12 × 60"
    assert (bolt["see_direct"], bolt["see_indirect"], bolt["see_counted"]) == ("2.5322", "0.3725", "2.5322")
    assert bolt["default_share"] == "0.387015243662" and bolt["missing_share"] == "0.0125"
    assert bolt["per_declared_unit_kg_co2e"] == "0.2316963"
    assert bolt["is_indirect_counted"] is False and bolt["status"] == "provisional"
    assert bolt["per"] == "t of product"
    assert said["release"]["address"] == release.latest(published)["address"]
    assert said["years_without_figure"] == [{"reporting_year": 2025, "has_rules": False}]


@pytest.mark.parametrize(
    ("measure", "leaves"),
    [
        ("see_counted", ["1.452", "0.98", "0.061", "0.038", "0.0012"]),
        ("see_direct", ["1.452", "0.98", "0.061", "0.038", "0.0012"]),
        ("see_indirect", ["0.2105", "0.162"]),
    ],
)
def test_the_leaves_of_a_figure_come_largest_first(reader, published, measure, leaves):
    said = reader.get(f"/api/figures/cbam/CN-FAST/73181588/2026/{measure}/leaves").json()

    assert [leaf["emissions"] for leaf in said] == leaves


def test_suppliers_come_by_place_and_those_in_use_last(reader, published):
    said = reader.get("/api/suppliers").json()

    assert [part["producer_installation_code"] for part in said] == ["CN-MILL-B", "IN-SMELT-2", "CN-MILL-A"]
    assert said[0]["lowest_answer_change_t_co2e"] == "-6.378448" and said[1]["default_change_eur"] is None


def test_a_figure_nobody_published_is_not_found(reader, published):
    assert reader.get("/api/figures/cbam/CN-FAST/99999999/2026/see_counted/leaves").status_code == 404


def test_a_missing_value_is_null_with_its_reason(reader, house):
    hand_made_marts.write(house.warehouse_file, {("heat/CN-FAST/HEAT-BUY", "own_direct"): None})
    publish(house)

    bolt = next(
        row for row in reader.get("/api/figures").json()["figures"] if row["product_code"] == "BOLT-M12"
    )
    leaf = reader.get(f"/api/figures/{PUBLIC_KEY}/leaves").json()[0]

    assert bolt["see_counted"] is None and bolt["absent_because"] == "no factor for heat/CN-FAST/HEAT-BUY"
    assert leaf["emissions"] is None and leaf["absent_because"] == "no factor for heat/CN-FAST/HEAT-BUY"


def test_before_the_first_publication_the_page_is_empty_and_no_error(reader):
    assert reader.get("/api/figures").json() == {"release": None, "figures": [], "years_without_figure": []}
    assert reader.get("/api/suppliers").json() == []
    assert reader.get(f"/api/figures/{PUBLIC_KEY}/leaves").status_code == 404


def test_a_copy_made_before_missing_minutes_were_counted_is_still_shown(reader, published):
    import duckdb

    with duckdb.connect(str(published.readers_file)) as connection:
        connection.execute("alter table reports.rpt_cbam_figures_by_product drop column missing_share")

    figures = reader.get("/api/figures").json()["figures"]

    assert [figure["missing_share"] for figure in figures] == [None] * len(hand_made_marts.PRODUCTS)
    assert figures[0]["see_counted"] is not None


def test_a_new_publication_is_seen_by_the_next_request(reader, published):
    first = reader.get("/api/figures").json()["release"]["release"]
    hand_made_marts.write(published.warehouse_file, {("stream/CN-FAST/SODA", "own_direct"): "0.0013"})
    publish(published)

    assert reader.get("/api/figures").json()["release"]["release"] != first


def test_loading_the_plugin_builds_no_app(plugin):
    """Schedulers and task processes load plugins too; only the API server serves pages."""
    pages = plugin.LingtanPages.fastapi_apps[0]["app"]

    assert not inspect.isclass(pages) and pages._app is None


def test_the_mounted_app_answers_below_its_prefix(plugin, published, monkeypatch):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    monkeypatch.setenv("LINGTAN_OUT", str(published.out))
    airflow = FastAPI()
    entry = plugin.LingtanPages.fastapi_apps[0]
    airflow.mount(entry["url_prefix"], plugin.Pages())

    assert TestClient(airflow).get("/lingtan/figures").status_code == 401
    assert TestClient(airflow).get("/lingtan/nothing").status_code == 404

"""The pages in a real browser: each draws what it is asked for, and a picture of it is kept for a person to
look at.

The pictures lie in the test's temporary folder, or in LINGTAN_PICTURES when that is set.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import threading
import time
import zlib
from contextlib import contextmanager
from pathlib import Path

import hand_made_marts
import pytest
import quality_house
import small_house
from pages import load_plugin

from lingtan.publish import publish

FLAGS = (
    *(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--disable-background-networking",
    ),
    *("--virtual-time-budget=15000", "--window-size=1280,900"),
)

PLACE = "/below/a/path/lingtan"
# a browser's window does not get as narrow as a phone, a frame does; it says how wide the page in it became
PHONE = """<!doctype html><body style="margin: 0">
<iframe id="phone" style="width: 400px; height: 1600px; border: 0"></iframe><script>
phone.src = `%s/${location.search.slice(1)}${location.hash}`;
phone.onload = () => setTimeout(() => {
  phone.dataset.wide = phone.contentDocument.documentElement.scrollWidth;
}, 5000);
</script>""".replace("%s", PLACE)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def plugin():
    return load_plugin()


@contextmanager
def served(app):
    """The app on a free port of this machine, as the plugin mounts it; yields its address."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    outer = FastAPI()
    outer.mount(PLACE, app)
    outer.get("/phone")(lambda: HTMLResponse(PHONE))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(outer, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def look(chromium, plugin, house, monkeypatch, tmp_path):
    """look(name, hash, flags, page="figures"): the page's document after its scripts have run; a picture of
    it is saved as `name`. look.at_400_px(name, page, hash): how many px wide the page is there.
    """
    from airflow.api_fastapi.core_api.security import get_user

    monkeypatch.setenv("LINGTAN_VAR", str(house.var))
    monkeypatch.setenv("LINGTAN_OUT", str(house.out))
    monkeypatch.setenv("LINGTAN_SOURCES", str(house.sources_file))
    app = plugin.build()
    app.dependency_overrides[get_user] = lambda: "a test user"
    pictures = Path(os.environ.get("LINGTAN_PICTURES", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)

    def browse(*flags: str) -> str:
        profile = tmp_path / "profile"
        command = [chromium, *FLAGS, f"--user-data-dir={profile}", *flags]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    with served(app) as address:

        def draw(name: str, place: str, *flags: str) -> str:
            picture = pictures / name
            browse(*flags, f"--screenshot={picture}", place)
            assert picture.stat().st_size > 10_000, "the browser drew nothing"
            return browse(*flags, "--dump-dom", place)

        def see(name: str, fragment: str = "", *flags: str, page: str = "figures") -> str:
            return draw(name, f"{address}{PLACE}/{page}{fragment}", *flags)

        def at_400_px(name: str, page: str, fragment: str = "") -> int:
            document = draw(name, f"{address}/phone?{page}{fragment}", "--window-size=500,1600")
            return int(re.search('data-wide="([0-9]+)"', document)[1])

        see.pictures, see.at_400_px = pictures, at_400_px
        yield see


def corner(picture: Path) -> tuple[int, ...]:
    """Red, green and blue of a PNG's first pixel; no filter of the format changes that one."""
    data, at, packed = picture.read_bytes(), 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    return tuple(zlib.decompress(packed)[1:4])  # byte 0 names the row's filter


def test_the_page_shows_every_product_with_its_figures(look, published):
    document = look("figures.png")

    assert "六角头螺栓 Hexagon bolt M12 × 60" in document
    assert "2.5322" in document  # bolts, counted
    assert "0.2317" in document  # 2.5322 t/t x 0.0915 kg a piece
    assert "35.9640" in document  # 7.4 t/t x 4.86 kg a piece
    assert "no CBAM rules for this year" in document
    assert "1.3\u202f% of meter minutes missing" in document  # CN-FAST
    assert "no meter minute missing" in document  # CN-ALU


def test_the_page_says_whose_answer_would_move_certificates_most(look, published):
    document = look("figures_suppliers.png", "", "--window-size=1280,1100")

    assert "Whose answer would move certificates most, 2026" in document
    assert document.index("CN-MILL-B") < document.index("IN-SMELT-2") < document.index(">CN-MILL-A<")
    assert "−6.38" in document and "+23.69" in document  # at mill A's answer, by Annex IV
    assert "290 days since asked" in document
    assert 'title="nothing shipped under CBAM">—' in document


def test_an_opened_product_shows_what_its_figure_is_made_of_largest_first(look, published):
    document = look("figures_opened.png", "#BOLT-M12")

    order = [
        document.index(words) for words in ("Wire rod, mill A", "Wire rod, mill B", "天然气", "Soda ash")
    ]
    assert order == sorted(order)
    assert "default-7213-cn" in document
    assert "57.3" in document  # 1.452 of 2.5322
    assert "Informational, not counted" in document


def test_the_page_is_dark_where_the_reader_prefers_it_and_light_elsewhere(look, published):
    look("figures_dark.png", "#PROFILE-RAIL", "--blink-settings=preferredColorScheme=0")
    look("figures_light.png", "#PROFILE-RAIL", "--blink-settings=preferredColorScheme=1")

    assert max(corner(look.pictures / "figures_dark.png")) < 64
    assert min(corner(look.pictures / "figures_light.png")) > 192


def test_on_a_phone_no_page_is_wider_than_its_screen(look, house, published):
    quality_house.make(house)

    assert look.at_400_px("figures_phone.png", "figures", "#BOLT-M12") == 400
    assert look.at_400_px("quality_phone.png", "quality", "#meter_readings") == 400


def test_a_missing_figure_is_a_dash_with_its_reason_and_never_zero(look, house):
    hand_made_marts.write(house.warehouse_file, {("heat/CN-FAST/HEAT-BUY", "own_direct"): None})
    publish(house)

    document = look("figures_absent.png", "#BOLT-M20")

    assert "No figure: no factor for heat/CN-FAST/HEAT-BUY" in document
    assert 'title="no factor for heat/CN-FAST/HEAT-BUY">—' in document
    assert 'class="because">no factor for heat/CN-FAST/HEAT-BUY' in document
    assert "0.0000" not in document


def test_before_the_first_run_the_page_says_what_to_do(look):
    document = look("figures_empty.png")

    assert "No figures yet" in document
    assert "make run" in document


def test_the_quality_page_draws_a_calendar_and_opens_what_was_rejected(look, house, published):
    quality_house.make(house)
    days = {"2026-01-01": (1440, 1440, 0), "2026-01-05": (1440, 1380, 45)}
    quality_house.write_minutes(house.readers_file, days)

    document = look("quality.png", "#meter_readings", page="quality")
    look("quality_dark.png", "#meter_readings", "--blink-settings=preferredColorScheme=0", page="quality")

    # by now every day of that January is over: 1, 2, 4 and 5 came
    assert 'aria-label="due every day: 4 of 8 days came, 4 missed"' in document
    assert 'title="2026-01-04 · held back: 1 row"' in document
    assert 'title="2026-01-05 · came, meters silent for a part"' in document
    assert "2\u202f820 of 2\u202f880 meter minutes read, 45 estimated, 15 missing" in document
    assert "A meter nobody declared for that day has no place in the books" in document
    assert "2026-01-03, 2026-01-06 … 2026-01-08 (due every day from 2026-01-01 until 2026-01-08)" in document
    assert "data until 2026-01-05" in document
    assert " rules checked, 3 broken" in document
    assert "lingtan requeue meter_readings" in document
    assert max(corner(look.pictures / "quality_dark.png")) < 64


def test_before_the_first_file_the_quality_page_says_what_to_do(look, house):
    small_house.write_sources(house)

    document = look("quality_empty.png", page="quality")

    assert "Nothing has landed yet" in document and "make run" in document


def test_a_mistake_in_sources_yml_is_shown_where_the_sources_would_be(look, house):
    house.sources_file.write_text("sources: {a: {table: nothing}}", encoding="utf-8")

    document = look("quality_mistake.png", page="quality")

    assert "The sources cannot be shown" in document and "nothing" in document

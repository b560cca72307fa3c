"""A headless browser that can log in: Chromium over its DevTools protocol, for pictures of real pages."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1400,900",
)


class Page:
    """One tab."""

    def __init__(self, socket) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    def call(self, method: str, **params: object) -> dict:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == number:
                return answer["result"]

    def evaluate(self, script: str) -> object:
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def open_until(self, url: str, *words: str, within: float = 90) -> str:
        """Open `url` and wait until the page, its frames included, shows all `words`; its text."""
        self.call("Page.navigate", url=url)
        deadline = time.monotonic() + within
        text = ""
        while time.monotonic() < deadline:
            text = str(self.evaluate(SEEN) or "")
            if all(word in text for word in words):
                time.sleep(1)  # what fades in has faded in
                return text
            time.sleep(0.5)
        raise AssertionError(f"{url} never showed {words}; it shows: {text[:500]}")

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


SEEN = """
[document, ...[...document.querySelectorAll('iframe')].map(frame => frame.contentDocument)]
  .filter(Boolean).map(page => page.body ? page.body.innerText : '').join('\\n')
"""


@contextmanager
def browser(chromium: str, profile: Path) -> Iterator[Page]:
    """A started Chromium and its one tab; both end with the block."""
    from websockets.sync.client import connect

    process = subprocess.Popen(
        [chromium, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port_file = profile / "DevToolsActivePort"
        deadline = time.monotonic() + 60
        while not port_file.is_file() or not port_file.read_text():
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.1)
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            [tab] = [entry for entry in json.load(answer) if entry["type"] == "page"]
        with connect(tab["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(timeout=30)

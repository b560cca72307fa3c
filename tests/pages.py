"""The plugin's pages as Airflow loads them, for tests that look at them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

PLUGINS = Path(__file__).parents[1] / "plugins"


def load_plugin() -> ModuleType:
    """A fresh module of `plugins/lingtan_pages.py`."""
    specification = importlib.util.spec_from_file_location("lingtan_pages", PLUGINS / "lingtan_pages.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module

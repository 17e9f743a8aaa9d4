"""A real JupyterLab in a real browser: one server for most tests, a page per test."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_driver import ARTIFACTS, CHROMIUM_FLAGS, Lab, make_lab
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for most tests, as `make lab` gives it: with jupyter-collaboration."""
    server = make_lab(tmp_path_factory.mktemp("lab"), collaborative=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def plain_lab(tmp_path: Path) -> Iterator[Lab]:
    """A JupyterLab without jupyter-collaboration."""
    server = make_lab(tmp_path, collaborative=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the tests of a file: Debian's.

    Not for the session: Playwright keeps an event loop running in this thread, so that tests of
    other folders could not start one.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium; run `make test`, which installs it or says how"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; its last picture is kept under tests/artifacts."""
    context = browser.new_context(viewport={"width": 1400, "height": 950})
    fresh = context.new_page()
    fresh.set_default_timeout(30_000)
    yield fresh
    ARTIFACTS.mkdir(exist_ok=True)
    with contextlib.suppress(Exception):
        fresh.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    context.close()

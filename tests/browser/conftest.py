"""A browser, and the service of invented instances for it to visit; both end with the module that wanted them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, sync_playwright

from asked_instances import documents, lines
from exploring import Visit
from paramql.instances import keys
from paramql.instances.loading import Report, load_file
from paramql.instances.serving import Settings, running
from paramql.instances.stores import opened
from paramql.instances.visitors import ORG, OWNERS, explorer

COUNT = 160
HARM = "<img src=x onerror=\"document.title='harmed'\">"
OPTIONS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-extensions --mute-audio""".split()


@pytest.fixture(scope="module", name="address")
def _address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service is."""
    folder = tmp_path_factory.mktemp("explorer")
    url = f"sqlite:///{folder / 'instances.db'}"
    file = folder / "instances.ndjson"
    file.write_bytes(lines(map(harmed, documents(COUNT))))
    store = opened(url)
    load_file(store, str(file), Report())
    store.close()
    key = keys.DEVELOPMENT
    with running(Settings(store=url, key=key, owners=OWNERS, explorer=explorer(key)), "127.0.0.1") as address:
        yield address


def harmed(document: dict[str, Any]) -> dict[str, Any]:
    """Texts in it that are markup, for a page that would take them for it."""
    if document["org"] != ORG:
        return document
    texts: dict[str, Any] = json.loads(json.dumps(document))
    texts["presentationTexts"] = {HARM: HARM, "__proto__": "x"}
    return texts


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    """A browser without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium here (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", name="only")
def _only(browser: Browser, address: str) -> Iterator[Visit]:
    """The one page of a module: a new one for each test would cost seconds."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    yield Visit(context.new_page(), address)
    context.close()


@pytest.fixture(name="visit")
def _visit(only: Visit, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visit to the explorer, which must not have gone wrong unseen: no errors, nothing from another host.

    Parameters of the test, where there are any: width, theme.
    """
    width, theme = cast("tuple[int, Any]", getattr(request, "param", (1280, "light")))
    only.page.set_viewport_size({"width": width, "height": 900})
    only.page.emulate_media(color_scheme=theme)
    only.begin()
    yield only
    only.page.evaluate("() => localStorage.clear()")
    assert only.errors == []
    assert [one for one in only.asked if not one.startswith((f"{only.address}/", "data:"))] == []

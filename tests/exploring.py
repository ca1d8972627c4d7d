"""A visit to the explorer in a browser: what a person does there, and what they see."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

PATIENCE = 15_000
# Pieces of one mark differ in colour; together they are what is underlined.
_MARKS = """() => {
    let at = 0;
    let before = null;
    const found = [];
    for (const node of document.getElementById("drawn").childNodes) {
        const text = node.textContent.replace("\\u200b", "");
        const problem = node.nodeName === "MARK" ? node.dataset.problem : null;
        if (problem !== null && problem === before) found.at(-1)[0] += text;
        else if (problem !== null) found.push([text, at]);
        before = problem;
        at += [...text].length;
    }
    return found;
}"""


class Visit:
    """One page. errors: what the browser complained of. asked: every address that was asked."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def begin(self) -> None:
        """Forget what was before."""
        self.page.goto("about:blank")
        self.errors.clear()
        self.asked.clear()

    def open(self, fragment: str = "org=digdir&size=5") -> Visit:
        """Go there, and wait until the first query is answered."""
        self.page.goto(f"{self.address}/{'#' if fragment else ''}{fragment}")
        self.settled()
        return self

    def settled(self) -> None:
        """Return once what was typed is judged, and what it asks is answered."""
        expect(self.page.locator("#verdict b")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("[aria-busy]")).to_have_count(0, timeout=PATIENCE)

    def type(self, text: str) -> None:
        """Another query, and what comes of it."""
        self.page.locator("#query").fill(text)
        self.settled()

    @property
    def text(self) -> str:
        """The query that stands there."""
        return self.page.locator("#query").input_value()

    def marks(self) -> list[tuple[str, int]]:
        """What is underlined, and where it begins, in characters."""
        return [(text, at) for text, at in self.page.evaluate(_MARKS)]

    def messages(self) -> list[str]:
        """What is said of it."""
        return self.page.locator("#problems li .message").all_inner_texts()

    def verdict(self) -> str:
        """In a word."""
        return self.page.locator("#verdict").inner_text()

    def tab(self, name: str) -> Locator:
        """Show a tab; its panel."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        return self.page.get_by_role("tabpanel")

    def total(self) -> int:
        """How many match, as it is told."""
        found = re.match(r"([\d,]+) match", self.page.locator(".summary").inner_text())
        assert found
        return int(found[1].replace(",", ""))

    def ids(self) -> list[str]:
        """The first column of the table."""
        return self.page.locator("tbody tr:not(.whole) td:nth-child(2)").all_inner_texts()

    def rows(self) -> Any:
        """The rows of the table."""
        return self.page.locator("tbody tr:not(.whole)")

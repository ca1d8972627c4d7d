"""The explorer's answers: pages to the end, tabs, who asks, both themes, narrow screens, and who does not see them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exploring import Visit

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
LONG = (
    "org=digdir&filter=or(any(data,and(dataType:vedlegg,size:gt:1000000)),"
    "and(status.isArchived:true,not(appId:in:(skd/mva-melding,nav/sykmelding))))&size=9"
)
WRONG = "org=digdir&lastChange=gt:2019-05-01&dueBefore=gtt:2019-02&size="


def test_pages_are_walked_to_the_end_and_back(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&size=15")
    total, found = visit.total(), visit.ids()
    first = list(found)
    while visit.page.get_by_role("button", name="Next →").is_enabled():
        visit.page.get_by_role("button", name="Next →").click()
        visit.settled()
        found += visit.ids()
    assert len(found) == len(set(found)) == total > 30
    assert f"on page {-(-total // 15)}" in visit.page.locator(".summary").inner_text()
    while visit.page.get_by_role("button", name="← Previous").is_enabled():
        visit.page.get_by_role("button", name="← Previous").click()
        visit.settled()
    assert visit.ids() == first


def test_tabs_are_moved_through_with_arrows(visit: Visit) -> None:
    visit.open()
    visit.type(LONG)
    visit.page.get_by_role("tab", name="Results").focus()
    seen = []
    for _ in range(6):
        panel = visit.page.get_by_role("tabpanel")
        expect(panel).to_have_count(1)
        seen.append((visit.page.evaluate("() => document.activeElement.textContent"), panel.inner_text()))
        visit.page.keyboard.press("ArrowRight")
    assert [name for name, _ in seen] == ["Results", "Tree", "Python", "SQL", "MongoDB", "curl"]
    said = dict(seen)
    assert "all of these hold" in said["Tree"]
    assert "def make(slow, v0" in said["Python"]
    assert "FROM instances\nWHERE `org` = ?" in said["SQL"]
    assert '"$elemMatch"' in said["MongoDB"]
    assert re.search(r"TOKEN='ey.*'\ncurl -s", said["curl"])
    assert visit.page.evaluate("() => document.activeElement.textContent") == "Results"
    visit.page.keyboard.press("End")
    expect(visit.page.get_by_role("tab", name="curl")).to_have_attribute("aria-selected", "true")
    visit.page.keyboard.press("Home")
    expect(visit.page.get_by_role("tab", name="Results")).to_be_focused()


def test_sql_is_shown_in_each_dialect_with_its_parameters(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&size=1&dueBefore=gt:2019-02&searchString=x")
    panel = visit.tab("SQL")
    visit.page.get_by_role("radio", name="SQLite").press("ArrowRight")
    assert '"dueBefore" > CAST(%s AS timestamptz)' in panel.inner_text()
    assert panel.locator("ol li").all_inner_texts()[0] == '"digdir"'
    assert "fields that are not yours to name" in panel.inner_text()
    expect(visit.page.get_by_role("radio", name="PostgreSQL")).to_be_focused()


def test_the_tree_is_read_as_nested_lists(visit: Visit) -> None:
    visit.open()
    visit.type(LONG)
    panel = visit.tab("Tree")
    snapshot = panel.aria_snapshot()
    for line in ("- list:", "any data", "dataType eq vedlegg", "appId nin skd/mva-melding, nav/sykmelding"):
        assert line in snapshot, snapshot


def test_a_record_is_opened_and_columns_are_chosen(visit: Visit) -> None:
    visit.open()
    first = visit.page.locator("tbody .opener button").first
    first.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "true")
    assert '"appId": "digdir/' in visit.page.locator("tbody .whole pre").first.inner_text()
    visit.page.get_by_text("Columns", exact=True).click()
    visit.page.get_by_label("createdBy", exact=True).check()
    visit.page.get_by_label("org", exact=True).uncheck()
    heads = visit.page.locator("thead th").all_inner_texts()
    assert "createdBy" in heads
    assert "org" not in heads
    visit.type("org=digdir&size=3")
    assert visit.page.locator("thead th").all_inner_texts() == heads


def test_nothing_found_is_said(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&dueBefore=gt:2999")
    assert visit.total() == 0
    assert "Nothing matches." in visit.page.get_by_role("tabpanel").inner_text()


def test_a_user_sees_their_own_and_is_told_so_where_they_ask_for_nobody(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_label("Ask as").select_option(label="User, party 50000001")
    visit.settled()
    assert visit.text == "instanceOwner.partyId=50000001"
    assert visit.total() > 0
    visit.type("org=digdir")
    assert visit.messages()[0].startswith("a user has to send instanceOwner.partyId")
    visit.page.get_by_label("Ask as").select_option(label="User, by number")
    visit.settled()
    assert (visit.text, visit.verdict()) == ("", "Understood")
    assert "-H 'X-Ai-InstanceOwnerIdentifier: Person:01017012345'" in visit.tab("curl").inner_text()


def test_without_a_valid_token_nothing_is_shown(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_text("Token and headers").click()
    visit.page.get_by_label("Bearer token").fill("nonsense")
    expect(visit.page.locator("#verdict")).to_contain_text("Unauthorized (401)", timeout=10_000)
    visit.settled()
    assert "paste a token" in visit.page.get_by_role("tabpanel").inner_text()
    assert visit.rows().count() == 0
    assert all("401" in one for one in visit.errors), "which the browser tells by itself"
    visit.errors.clear()


def test_an_example_is_tried(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_label("Try").select_option(index=7)
    visit.settled()
    assert visit.verdict().startswith("3 mistakes")


def test_a_slash_leads_to_the_query(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("tab", name="Tree").focus()
    visit.page.keyboard.press("/")
    expect(visit.page.locator("#query")).to_be_focused()


# --- themes, screens, and who does not see them


def test_dark_and_light_are_remembered(visit: Visit) -> None:
    visit.open()
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    light = visit.page.evaluate(ground)
    toggle = visit.page.get_by_role("button", name="Dark")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    dark = visit.page.evaluate(ground)
    assert dark != light
    visit.page.reload()
    visit.settled()
    assert visit.page.evaluate(ground) == dark


@pytest.mark.parametrize("visit", [(1280, "light"), (360, "dark")], indirect=True)
def test_each_state_is_legible_named_and_fits_the_screen(visit: Visit) -> None:
    visit.open()
    if visit.page.viewport_size and visit.page.viewport_size["width"] < 500:
        visit.page.get_by_text("Conditions", exact=True).click()
    found = {}
    for query, tabs in ((LONG, ("Results", "Tree", "Python", "SQL", "MongoDB", "curl")), (WRONG, ("Results",))):
        visit.type(query)
        for tab in tabs:
            visit.tab(tab)
            found[query[:20], tab] = visit.page.evaluate(AUDIT)
            assert visit.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, tab
    assert {state: faults for state, faults in found.items() if faults} == {}


def test_whatever_has_the_focus_is_seen_to_have_it(visit: Visit) -> None:
    visit.open()
    seen = []
    visit.type("org=digdir&size=1")
    visit.page.locator("body").press("Shift+Tab")
    for _ in range(34):
        visit.page.keyboard.press("Tab")
        seen.append(
            visit.page.evaluate(
                """() => {
                    const node = document.activeElement;
                    const shown = node.id === "query" ? node.parentElement : node;
                    const style = getComputedStyle(node.matches(".pick input") ? node.nextElementSibling : shown);
                    const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                    return [node.tagName, node.id, isSeen];
                }"""
            )
        )
    reached = {id_ for _, id_, _ in seen}
    assert {"theme", "query", "run", "tab-results"} <= reached
    assert [one for one in seen if one[0] != "BODY" and not one[2]] == []

"""The explorer's query: checked as it is typed, underlined in its own characters, mended by a click; and the form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from exploring import Visit


def test_the_first_query_is_answered_at_once(visit: Visit) -> None:
    visit.open("")
    assert (visit.text, visit.verdict()) == ("org=digdir", "Understood")
    assert visit.total() > 30
    assert visit.page.locator("#address").inner_text() == (f"{visit.address}/storage/api/v1/instances?org=digdir")


TYPED = [
    ("org=digdir&lastChange=gt:2019", [("lastChange", 11)]),
    ("org=digdir&dueBefore=gtt:2019-02&process.isComplete=yes", [("gtt", 21), ("yes", 52)]),
    ("org=😀é&searchString=𝒳&lastChangd=gt:2019&filter=or(nam:1,org:x)", [("lastChangd", 22), ("nam", 51)]),
    ("org=digdir&size=", [("", 16)]),
    ("org=%zz&org=digdir", [("%zz", 4)]),
    ("dueBefore=gt:2019", [("dueBefore=gt:2019", 0)]),
]


def test_mistakes_are_underlined_where_they_are(visit: Visit) -> None:
    """In characters of the text as typed: astral ones count once, escapes as they are written."""
    visit.open()
    for text, expected in TYPED:
        visit.type(text)
        assert len(visit.messages()) == len(expected), text
        assert visit.marks() == expected, text


@pytest.mark.parametrize("visit", [(360, "light"), (1280, "dark")], indirect=True)
def test_what_is_drawn_lies_under_what_is_typed(visit: Visit) -> None:
    """Both break their lines alike, so the underline is under its word, however long the query is."""
    visit.open()
    visit.type("org=digdir&searchString=" + "en søknad 😀 " * 12 + "&lastChange=gt:2019&id=in:" + "a/b-c," * 30 + "d")
    heights = visit.page.evaluate(
        """() => {
            const [area, drawn] = [document.getElementById("query"), document.getElementById("drawn")];
            const range = document.createRange();
            range.selectNodeContents(drawn);
            const style = getComputedStyle(drawn);
            const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
            return [area.clientHeight, Math.round(range.getBoundingClientRect().height + padding), style.fontSize];
        }"""
    )
    assert heights[0] > 100
    assert abs(heights[0] - heights[1]) <= 12, heights  # half a line above and below


def test_a_mistake_is_mended_by_a_click(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&lastChange=gt:2019-05-01&dueBefore=gtt:2019-02&process.isComplete=yes")
    assert visit.verdict().startswith("3 mistakes")
    expect(visit.page.locator("#query")).to_have_attribute("aria-invalid", "true")
    for offered in ("lastChanged", "gt", "false"):
        visit.page.get_by_role("button", name=f"Replace by {offered}").first.click()
        visit.settled()
    assert visit.text == "org=digdir&lastChanged=gt:2019-05-01&dueBefore=gt:2019-02&process.isComplete=false"
    assert (visit.verdict(), visit.marks()) == ("Understood", [])
    expect(visit.page.locator("#query")).to_have_attribute("aria-invalid", "false")


def test_a_message_leads_to_its_place_and_back(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&searchString=😀&lastChange=gt:2019")
    visit.page.get_by_role("button", name="lastChange", exact=True).click()
    chosen = visit.page.evaluate(
        "() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) }"
    )
    assert chosen == "lastChange"
    assert visit.page.locator("#problems li.here").count() == 1
    assert visit.page.locator("#drawn mark.here").inner_text() == "lastChange"


def test_a_notice_is_no_mistake(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&size=1&process.endEvent=x")
    assert visit.verdict() == "Understood, with 1 remark"
    assert visit.messages() == ["process.endEvent is deprecated and filters nothing"]
    assert visit.total() > 30


HARM = "<img src=x onerror=\"document.title='harmed'\">"


def test_markup_is_only_ever_text(visit: Visit) -> None:
    """In a query, in its errors, in an address that somebody sends, in what is found."""
    from urllib.parse import quote

    visit.open(quote(f"org={HARM}&{HARM}=1&dueBefore={HARM}", safe="=&"))
    assert HARM in visit.text
    assert len(visit.messages()) >= 2
    visit.type(f"org=digdir&size=2&searchString={HARM}")
    assert visit.total() > 30
    for tab in ("Tree", "Python", "SQL", "MongoDB", "curl"):
        visit.tab(tab)
    visit.tab("Results")
    visit.page.locator("tbody .opener button").first.click()
    assert HARM.split('"', maxsplit=1)[0] in visit.page.locator("tbody .whole pre").first.inner_text()
    assert "harmed" not in visit.page.title()
    assert visit.page.locator("main img").count() == 0


def test_the_url_can_be_sent_whatever_is_typed(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&searchString=50 % \"é\" #1 'x'")
    assert visit.messages(), "a percent sign is none by itself"
    visit.type("org=digdir&searchString=søk #1 'x'")
    assert visit.verdict() == "Understood"
    asked = visit.page.locator("#address").inner_text()
    assert asked.endswith("?org=digdir&searchString=s%C3%B8k%20%231%20%27x%27")
    assert asked in visit.asked
    visit.page.locator("#copy-address").click()
    assert visit.page.evaluate("() => navigator.clipboard.readText()") == asked


def test_an_address_that_somebody_sends_has_the_query(visit: Visit) -> None:
    visit.open("org=digdir&searchString=s%C3%B8knad%20om&id=ne:a%26b")
    assert visit.text == "org=digdir&searchString=søknad om&id=ne:a%26b"
    assert visit.verdict() == "Understood"


# --- the form


def test_conditions_are_added_with_the_keyboard_alone(visit: Visit) -> None:
    visit.open("")
    visit.page.locator("#query").focus()
    for _ in range(20):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("() => document.activeElement.closest('.composer') !== null"):
            break
    visit.page.keyboard.type("dueB")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Space")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("gte")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("2019-03 & more")
    visit.page.keyboard.press("Enter")
    visit.settled()
    assert visit.text == "org=digdir&dueBefore=not:gte:2019-03 %26 more"
    assert visit.marks() == [("2019-03 %26 more", 29)]
    row = visit.page.get_by_role("group", name="Condition 2, dueBefore")
    value = row.get_by_label("Value")
    expect(value).to_have_value("2019-03 & more")
    expect(value).to_have_attribute("aria-invalid", "true")
    value.focus()
    visit.page.keyboard.press("ControlOrMeta+a")
    visit.page.keyboard.type("2019-03")
    visit.settled()
    assert (visit.text, visit.verdict()) == ("org=digdir&dueBefore=not:gte:2019-03", "Understood")
    expect(value).to_be_focused()


def test_plain_clauses_are_read_back_and_changed(visit: Visit) -> None:
    visit.open()
    visit.type("org=digdir&status.isArchived=ne:true&filter=or(org:x,org:digdir)&appId=not:startswith:a%26&nope=1")
    group = visit.page.locator(".conditions > li")
    assert [one.get_attribute("aria-label") for one in group.all()] == [
        "Condition 1, org",
        "Condition 2, status.isArchived",
        "Condition 3, filter",
        "Condition 4, appId",
        "Condition 5, nope",
    ]
    archived, written = group.nth(1), group.nth(3)
    expect(archived.get_by_label("Operator")).to_have_value("ne")
    expect(archived.get_by_label("Value")).to_have_value("true")
    expect(written.get_by_label("not")).to_be_checked()
    expect(written.get_by_label("Value")).to_have_value("a&")
    visit.page.get_by_role("button", name="Remove condition 5, nope").click()
    archived.get_by_label("Value").select_option("false")
    written.get_by_label("not").uncheck()
    written.get_by_label("Operator").select_option("contains")
    group.nth(2).get_by_label("expression").fill("or(org:skd,org:digdir)")
    visit.settled()
    assert visit.text == ("org=digdir&status.isArchived=ne:false&filter=or(org:skd,org:digdir)&appId=contains:a%26")
    assert visit.verdict() == "Understood"


def test_order_and_page_size_are_set(visit: Visit) -> None:
    visit.open("")
    newest = visit.ids()[0]
    visit.page.get_by_label("Order").select_option("asc:lastChanged")
    visit.page.get_by_label("Page size").fill("7")
    visit.settled()
    assert visit.text == "org=digdir&order=asc:lastChanged&size=7"
    assert len(visit.ids()) == 7
    assert visit.ids()[0] != newest
    visit.page.get_by_label("Page size").fill("")
    visit.page.get_by_label("Order").select_option("")
    visit.settled()
    assert (visit.text, visit.ids()[0]) == ("org=digdir", newest)

"""A query of instances in parts: each match meets exactly one, whatever is asked and wherever the page starts."""

from __future__ import annotations

import copy
import datetime as dt
import re
from functools import cache
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from paramql.instances import SCHEMA, generate, load
from paramql.instances.parts import parts
from paramql.instances.schema import FIELDS
from paramql.instances.tables import hint, select, target
from paramql.position import after, token_after

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
TOKENS = pq.Tokens({"a": b"k" * 32})
PAGED = copy.copy(SCHEMA)
PAGED.tokens = TOKENS
SQLITE, MARIADB = target("sqlite"), target("mariadb")


@cache
def records() -> list[dict[str, Anything]]:
    """Instances; a few were changed before they were made, a few were made in years that count as others."""
    found = list(generate(400, seed=3))
    changed = ({**document, "lastChanged": "2018-01-01T00:00:00Z"} for document in found[:8])
    far = ({**document, "created": "1999-03-04T05:06:07Z", "dueBefore": "2041-01-01"} for document in found[8:12])
    return [load(document) for document in (*changed, *far, *found[12:])]


def asked(text: str, position: dt.datetime | None = None) -> pq.Query:
    query = PAGED.parse(text, now=NOW)
    if position is None:
        return query
    token = token_after(query, (position, "9"), TOKENS)
    return PAGED.parse(pq.link(query, token), now=NOW)


def count(text: str, position: dt.datetime | None = None) -> int:
    return len(parts(SQLITE, asked(text, position)).conditions)


DAYS = st.dates(dt.date(2018, 5, 1), dt.date(2020, 9, 1)) | st.sampled_from(
    [dt.date(1998, 1, 1), dt.date(2014, 7, 1), dt.date(2040, 1, 1), dt.date.min, dt.date.max]
)
MOMENTS = st.builds(dt.datetime.combine, DAYS, st.just(dt.time()) | st.just(dt.time.max) | st.times())
NAMES = st.sampled_from(["created", "process.ended", "dueBefore", "visibleAfter"])
BOUNDS = st.lists(
    st.builds(lambda op, at: f"{op}:{at.isoformat()}Z", st.sampled_from(["gt", "gte", "lt", "lte"]), MOMENTS),
    min_size=1,
    max_size=3,
)
MORE = st.sampled_from(
    [
        "",
        "&org=in:nav,brg,nav",
        "&org=nav",
        "&org=nav&process.currentTask=in:Task_1,Task_2",
        "&order=asc:lastChanged",
        "&status.isArchived=true",
        "&created=gt:2018",
    ]
)
QUERIES = st.builds(
    lambda name, bounds, more: "&".join(f"{name}={bound}" for bound in bounds) + more, NAMES, BOUNDS, MORE
)


@given(QUERIES, st.none() | MOMENTS)
def test_a_match_meets_exactly_one_part(text: str, position: dt.datetime | None) -> None:
    query = asked(text, position and position.replace(tzinfo=dt.UTC))
    start = query.page.after
    following = pq.all_of(query.where, after(query.order, start)) if start else query.where
    rest, conditions = parts(SQLITE, query)
    found = [pq.compile(pq.all_of(part, rest), "python") for part in conditions or [rest]]
    start_on = pq.compile(after(query.order, start), "python") if start else bool
    matches = pq.compile(following, "python")
    for record in records():
        assert sum(part(record) and start_on(record) for part in found) == matches(record)


PARTIES = f"instanceOwner.partyId=in:{','.join(map(str, range(250)))}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("filter=or(org:digdir,org:nav)", 0),
        ("org=in:nav,brg", 2),
        ("instanceOwner.partyId=in:1,2,3&created=gte:2020-01-01&created=lt:2020-01-05", 3),
        ("instanceOwner.partyId=1&org=in:nav,brg", 0),
        ("A3Ref=in:c1e582e2e662,c1e582e2e663", 0),
        ("mainVersionExclude=2", 2),
        ("appId=a/b&process.currentTask=in:a,b", 2),
        ("org=nav&appId=in:a/b,a/c", 2),
        ("org=nav&process.currentTask=in:a,b", 0),
        ("appId=a/b&org=in:nav,brg", 0),
        ("process.currentTask=a&mainVersionExclude=2", 0),
        (f"{PARTIES}&filter=and(id:contains:a,id:contains:b,id:contains:c)", 250),
        (f"{PARTIES}&filter=and(id:contains:a,id:contains:b,id:contains:c,id:contains:d,id:contains:e)", 0),
        (f"{PARTIES}&filter=and({','.join(['any(data,tags:exists:true)'] * 3)})", 0),
        ("created=gt:2020", 0),
        ("created=lt:2020", 6),
        ("created=lt:2014", 2),
        ("created=gte:2040&created=lt:2041", 2),
        ("created=gte:2014-03-01&created=lt:2014-03-02", 2),
        ("created=eq:2020-01-01T00:00:00Z", 0),
        ("created=lt:2020-01-01&created=gt:2020-01-02", 0),
        ("created=gte:2020-01-01&created=lt:2020-01-03", 3),
        ("created=gte:2020-01-01&created=lte:2020-01-03", 4),
        ("created=gte:2020-01-01T13:00Z&created=lt:2020-01-02T00:10Z", 2),
        ("dueBefore=gte:2020-01-01&dueBefore=lt:2020-01-03", 2),
        ("dueBefore=gte:2020-01-01&dueBefore=lt:2020-01-03&created=gte:2020-01-01&created=lt:2020-01-02", 2),
        ("created=gte:2018-01-01&created=lt:2019-01-01", 2),
        ("created=gte:2018-01-01&created=lt:2020-01-01", 3),
        ("created=gte:2018-01-01&created=lt:2020-01-01&org=in:nav,brg", 3),
        ("created=gte:2018-06-01&created=lt:2020-06-01", 14),
        ("created=gte:2019-05-20&created=lt:2019-07-10", 23),
        ("dueBefore=gt:2019-02&dueBefore=lt:2019-03-01", 1),
        ("dueBefore=gt:2019-02", 27),
        ("dueBefore=gt:2019-02&org=digdir", 0),
        ("dueBefore=lt:2019-02&org=digdir", 5),
        ("created=lt:0001", 0),
        ("created=lte:0001", 2),
        ("dueBefore=gt:9999-12-31T23:59:59.999999Z", 0),
        ("dueBefore=gt:9999-12-31T23:59:59.999998Z", 1),
    ],
)
def test_parts_are_values_or_spans_of_time(text: str, expected: int) -> None:
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("created=gte:2020-01-01", 2),
        ("created=gte:2019-12-20", 14),
        ("created=gte:2019-06-01", 0),
        ("created=gte:9999-12-30", 0),
        ("created=gte:2020-01-20&created=lt:2021-01-01", 12),
        ("created=gte:2020-01-20&order=asc:lastChanged", 0),
        ("dueBefore=gte:2020-01-01", 16),
    ],
)
def test_nothing_comes_after_the_last_change_that_pages_have_come_to(text: str, expected: int) -> None:
    assert count(text, dt.datetime(2020, 1, 30, 12, tzinfo=dt.UTC)) == expected


def test_mariadb_has_few_values_as_it_reads_a_page_of_each() -> None:
    few, many = (f"org=in:{','.join(map(str, range(count)))}" for count in (40, 41))
    assert len(parts(MARIADB, asked(few)).conditions) == 40
    assert parts(MARIADB, asked(many)).conditions == ()
    assert len(parts(SQLITE, asked(many)).conditions) == 41


def test_what_is_short_at_an_end_is_searched_by_its_date() -> None:
    query = asked("created=gte:2020-01-01T22:00Z&created=lt:2020-01-03T01:00Z")
    [first, whole, last, odd] = parts(SQLITE, query).conditions
    fields = [str(pq.compile(part, SQLITE).text) for part in (first, whole, last, odd)]
    assert ["`created`" in text for text in fields] == [True, False, True, True]


def test_each_part_has_what_the_host_adds() -> None:
    page = pq.page(asked("org=in:nav,brg"), SQLITE, scope=pq.eq(FIELDS["instanceOwner.partyId"], 7))
    sql = select(page, "document, id, lastChanged")
    assert sql.text.count("`instances`.`partyId` = ?") == 1
    page = pq.page(asked("org=in:nav,brg"), SQLITE, scope=pq.gt(FIELDS["instanceOwner.partyId"], 7))
    sql = select(page, "document, id, lastChanged")
    part = "SELECT document, id, lastChanged FROM `instances` WHERE `instances`.`org` = ? AND `instances`.`partyId` > ?"
    order = "ORDER BY `instances`.`lastChanged` DESC, `instances`.`id` DESC"
    assert sql.text == f"SELECT * FROM ({part} UNION ALL {part}) AS `instances` {order} LIMIT ?"
    assert sql.params == ("nav", 7, "brg", 7, 101)


def test_where_parts_are_not_merged_as_they_are_read_each_is_cut_to_a_page() -> None:
    sql = select(pq.page(asked("org=in:nav,brg"), MARIADB), "id, lastChanged")
    order = "ORDER BY `instances`.`lastChanged` DESC, `instances`.`id` DESC LIMIT %s"
    assert re.findall(r"\(SELECT id, .*? FORCE INDEX \(PRIMARY, instances_org_\w+, .*?\) WHERE .*?\)", sql.text)
    assert sql.text.count(order) == 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("status.isArchived=false", "isArchived"),
        ("status.isArchived=false&status.isHardDeleted=false", "isArchived"),
        ("process.isComplete=false", "ended"),
    ],
)
def test_mariadb_finds_a_flag_in_its_own_index(text: str, named: str) -> None:
    assert hint(MARIADB, asked(text)) == f"FORCE INDEX (PRIMARY, instances_{named}_lastChanged_id)"


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("", "nothing"),
        ("status.isHardDeleted=false", "instances_isHardDeleted_lastChanged_id"),
        ("visibleAfter=exists:false&created=gt:2019", "instances_visibleAfter_lastChanged_id"),
    ],
)
def test_mariadb_is_kept_from_indexes_of_what_most_instances_are(text: str, left_out: str) -> None:
    said = hint(MARIADB, asked(text))
    assert left_out not in said
    assert "instances_isArchived_lastChanged_id" in said

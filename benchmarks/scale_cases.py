"""What `scale.py` asks, in kinds."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A query, and what kind of parameter it shows."""

    kind: str
    query: str


QUERIES = {
    "equality": """org=digdir
        org=in:nav,brg
        org=not:digdir
        appId=digdir/kontaktskjema
        appId=in:digdir/kontaktskjema,nav/sykmelding
        process.currentTask=Task_1
        appId=digdir/kontaktskjema&process.currentTask=Task_1
        instanceOwner.partyId=50000310
        instanceOwner.partyId=in:50000310,50000311
        lastChanged=2020-01-05T03:00:00Z
        process.ended=exists:false
        dueBefore=2019-05-01T00:00:00Z
        visibleAfter=exists:false
        dataValues.A2ArchRef=AR00001234
        dataValues.A2ArchRef=exists:true
        A3Ref=c1e582e2e662
        id=50000310/eb1167b3-67a9-c378-7c65-c1e582e2e662
        mainVersionInclude=1
        mainVersionInclude=in:2,3
        mainVersionExclude=1
        mainVersionExclude=3""",
    "range of the order": """lastChanged=gte:2019-05-01&lastChanged=lt:2019-06-01
        lastChanged=lt:2020
        lastChanged=gt:2019-05-01
        org=digdir&lastChanged=lt:2020
        appId=digdir/be-om-api-tilgang&process.currentTask=Task_2&lastChanged=gt:2019-05-01
        instanceOwner.partyId=50000310&lastChanged=gt:2019-05-01""",
    "range of another date": """process.ended=gte:2019-05-01T12:00Z&process.ended=lt:2019-05-01T18:00Z
        process.ended=gte:2019-05-01&process.ended=lt:2019-06-01
        process.ended=gt:2020-03-10
        created=gte:2019-05-01T12:00Z&created=lt:2019-05-01T18:00Z
        created=gte:2019-05-01&created=lt:2019-06-01
        created=gt:2019-05-01
        dueBefore=gt:2019-02&dueBefore=lt:2019-03-01
        dueBefore=gt:2019-02
        visibleAfter=gte:2019-05-01&visibleAfter=lt:2019-05-02
        created=gte:2019-05-01T20:00Z&created=lt:2019-05-03T01:00Z
        created=gte:2019&created=lt:2020
        created=gte:2018-06-01&created=lt:2020-06-01
        created=lt:2019-05-01
        created=gte:2019-05-20&created=lt:2019-07-10
        org=digdir&created=gte:2019-05-01&created=lt:2019-06-01
        appId=digdir/kontaktskjema&created=gte:2019-05-01&created=lt:2019-06-01
        org=digdir&created=gte:2019&created=lt:2020
        org=digdir&process.ended=gt:2020-03-10
        org=digdir&dueBefore=gt:2019-02
        instanceOwner.partyId=50000310&dueBefore=gt:2019-02&dueBefore=lt:2019-06-01""",
    "flag": """process.isComplete=true
        process.isComplete=false
        status.isArchived=true
        status.isArchived=false
        status.isSoftDeleted=true
        status.isSoftDeleted=false
        status.isHardDeleted=true
        status.isHardDeleted=false
        confirmed=true
        confirmed=false
        status.isSoftDeleted=false&status.isHardDeleted=false
        instanceOwner.partyId=50000310&status.isHardDeleted=false
        org=digdir&status.isArchived=true&status.isHardDeleted=false""",
    "confirmations": """excludeConfirmedBy=digdir
        excludeConfirmedBy=digdir&excludeConfirmedBy=nav
        org=digdir&excludeConfirmedBy=digdir
        org=digdir&excludeConfirmedBy=digdir&status.isHardDeleted=false""",
    "not in an index": """searchString=nordmann
        filter=any(data,dataType:vedlegg)
        filter=any(data,and(dataType:vedlegg,size:gt:1000000))
        filter=or(any(data,and(dataType:vedlegg,size:gt:1000000)),and(status.isArchived:true,not(org:in:(skd,nav))))""",
}
# What is said of a kind, before its figures.
NOTES = {
    "equality": """\
Several values of a list are searched one by one and merged. `exists:true` has an index of the rows that have a value on
SQLite and PostgreSQL; MariaDB has no partial indexes, and reads the order's.""",
    "range of another date": """\
No B-tree has one date's range in the order of another date: either all that match are read and sorted, or the order's
index is read past all that do not match. So an index has the *year* of each date and then the order, another the
*month*, another the *day*; a range is the years, months and days that make it up, and a page is merged of them at a row
for each besides its own. What is shorter than half a day is searched by the date itself. A date of the past lies before
the last change, so a range that is only open at the end is read off the order's index, and near its start by the days
up to where pages have come (instances for which that is not so have numbers of their own, `0`).""",
    "flag": """\
A flag alone has an index, and so have an owner's archived instances. All else rides the order of an index: what is left
out is read past.""",
    "not in an index": "Conditions on texts and on members of lists are checked on each row that the rest selects.",
}
# Why pages miss the goal, for good: of a kind, in a sentence each.
REASONS = {
    "equality": """\
- `dataValues.A2ArchRef=exists:true`: one instance in 24 has a value, and MariaDB has no index of those alone.""",
    "range of another date": """\
- MariaDB reads a page of each part of a UNION ALL before it merges them: a range of n parts costs up to n rows for each
  that is returned. Whole years and months are one part each, ends in the midst of a month a part for each day.
- Beside an owner or an application, spans hold what others own too: for each row that is returned 1 / share are looked
  at, which is much for an owner of few. Indexes of spans for each owner and application would be 24 more.
- Beside a party, all that the party has is looked at, some 830 instances at most, however few match.
- An open range of `dueBefore` beside an owner says nothing of the last change: behind its last match the owner's index
  is read to its end, as any plan in this order must that does not first collect and sort what matches.""",
    "flag": """\
- `process.isComplete=true` is a date that is there. MariaDB has no index of those alone and reads the order's; of the
  instances that were changed first, few have ended.""",
    "not in an index": """\
- The members of lists are no instances: their conditions are checked instance by instance. In an `or` PostgreSQL
  collects all the members that meet them, once for the statement.""",
}
CASES = [Case(kind, query.strip()) for kind, queries in QUERIES.items() for query in queries.splitlines()]

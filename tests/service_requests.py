"""Two hundred requests of the instances service: each parameter in several ways, with values that a caller's own have.

Words in braces are of an instance that the caller may see.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from asked_instances import DIGDIR, PARTY, PERSON, SKD, USER
from paramql.instances.policy import HEADER

Record: TypeAlias = Mapping[str, Any]

# What may be asked: the parameters of the service's page, and the header.
PARAMETERS = """org appId process.currentTask process.isComplete process.endEvent process.ended instanceOwner.partyId
    lastChanged created visibleAfter dueBefore excludeConfirmedBy status.isArchived status.isSoftDeleted
    status.isHardDeleted size continuationToken confirmed order searchString includeDataElements mainVersionInclude
    mainVersionExclude dataValues.A2ArchRef A3Ref filter""".split()

_OF_ANYBODY = """
size=1
size=7
size=40&order=asc:lastChanged
size=9&order=desc:lastChanged
order=lastChanged&size=30
order=asc:lastChanged&size=33
order=asc:lastChanged&size=3&status.isArchived=false
ORDER=desc:lastChanged&SIZE=11
appId={app}
appId=in:{app},{org}/other&size=5
appId=startswith:{org}/&size=8
appId=endswith:{app_tail}
appId=icontains:A&size=9
appid=ne:{app}&size=9
org={org}&size=6
org=in:{org}&size=6
org=startswith:{org}
org=ne:nobody&size=15
org=not:{org}
instanceOwner.partyId={party}&size=4
instanceOwner.partyId=in:{party},1337&size=5
instanceOwner.partyId=gte:{party}&size=6
instanceowner.partyid=lt:50000002&size=6
instanceOwner.partyId=ne:1&size=7
process.currentTask={task}
process.currentTask=in:Task_2,Task_3&size=3
process.currentTask=exists:false&size=4
process.currentTask=ne:{task}&size=8
process.currentTask=startswith:Task_&size=5
process.currenttask=not:in:Task_1,Task_2&size=8
process.isComplete=true&size=4
process.isComplete=false&size=4
process.isComplete=not:true&size=5
process.isComplete=ne:false&size=12
process.IsComplete=TRUE&order=asc:lastChanged
process.endEvent=EndEvent_1&size=9
process.endEvent=x&status.isArchived=true
process.endEvent=exists&size=30
process.endEvent=EndEvent_1&process.isComplete=true&size=3
process.endevent=y&created=gt:2019
process.ended={ended}
process.ended=gt:2019&size=5
process.ended=lt:2020-01-01T00:00:00.1234567Z
process.ended=gte:{ended}&size=4
process.ended=gte:2018-08&process.ended=lt:2020-08&size=6
process.ended=exists:false&size=9
process.ended=ne:{ended}&size=14
lastChanged={changed}
lastChanged=eq:{changed}&size=2
lastChanged=gte:2019-06&lastChanged=lt:2020-06&size=6
lastChanged=gt:{changed}&order=asc:lastChanged&size=8
lastChanged=lte:{changed}&size=8
lastChanged=gt:2018-12-31T23:59:59.9999999%2B01:00&size=20
lastchanged=in:{changed},2019-05-01
lastChanged=lt:today-5y&size=13
created={created}
created=gt:2019-01-01T12:00:00%2B02:00&size=20
created=gte:{created}&size=5
created=lt:today-7y
created=gte:2019&created=lt:2020&size=9
created=ne:{created}&size=16
visibleAfter={visible}
visibleAfter=gt:2019&size=4
visibleAfter=exists:false&size=20
visibleAfter=lte:{visible}&size=3
visibleAfter=gte:2018-07&visibleAfter=lt:2021-02-03&size=5
visibleAfter=not:gt:2019&size=12
dueBefore={due}
dueBefore=gt:2019-02&dueBefore=lt:2020-03-01
dueBefore=ne:2019-05-01&size=25
dueBefore=gte:{due}&size=5
dueBefore=lte:{due}&size=5
dueBefore=exists:true&size=15
dueBefore=in:{due},2020
excludeConfirmedBy={org}&size=8
excludeConfirmedBy=digdir&excludeConfirmedBy=skd&size=10
excludeConfirmedBy=in:skd,nav&size=20
excludeConfirmedBy=not:{org}
excludeconfirmedby=nobody&size=18
excludeConfirmedBy={org}&process.isComplete=true&size=4
confirmed=true&size=3
confirmed=false&size=10
confirmed=not:true&size=22
confirmed=ne:false
Confirmed=true&order=asc:lastChanged
status.isArchived=true&size=5
status.isArchived=false&size=5
status.isArchived=not:false
status.isArchived=exists:true&size=30
status.isarchived=true&status.isSoftDeleted=false&size=6
status.isSoftDeleted=true
status.isSoftDeleted=false&size=21
status.isSoftDeleted=not:true&size=50
status.isSoftDeleted=ne:true&status.isHardDeleted=false&size=24
Status.isSoftDeleted=true&order=asc:lastChanged&size=2
status.isHardDeleted=false&size=13
status.isHardDeleted=not:true&size=26
status.isHardDeleted=ne:true&created=gt:2019&size=10
status.IsHardDeleted=false&confirmed=true
status.isHardDeleted=exists:true&size=35
searchString={title}
searchString={upper}
searchString=in:{title},Ohcan
searchString=ΑΊΤΗΣΗ
searchString=e&size=6
searchString=not:{title}&size=17
searchString=%25
SearchString=nordmann&size=4
includeDataElements=false&size=5
includeDataElements=true&size=6
includeDataElements=FALSE&status.isArchived=true
includeDataElements=false&data.dataType=model&size=4
includedataelements=false&order=asc:lastChanged&size=14
includeDataElements=true&created=gt:2019-09&size=7
mainVersionInclude=3&size=17
mainVersionInclude=in:1,2
mainVersionInclude=2
mainVersionInclude=not:3
mainVersionInclude=ne:2&size=19
mainversioninclude=1
mainVersionExclude=3
mainVersionExclude=1&size=17
mainVersionExclude=2&size=23
mainVersionExclude=1&mainVersionExclude=2&size=16
mainVersionExclude=not:3&size=12
dataValues.A2ArchRef={reference}
dataValues.A2ArchRef=exists:true
dataValues.A2ArchRef=startswith:AR&size=2
dataValues.A2ArchRef=in:{reference},AR00000000
dataValues.A2ArchRef=exists:false&size=28
datavalues.a2archref=ne:{reference}&size=30
A3Ref={tail}
A3Ref={tail_upper}
a3ref=in:{tail},0123456789ab
A3Ref=not:{tail}&size=12
A3Ref=ne:{tail}&order=asc:lastChanged&size=30
A3Ref=000000000000
data.dataType=model&size=6
data.dataType=in:vedlegg,bilde&size=7
data.size=gt:1000000&size=5
data.size=lt:10
data.tags=contains:i&size=9
data.tags=in:urgent,🔥&size=4
data.filename=icontains:ΣΧΈΔΙΟ
data.locked=true
data.id={element}
data=exists:false&size=6
data.fileScanResult=ne:Clean&size=15
data.created=gt:2020&size=4
completeConfirmations.stakeholderId={org}&size=6
completeConfirmations.confirmedOn=gt:2020&size=5
completeConfirmations=exists:false&size=19
id={id}
id=in:{id},1/x
id=contains:00&size=3
id=ne:{id}&size=29
filter=any(data,and(dataType:vedlegg,size:gt:1000))&size=6
filter=all(data,isRead:true)&size=15
filter=or(status.isArchived:true,not(data.locked:true))&size=15
filter=any(completeConfirmations,stakeholderId:{org})&size=5
filter=and(created:gte:2019,or(process.currentTask:{task},confirmed:true))&size=4
filter=not(or(status.isArchived:true,data.dataType:model))&size=5
filter=or(searchString:"{title}",A3Ref:{tail})
filter=not(any(data,tags:in:(urgent,viktig)))&size=9
filter=or(lastChanged:gt:2021,and(dueBefore:exists:true,visibleAfter:exists:true))&size=6
filter=and(not(excludeConfirmedBy:{org}),mainVersionInclude:in:(2,3))&size=4
filter=or(id:{id},dataValues.A2ArchRef:{reference})
filter=any(data,deleteStatus.isHardDeleted:true)
Filter=not(process.isComplete:true)&size=7
filter=or(appId:{app},org:nobody)&filter=created:gt:2018&size=6
created=gt:2019&status.isArchived=true&process.isComplete=true&size=4
org={org}&created=gte:2019-06&created=lt:2020&size=5
org={org}&process.currentTask=Task_1&order=asc:lastChanged&size=2
org={org}&excludeConfirmedBy={org}&process.ended=exists:true&size=3
instanceOwner.partyId={party}&status.isArchived=true&lastChanged=gt:2019&size=3
appId={app}&includeDataElements=false&dueBefore=exists:true&size=3
mainVersionExclude=3&dataValues.A2ArchRef=exists:true&includeDataElements=false
searchString=a&process.isComplete=false&order=asc:lastChanged&size=4
confirmed=true&status.isArchived=true&visibleAfter=exists:false&size=4
lastChanged=gt:2019&lastChanged=lt:2021&created=lt:2020&filter=not(data.locked:true)&size=7
appId={app}&process.currentTask={task}&lastChanged=gt:2018-05-01
""".split("\n")
# What is wrong, or finds nothing, has one answer too.
_WRONG = """
lastChanged=gtt:2019&orgg=x
size=0
size=1001
continuationToken=x
filter=or(
order=asc:created
process.isComplete=yes&dueBefore=2019-13
A3Ref=123
searchString={long}
derived.guidTail={tail}
appId=
mainVersionExclude=in:1,2
status.isHardDeleted=true
created=gt:2100
org=in:{org},nobody
appId=nav/sykmelding
filter=any(data,org:digdir)
process.ended=now-1y-
excludeConfirmedBy=gt:x
""".split("\n")


class Asked(NamedTuple):
    """A request, and whose."""

    query: str
    token: str
    headers: Mapping[str, str] = {}


def requests(records: Sequence[Record]) -> list[Asked]:
    """All of them, of four callers in turn."""
    texts = [one for one in (*_OF_ANYBODY, *_WRONG) if one]
    return [_asked(text, number, records) for number, text in enumerate(texts)]


def _asked(text: str, number: int, records: Sequence[Record]) -> Asked:
    """An owner sends its org, or what the query has of it; a user its party, or the header."""
    is_user, turn = number % 2, number % 4
    token = USER if is_user else (DIGDIR, SKD)[turn // 2]
    visible = [one for one in records if _may_see(token, one)]
    has_party = "instanceowner.partyid" in text.lower()
    headers = {HEADER: PERSON} if turn == 3 and not has_party else {}
    sent = "" if headers or (is_user and has_party) else f"instanceOwner.partyId={PARTY}&" if is_user else ""
    if not is_user:
        sent = "" if text.lower().startswith(("org=", "appid=")) else f"org={visible[0]['org']}&"
    return Asked(sent + _filled(text, visible), token, headers)


def _may_see(token: str, record: Record) -> bool:
    if token == USER:
        return bool(record["instanceOwner"]["partyId"] == PARTY and not record["status"]["isHardDeleted"])
    return bool(record["org"] == ("digdir" if token == DIGDIR else "skd"))


def _filled(text: str, records: Iterable[Record]) -> str:
    """With the words of the first instance that has them all."""
    needed = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    found = ({name: value for name, value in _words(one) if value} for one in records)
    return text.format_map(next(words for words in found if needed <= words.keys()))


def _words(record: Record) -> Iterator[tuple[str, Any]]:
    tail, texts = record["derived"]["guidTail"], record["derived"]["texts"]
    title = texts[0].split(" ")[0] if texts else None
    yield from {
        "id": record["id"],
        "app": record["appId"],
        "app_tail": record["appId"][-5:],
        "org": record["org"],
    }.items()
    yield from {"tail": tail, "tail_upper": tail.upper(), "long": "x" * 129}.items()
    yield from {"title": title, "upper": title and title.upper(), "party": record["instanceOwner"]["partyId"]}.items()
    yield "task", record["process"].get("currentTask")
    yield "reference", (record.get("dataValues") or {}).get("A2ArchRef")
    yield "element", next((one["id"] for one in record["data"] if not one["deleteStatus"]["isHardDeleted"]), None)
    moments = {"changed": "lastChanged", "created": "created", "visible": "visibleAfter", "due": "dueBefore"}
    for word, value in [
        *((word, record.get(name)) for word, name in moments.items()),
        ("ended", record["process"].get("ended")),
    ]:
        yield word, value and f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"

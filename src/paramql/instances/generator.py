"""Instance documents as the service holds them, invented from a seed: the same seed, the same documents."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, TypeVar

from paramql.instances.pools import APPS, ELEMENTS, FILES, LABELS, NAMES, OWNERS, SCANS, TAGS, TASKS, TITLES

Document = dict[str, Any]
T = TypeVar("T")

_FIRST_DAY = dt.date(2018, 6, 1)
_DAYS = [str(_FIRST_DAY + dt.timedelta(days=day)) for day in range(2_200)]
_CLOCK = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(1_440)]
_SPAN = 1_100 * 86_400  # seconds within which instances are created
_DAY = 86_400


def generate(count: int, seed: int = 0) -> Iterator[Document]:
    """`count` instances, one at a time; the first ones are the same whatever the count.

    They lie between June 2018 and 2022. Members are missing or null here and there, some instances share the moment
    of their last change, instants have up to seven fraction digits, and texts are in several scripts.

    >>> [first, second] = generate(2, seed=7)
    >>> first == next(generate(1, seed=7))
    True
    """
    dice = _Dice(random.Random(seed))
    for _ in range(count):
        yield _instance(dice)


class _Dice:
    """Chance, in the forms that an instance needs."""

    __slots__ = ("_bits", "_random")

    def __init__(self, source: random.Random) -> None:
        self._random = source.random
        self._bits = source.getrandbits

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def pick(self, pool: tuple[T, ...]) -> T:
        return pool[int(self._random() * len(pool))]

    def chance(self, share: float) -> bool:
        return self._random() < share

    def digits(self, count: int) -> str:
        return f"{self.below(10**count):0{count}}"

    def guid(self) -> str:
        text = f"{self._bits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def moment(self, second: int) -> str:
        """An instant within the second, written with 0 to 7 fraction digits, mostly 7."""
        start = f"{_DAYS[second // _DAY]}T{_CLOCK[second % _DAY // 60]}{second % 60:02}"
        length = (7, 7, 7, 7, 6, 3, 1, 0)[self.below(8)]
        return f"{start}.{self.below(10**length):0{length}}Z" if length else f"{start}Z"


def _instance(dice: _Dice) -> Document:
    org = dice.pick(OWNERS)
    apps = APPS[org]
    app = f"{org}/{apps[min(dice.below(len(apps)), dice.below(len(apps)))]}"
    party, guid, created = 50_000_000 + dice.below(1_200), dice.guid(), dice.below(_SPAN)
    ended = created + dice.below(60 * _DAY) if dice.chance(0.55) else None
    changed = (ended or created) + dice.below(20 * _DAY)
    document: Document = {
        "id": f"{party}/{guid}",
        "instanceOwner": _owner(dice, party),
        "appId": app,
        "org": org,
        "selfLinks": {
            "apps": f"https://{org}.apps.example/{app}/instances/{party}/{guid}",
            "platform": f"https://platform.example/storage/api/v1/instances/{party}/{guid}",
        },
        "process": _process(dice, created, ended),
        "status": _status(dice, ended, changed),
        "data": [_element(dice, guid, created) for _ in range(dice.below(4))],
        "created": dice.moment(created),
        "createdBy": str(party),
        "lastChanged": _changed(dice, changed),
        "lastChangedBy": str(party),
    }
    _add_rest(dice, document, created, ended)
    return document


def _owner(dice: _Dice, party: int) -> Document:
    owner: Document = {"partyId": str(party)}
    if party % 3:
        # As in the tax office's invented population: month + 80.
        owner["personNumber"] = f"{1 + dice.below(28):02}{81 + dice.below(12)}{dice.digits(7)}"
    else:
        owner["organisationNumber"] = f"31{dice.digits(7)}"
    if dice.chance(0.1):
        owner["username"] = None
    return owner


def _process(dice: _Dice, created: int, ended: int | None) -> Document:
    process: Document = {"started": dice.moment(created), "startEvent": "StartEvent_1"}
    if ended is None:
        element, name, kind = dice.pick(TASKS)
        task = {"flow": 2, "started": dice.moment(created), "elementId": element, "name": name, "altinnTaskType": kind}
        if element == "Task_1" and dice.chance(0.3):
            task["validated"] = {"timestamp": dice.moment(created + 60), "canCompleteTask": dice.chance(0.5)}
        process["currentTask"] = task
    else:
        process |= {"ended": dice.moment(ended), "endEvent": "EndEvent_1"}
        if dice.chance(0.2):
            process["currentTask"] = None
    return process


def _status(dice: _Dice, ended: int | None, changed: int) -> Document:
    """Some writers leave false flags out, some write them."""
    flags = {
        "Archived": ended is not None and dice.chance(0.9),
        "SoftDeleted": dice.chance(0.07),
        "HardDeleted": dice.chance(0.03),
    }
    written = dice.chance(0.6)
    status: Document = {}
    for word, is_set in flags.items():
        if is_set:
            status |= {f"is{word}": True, word[0].lower() + word[1:]: dice.moment(changed)}
        elif written:
            status[f"is{word}"] = False
    status["readStatus"] = dice.below(3)
    if dice.chance(0.15):
        status["substatus"] = {"label": dice.pick(LABELS), "description": dice.pick(TITLES)}
    return status


def _element(dice: _Dice, guid: str, created: int) -> Document:
    kind, content, name = dice.pick(ELEMENTS)
    element: Document = {
        "id": dice.guid(),
        "instanceGuid": guid,
        "dataType": kind,
        "filename": dice.pick(FILES) if name == "" else name,
        "contentType": content,
        "size": dice.below(2_000) if dice.chance(0.7) else dice.below(50_000_000),
        "locked": dice.chance(0.1),
        "isRead": dice.chance(0.8),
        "tags": [dice.pick(TAGS) for _ in range(dice.below(3))],
        "fileScanResult": dice.pick(SCANS),
        "created": dice.moment(created),
        "lastChanged": dice.moment(created + dice.below(5 * _DAY)),
    }
    if name is None:
        del element["filename"], element["fileScanResult"]
    if dice.chance(0.04):
        element["deleteStatus"] = {"isHardDeleted": True, "hardDeleted": dice.moment(created + _DAY)}
    return element


def _changed(dice: _Dice, second: int) -> str:
    """The last change; a fifth were made by nightly jobs, which touch many instances at one instant."""
    if dice.chance(0.2):
        return f"{_DAYS[second // _DAY // 7 * 7 + 7]}T03:00:00Z"
    return dice.moment(second)


def _add_rest(dice: _Dice, document: Document, created: int, ended: int | None) -> None:
    if dice.chance(0.6):
        midnight = created // _DAY + 20 + dice.below(120)
        document["dueBefore"] = f"{_DAYS[midnight]}T00:00:00Z" if dice.chance(0.5) else dice.moment(midnight * _DAY)
    elif dice.chance(0.2):
        document["dueBefore"] = None
    if dice.chance(0.3):
        document["visibleAfter"] = dice.moment(created + dice.below(30 * _DAY))
    if ended is not None and dice.chance(0.7):
        document["completeConfirmations"] = _confirmations(dice, document["org"], ended)
    if dice.chance(0.8):
        document["presentationTexts"] = {"title": dice.pick(TITLES), "name": dice.pick(NAMES)}
    _add_values(dice, document)


def _confirmations(dice: _Dice, org: str, ended: int) -> list[Document]:
    others = dice.pick(OWNERS), org
    who = (org,) if dice.chance(0.6) else others if dice.chance(0.5) else others[:1]
    return [{"stakeholderId": one, "confirmedOn": dice.moment(ended + dice.below(_DAY))} for one in who]


def _add_values(dice: _Dice, document: Document) -> None:
    """One instance in twelve was made by an earlier version of the platform, and keeps its archive reference."""
    version = dice.below(24)
    if version < 2:
        document["dataValues"] = {("A2ArchRef", "A1ArchRef")[version]: f"AR{dice.digits(8)}"}
    elif version < 6:
        document["dataValues"] = {"caseNumber": f"2019/{dice.digits(4)}", "kommune": None}

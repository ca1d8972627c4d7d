"""For `/openapi.json`: an instance as a JSON Schema, its members that are null left out; and what parameters take."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_NUMBER: Json = {"type": "integer"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_TEXTS: Json = {"type": "object", "additionalProperties": _TEXT}


def _object(**members: Json) -> Json:
    return {"type": "object", "properties": members}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


_TASK = _object(
    flow=_NUMBER,
    started=_MOMENT,
    elementId=_TEXT,
    name=_TEXT,
    altinnTaskType=_TEXT,
    ended=_MOMENT,
    validated=_object(timestamp=_MOMENT, canCompleteTask=_FLAG),
)
_STATUS = _object(
    isArchived=_FLAG,
    archived=_MOMENT,
    isSoftDeleted=_FLAG,
    softDeleted=_MOMENT,
    isHardDeleted=_FLAG,
    hardDeleted=_MOMENT,
    readStatus=_NUMBER,
    substatus=_object(label=_TEXT, description=_TEXT),
)
_ELEMENT = _object(
    id=_TEXT,
    instanceGuid=_TEXT,
    dataType=_TEXT,
    filename=_TEXT,
    contentType=_TEXT,
    size=_NUMBER,
    locked=_FLAG,
    isRead=_FLAG,
    tags=_list(_TEXT),
    deleteStatus=_object(isHardDeleted=_FLAG, hardDeleted=_MOMENT),
    fileScanResult=_TEXT,
    created=_MOMENT,
    createdBy=_TEXT,
    lastChanged=_MOMENT,
    lastChangedBy=_TEXT,
)
INSTANCE: Json = _object(
    id={**_TEXT, "description": "party's number/guid"},
    instanceOwner=_object(partyId=_TEXT, personNumber=_TEXT, organisationNumber=_TEXT, username=_TEXT),
    appId=_TEXT,
    org=_TEXT,
    selfLinks=_object(apps=_TEXT, platform=_TEXT),
    dueBefore=_MOMENT,
    visibleAfter=_MOMENT,
    process=_object(started=_MOMENT, startEvent=_TEXT, currentTask=_TASK, ended=_MOMENT, endEvent=_TEXT),
    status=_STATUS,
    completeConfirmations=_list(_object(stakeholderId=_TEXT, confirmedOn=_MOMENT)),
    data=_list(_ELEMENT),
    presentationTexts=_TEXTS,
    dataValues=_TEXTS,
    created=_MOMENT,
    createdBy=_TEXT,
    lastChanged=_MOMENT,
    lastChangedBy=_TEXT,
) | {"required": ["id", "org", "appId", "instanceOwner", "created", "lastChanged"]}

EXAMPLES = {
    "id": ["50000001/0190163d-8694-739b-aea5-966c26f8ad91"],
    "org": ["digdir", "in:digdir,skd"],
    "appId": ["digdir/be-om-api-tilgang", "startswith:digdir/"],
    "instanceOwner.partyId": ["50000001", "in:50000001,50000002"],
    "process.currentTask": ["Task_1", "exists:false"],
    "dueBefore": ["gt:2019-02", "lt:2019-03-01"],
    "excludeConfirmedBy": ["digdir"],
    "searchString": ["bostøtte"],
    "mainVersionInclude": ["3"],
    "mainVersionExclude": ["3"],
    "dataValues.A2ArchRef": ["AR12345678"],
    "A3Ref": ["966c26f8ad91"],
}

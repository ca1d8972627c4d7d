"""What may be asked of instances: the parameters of the service, and the members that `filter` reaches besides.

Source: Altinn, Platform Storage, "Instances" (docs.altinn.studio/api/storage/instances), and the service as it runs.
Fields that no client may name are marked so; loading derives them, and parameters stand on them.
"""

from __future__ import annotations

import paramql as pq
from paramql.instances.spans import SPANS

_MOMENT = pq.DateTime()
_GUID_TAIL = 12
_SEARCHED = 128
# Of the platform; an instance was made by one of them.
VERSIONS = (1, 2, 3)

_ELEMENT = pq.Record(
    pq.Field("id", pq.Uuid()),
    pq.Field("dataType", pq.Text()),
    pq.Field("filename", pq.Text()),
    pq.Field("contentType", pq.Text()),
    pq.Field("size", pq.Integer()),
    pq.Field("locked", pq.Boolean(), required=True),
    pq.Field("isRead", pq.Boolean(), required=True),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("deleteStatus.isHardDeleted", pq.Boolean(), required=True),
    pq.Field("fileScanResult", pq.Text()),
    pq.Field("created", _MOMENT),
    pq.Field("createdBy", pq.Text()),
    pq.Field("lastChanged", _MOMENT),
    pq.Field("lastChangedBy", pq.Text()),
)
_CONFIRMATION = pq.Record(pq.Field("stakeholderId", pq.Text()), pq.Field("confirmedOn", _MOMENT))


def _is_complete(value: bool) -> pq.Draft:
    ended = pq.exists("process.ended")
    return ended if value else pq.not_(ended)


def _not_confirmed_by(stakeholder: str) -> pq.Draft:
    return pq.not_(pq.any_("completeConfirmations", pq.eq("stakeholderId", stakeholder)))


def _presents(text: str) -> pq.Draft:
    if len(text) > _SEARCHED:
        raise ValueError(f"a text to search for has at most {_SEARCHED} characters")
    return pq.icontains("derived.texts", text)


def _ends_in(reference: str) -> pq.Draft:
    if len(reference) != _GUID_TAIL:
        raise ValueError(f"a reference has {_GUID_TAIL} characters, the last ones of the instance's id")
    return pq.eq("derived.guidTail", reference.lower())


def _made_by(version: int) -> pq.Draft:
    return pq.eq("derived.mainVersion", version)


def _not_made_by(version: int) -> pq.Draft:
    return pq.in_("derived.mainVersion", [other for other in VERSIONS if other != version])


_DECLARED: tuple[pq.Field | pq.Parameter, ...] = (
    pq.Field("id", pq.Text(), unique=True),
    pq.Field("org", pq.Text(), required=True),
    pq.Field("appId", pq.Text(), required=True),
    pq.Field("instanceOwner.partyId", pq.Integer(), required=True),
    pq.Field("process.currentTask", pq.Text()),
    pq.Parameter("process.isComplete", pq.Boolean(), _is_complete),
    pq.Field("process.ended", _MOMENT),
    pq.Parameter("process.endEvent", pq.Text(), None, notice="process.endEvent is deprecated and filters nothing"),
    pq.Field("lastChanged", _MOMENT, required=True, sortable=True),
    pq.Field("created", _MOMENT, required=True),
    pq.Field("visibleAfter", _MOMENT),
    pq.Field("dueBefore", _MOMENT),
    pq.Field("status.isArchived", pq.Boolean(), required=True),
    pq.Field("status.isSoftDeleted", pq.Boolean(), required=True),
    pq.Field("status.isHardDeleted", pq.Boolean(), required=True),
    pq.Field("confirmed", pq.Boolean(), required=True, operators=["eq"]),
    pq.Parameter("excludeConfirmedBy", pq.Text(), _not_confirmed_by),
    pq.Parameter("searchString", pq.Text(), _presents),
    pq.Parameter("includeDataElements", pq.Boolean(), None),
    pq.Parameter("mainVersionInclude", pq.Integer(), _made_by),
    pq.Parameter("mainVersionExclude", pq.Integer(), _not_made_by, operators=["eq"]),
    pq.Field("dataValues.A2ArchRef", pq.Text()),
    pq.Parameter("A3Ref", pq.Text(), _ends_in),
    pq.Field("data", pq.ListOf(_ELEMENT)),
    pq.Field("completeConfirmations", pq.ListOf(_CONFIRMATION)),
    pq.Field("derived.texts", pq.ListOf(pq.Text()), filterable=False),
    pq.Field("derived.guidTail", pq.Text(), required=True, filterable=False),
    pq.Field("derived.mainVersion", pq.Integer(), required=True, filterable=False),
    *(pq.Field(date.field(unit), pq.Integer(), filterable=False) for date, unit in SPANS),
)


def declared(tokens: pq.Tokens | None = None) -> pq.Schema:
    """The schema, with keys for continuation tokens."""
    return pq.Schema(*_DECLARED, order="desc:lastChanged", ignore_case=True, tokens=tokens)


SCHEMA = declared()
FIELDS = {field.name: field for field in SCHEMA.fields}

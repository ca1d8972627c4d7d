"""What a host says of a model's attributes from outside, by their paths: which there are, their names, their settings.

    only=["id", "customer.name", "lines"]    these and nothing else
    hide=["password"]                        all but these
    relations=["customer"]                   of other tables, these, too
    rename={"customer_id": "customer"}       public names, whole
    settings={"placed": {"sortable": True}}  what `Field` takes

Paths are those of attributes, whatever clients call them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any as Anything

from paramql.declare import texts
from paramql.integrations.models.marks import Asked, Hidden, Named
from paramql.integrations.models.members import Member


class Selection:
    """What is said, and every path that was looked at; those that were not do not exist.

    Raises TypeError for what is given in another form.
    """

    def __init__(
        self,
        *,
        only: Iterable[str] | None,
        hide: Iterable[str] | None,
        rename: Mapping[str, str] | None,
        settings: Mapping[str, Mapping[str, Anything]] | None,
        relations: Iterable[str],
    ) -> None:
        self.relations = texts(relations, "relations takes a list of attributes: relations=['customer']")
        self.only = None if only is None else (*texts(only, "only takes a list of attributes: only=['id']"),)
        self.hide = texts(() if hide is None else hide, "hide takes a list of attributes: hide=['password']")
        self.rename = _mapping(rename, str, "rename takes public names: rename={'customer_id': 'customer'}")
        self.settings = _mapping(settings, Mapping, "settings takes settings: settings={'placed': {'sortable': True}}")
        self._seen: list[str] = []

    def shows(self, path: str, member: Member, table: str) -> bool:
        """Whether an attribute is there for clients: what is hidden anywhere is not, nor a relation not named.

        table: the path of the relation, if one led here. What is named before it says nothing of what is behind it.
        """
        said = {*(self.only or ()), *self.hide, *self.relations, *self.rename, *self.settings}
        if member.is_computed and path not in said:
            return False
        self._seen.append(path)
        if path in self.hide or Hidden() in member.marks:
            return False
        if member.is_computed:
            return True
        named = [name for name in (*(self.only or ()), *self.relations) if not table or _is_within(name, table)]
        if member.name.startswith("_") and path not in named:
            return False
        leads_on = any(_is_within(name, path) for name in named)
        if member.is_relation:
            return leads_on
        return leads_on or any(_is_within(path, name) for name in named) or (self.only is None and not table)

    def reaches_into(self, path: str) -> bool:
        """Whether something below is named, so that the way there has an end."""
        return any(name != path and _is_within(name, path) for name in self.only or ())

    def name(self, path: str, member: Member, before: tuple[str, ...], *, by_alias: bool) -> tuple[str, ...]:
        """The public name, in parts; `before` is that of what the attribute stands in."""
        if path in self.rename:
            return (self.rename[path],)
        named = [mark.name for mark in member.marks if isinstance(mark, Named)]
        alias = (member.alias if by_alias else None) or member.name
        return (*before, named[-1] if named else alias)

    def asked(self, path: str, member: Member) -> Iterator[tuple[bool, Asked]]:
        """What is said of how the attribute may be asked, the last word last; and whether it is said here."""
        yield from ((False, mark) for mark in member.marks if isinstance(mark, Asked))
        if path in self.settings:
            yield True, _asked(path, self.settings[path])

    def complaints(self, refused: Iterable[str]) -> Iterator[str]:
        """What names nothing. Beyond attributes that were refused nothing was looked at."""
        words = {"only": self.only or (), "hide": self.hide, "relations": self.relations}
        for word, names in (words | {"rename": self.rename, "settings": self.settings}).items():
            for name in names:
                if name not in self._seen and not any(_is_within(name, path) for path in refused):
                    close = get_close_matches(name, self._seen, n=1)
                    yield f"{word} names {name!r}, which is not there" + (
                        f": did you mean {close[0]!r}?" if close else ""
                    )


def _asked(path: str, settings: Mapping[str, Anything]) -> Asked:
    try:
        return Asked(**settings)
    except TypeError:
        there = ", ".join(Asked.__dataclass_fields__)
        raise ValueError(f"settings of {path!r} has {', '.join(map(repr, settings))}; there are {there}") from None


def _mapping(given: object, holds: type, sentence: str) -> dict[str, Anything]:
    found = {} if given is None else given
    if not isinstance(found, Mapping) or not all(isinstance(value, holds) for value in found.values()):
        raise TypeError(f"{sentence}, not {given!r}")
    return dict(found)


def _is_within(path: str, outer: str) -> bool:
    """Whether a path is another, or leads on from there."""
    return path == outer or path.startswith(f"{outer}.")

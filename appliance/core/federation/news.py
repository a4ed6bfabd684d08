"""The news: what a coordinator wants the helpers of every place to know, until a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from appliance.core.federation.papers import BadPaper, Head, Kind
from appliance.core.federation.reading import CODE, Members, told
from appliance.core.federation.roster import head_of

MOST: Final = 40
LONGEST_TITLE: Final = 90
LONGEST_TEXT: Final = 1200


class Sort(StrEnum):
    """What kind of thing it is."""

    NEWS = "news"
    EVENT = "event"
    GUIDE = "guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to know; plain text, no address that a tablet would open."""

    id: str
    sort: Sort
    title: str
    text: str
    since: date
    until: date
    """The last day on which it is shown."""

    def shown(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One version of it."""

    head: Head
    items: Sequence[Item]


def dump(news: News) -> bytes:
    """The payload; the same news gives the same bytes."""
    document = {
        "schema": Kind.NEWS.schema,
        "version": news.head.version,
        "made": told(news.head.made),
        "expires": told(news.head.expires),
        "items": [
            {
                "id": one.id,
                "sort": one.sort.value,
                "title": one.title,
                "text": one.text,
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
            }
            for one in news.items
        ],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def load(payload: bytes) -> News:
    """Read a payload whose seal was verified; BadPaper says what does not hold."""
    found = Members.of(payload, Kind.NEWS.schema, BadPaper)
    return News(head=head_of(found), items=[_item(one) for one in found.parts("items", MOST)])


def _item(found: Members) -> Item:
    try:
        sort = Sort(str(found.raw.get("sort")))
    except ValueError as error:
        raise BadPaper("sort is not known") from error
    return Item(
        id=found.shaped("id", CODE),
        sort=sort,
        title=found.text("title", LONGEST_TITLE),
        text=found.text("text", LONGEST_TEXT, least=0),
        since=found.day("since"),
        until=found.day("until"),
    )

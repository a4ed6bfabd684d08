"""What is in the letters of a box: each member, and what it is."""

from typing import Final

from appliance.core.privacy import Goes, Holding, Until, Where

WIRE: Final = (
    Holding(
        code="report",
        where=Where.LETTER,
        what="a letter, once it has left",
        purpose="figures of the place",
        until=Until.OFFICE,
        goes=(Goes.LETTER,),
        fields={
            "schema": "version of the letter",
            "kind": "week, month or quarter",
            "box": "which box",
            "chain": "which row of letters",
            "seq": "number in it",
            "prev": "digest of the letter before it",
            "location": "which place",
            "id": "its code",
            "nis": "its municipality",
            "period": "of which time",
            "name": "its name, such as 2026-11",
            "start": "first day",
            "end": "day after the last",
            "tz": "time zone of the days",
            "revision": "how often it was corrected",
            "generated_at": "when it was written",
            "clock": "who vouches for that",
            "catalogue": "version of the list of services and topics",
            "k": "no named figure is smaller",
            "software": "version of the box",
            "totals": "name of a total, and the total",
            "tables": "one-way tables, small numbers folded",
            "sums": "which total each table makes",
        },
    ),
    Holding(
        code="hello",
        where=Where.LETTER,
        what="a box's introduction",
        purpose="let a coordinator know the box",
        until=Until.OFFICE,
        goes=(Goes.OFFICE,),
        fields={
            "schema": "version of it",
            "key": "the box's public key",
            "name": "of the place",
        },
    ),
)

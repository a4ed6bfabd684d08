"""Everything a box keeps: each field, what for, how long, and where it goes.

A test compares this with what the code really writes; a field that is missing here, or that
nobody writes any more, fails it.
"""

from collections.abc import Sequence
from typing import Final

from appliance.core.privacy import Goes, Holding, Until, Where
from appliance.core.privacy_wire import WIRE

_STAMP: Final = {
    "boot": "which start of the box",
    "ms": "milliseconds since that start",
}
_V: Final = {"v": "version of the record"}

ACTIONS: Final = Holding(
    code="actions",
    where=Where.STORE,
    what="what was done at the desk today",
    purpose="call people in turn, undo a wrong tap, and go on after a power cut",
    until=Until.SESSION,
    goes=(Goes.COUNTS, Goes.ROOM),
    people=True,
    fields={
        **_V,
        **_STAMP,
        "at": "when, by the wall clock",
        "by": "who vouches for that clock",
        "key": "by chance, so that asking twice is done once",
        "asked": "digest of what was asked under that key",
        "facts": "what became true, with the fields below",
        "fact": "which kind of fact",
        "serial": "which session",
        "location": "which place",
        "letter": "the letter before the numbers",
        "count": "how many numbers were given",
        "day": "date of the session",
        "helpers": "how many helpers, never who",
        "window": "the planned opening it follows",
        "number": "the ticket, such as A7",
        "place": "order in the queue",
        "service": "what the ticket is for",
        "source": "button, phone, tablet or another box",
        "lang": "language of the page, und for the button",
        "token": "by chance: the address of the ticket's page",
        "promise": "minutes that were promised",
        "counter": "which table called",
        "topic": "about what, in one word, when a helper tapped it",
        "outcome": "how it ended, when a helper tapped it",
        "assist": "who did it: visitor, together, helper",
        "referral": "to which kind of organisation somebody was sent on",
        "forgotten": "nobody knows when it ended",
        "until": "when somebody on hold comes back",
        "measure": "which tap for people without a number",
        "n": "how many",
        "ease": "answer 0 to 2",
        "friendly": "answer 0 to 2",
        "confidence": "answer 0 to 2",
        "question": "which question a smiley answered",
        "level": "answer 0 to 2",
        "action": "which action was taken back",
    },
)

STATE: Final = Holding(
    code="box",
    where=Where.STORE,
    what="what the box remembers between sessions",
    purpose="no number twice on a day, and an honest wait",
    until=Until.LESSONS,
    goes=(Goes.BACKUP,),
    fields={
        **_V,
        **_STAMP,
        "numbering": "numbers used",
        "serial": "how many sessions there were",
        "count": "the last number of the last day",
        "days": "dates on which numbers were given",
        "undated": "sessions whose date no clock knew",
        "lessons": "of each of the last sessions",
        "help": "how many visits lasted how long, in steps of five minutes",
        "kept": "promised waits that came true",
        "promised": "promised waits",
        "window": "the last planned opening that was handled",
        "closing": "the last closing",
        "key": "by chance, so that closing twice is one closing",
        "asked": "digest of what was asked",
        "left": "how many had to leave",
        "finished": "how many were helped",
    },
)

TALLIES: Final = Holding(
    code="tallies",
    where=Where.STORE,
    what="counts of weeks and months",
    purpose="the month sheet, and the letters",
    until=Until.KEPT,
    goes=(Goes.LETTER, Goes.BACKUP),
    fields={
        **_V,
        "period": "week or month",
        "location": "which place",
        "tables": "name of a count, and the count; nothing crossed",
    },
)

MONTHS: Final = Holding(
    code="months",
    where=Where.STORE,
    what="hours and costs that a lead typed",
    purpose="the month sheet, and the letters",
    until=Until.KEPT,
    goes=(Goes.OFFICE, Goes.BACKUP),
    fields={
        **_V,
        "period": "month",
        "location": "which place",
        "volunteer_minutes": "of all volunteers together",
        "staff_minutes": "of all staff together",
        "cost_cents": "by kind of cost",
    },
)

SETTINGS: Final = Holding(
    code="settings",
    where=Where.STORE,
    what="what a lead changed on screen",
    purpose="name, hours, services and switches of the place",
    until=Until.REPLACED,
    goes=(Goes.ROOM, Goes.BACKUP),
    fields={
        **_V,
        "changed": "what differs from how the box was set up",
        "revision": "counts the changes",
        "name": "of the place",
        "helper_word": "what helpers are called",
        "hours": "opening hours",
        "closed": "closure days",
        "services": "what is offered",
        "labels": "own names of services",
        "info_number": "a free phone number",
        "language_rule": "which languages stand first",
        "profile": "how the place works",
        "contacts": "addresses of organisations",
        "hotspot": "free wifi on or off",
        "mdns": "other boxes on or off",
        "federation": "letters on or off",
        "tablet_wifi": "paired tablets on the free wifi, on or off",
        "feedback_buttons": "smileys on or off",
        "shortcuts": "keys of the tablet on or off",
    },
)

DEVICES: Final = Holding(
    code="devices",
    where=Where.STORE,
    what="tablets that were paired",
    purpose="let helpers in without a password",
    until=Until.REVOKED,
    goes=(Goes.NOWHERE,),
    fields={
        **_V,
        "role": "volunteer, lead or technician",
        "label": "a pictogram, so that people tell devices apart",
        "on": "date of pairing",
        "digest": "of the token that only the device has",
    },
)

ACCESS: Final = Holding(
    code="access",
    where=Where.STORE,
    what="wrong PINs of the last hour",
    purpose="make guessing slow, over a power cut too",
    until=Until.REPLACED,
    goes=(Goes.NOWHERE,),
    fields={
        **_V,
        **_STAMP,
        "devices": "the highest number that a paired device ever had",
        "pin": "keyed mark of the PIN in force, not the PIN",
        "row": "how many in a row",
        "paused": "whether a pause is on",
        "locked": "whether the PIN is locked",
        "wrong": "when each was tried, not by whom",
        "at": "when, by the wall clock",
        "by": "who vouches for that clock",
    },
)

CLOCK: Final = Holding(
    code="clock",
    where=Where.STORE,
    what="the hour that a lead vouched for",
    purpose="know the time without internet",
    until=Until.REPLACED,
    goes=(Goes.NOWHERE,),
    fields={**_V, **_STAMP, "wall": "the hour"},
)

CHAIN: Final = Holding(
    code="chain",
    where=Where.STORE,
    what="how far the letters have come",
    purpose="number each letter once",
    until=Until.KEPT,
    goes=(Goes.OFFICE,),
    fields={
        **_V,
        "chain": "by chance, names this row of letters",
        "since": "first day that letters tell of",
        "seq": "number of the last letter",
        "prev": "digest of the last letter",
        "received": "the coordinator has all up to this one",
    },
)

TOLD: Final = Holding(
    code="told",
    where=Where.STORE,
    what="totals that were told",
    purpose="tell a correction, and nothing twice",
    until=Until.KEPT,
    goes=(Goes.OFFICE,),
    fields={
        **_V,
        "location": "which place",
        "period": "week, month or quarter",
        "revision": "how often it was corrected",
        "totals": "name of a total, and the total",
        "closed": "whether it is never told again",
    },
)

LETTERS: Final = Holding(
    code="letters",
    where=Where.STORE,
    what="sealed letters that are not there yet",
    purpose="lose none while there is no internet",
    until=Until.RECEIPT,
    goes=(Goes.LETTER,),
    fields={
        **_V,
        "envelope": "the letter, sealed",
        "digest": "of the letter",
        "location": "which place",
        "period": "week, month or quarter",
        "revision": "how often it was corrected",
    },
)

ROAD: Final = (
    Holding(
        code="road",
        where=Where.STORE,
        what="the coordinator",
        purpose="know who gets the letters, and how we stand there",
        until=Until.REPLACED,
        goes=(Goes.BACKUP,),
        fields={
            **_V,
            "address": "of the coordinator's program",
            "key": "by which its seals are known",
            "offered": "a key that somebody must compare first",
            "former": "the key that was believed before",
            "chosen": "whether people chose it on screen",
            "origin": "what the box was set up with",
            "standing": "asked, approved, refused or revoked",
            "since": "since when",
            "heard": "when it answered last",
            "names": "our name of a place, and the register's",
        },
    ),
    Holding(
        code="before",
        where=Where.STORE,
        what="the row of letters that a restored box goes on from",
        purpose="tell nothing twice",
        until=Until.REPLACED,
        goes=(Goes.OFFICE,),
        fields={
            **_V,
            "box": "the box before this one",
            "chain": "its row of letters",
            "received": "how far the coordinator has it",
        },
    ),
    Holding(
        code="carried",
        where=Where.STORE,
        what="sealed letters of the box before this one",
        purpose="lose none when a box is replaced",
        until=Until.RECEIPT,
        goes=(Goes.LETTER,),
        fields=LETTERS.fields,
    ),
    Holding(
        code="papers",
        where=Where.STORE,
        what="what came down from the coordinator",
        purpose="news for helpers, and which places the box belongs to",
        until=Until.REPLACED,
        goes=(Goes.ROOM,),
        fields={**_V, "version": "which one", "envelope": "as it came, sealed"},
    ),
    Holding(
        code="keyring",
        where=Where.STORE,
        what="changes of the box's key",
        purpose="stay the same box with another key",
        until=Until.KEPT,
        goes=(Goes.OFFICE,),
        fields={
            **_V,
            "new": "the public half of the key",
            "envelope": "the statement, sealed by the old key and the new one",
            "told": "whether the coordinator has it",
        },
    ),
)

FILES: Final = (
    Holding(
        code="box.key",
        where=Where.FILE,
        what="the box's own key",
        purpose="seal letters; secrets of cookies and PIN are made from it",
        until=Until.KEPT,
        goes=(Goes.NOWHERE,),
        fields={"box.key": "Ed25519, readable by the box alone"},
    ),
    Holding(
        code="pin.json",
        where=Where.FILE,
        what="the shift PIN, unreadable",
        purpose="know the PIN when it is typed",
        until=Until.REPLACED,
        goes=(Goes.NOWHERE,),
        fields={"v": "version", "hash": "argon2id, with a secret of the box mixed in"},
    ),
    Holding(
        code="pair.json",
        where=Where.FILE,
        what="a code that a technician vouched for",
        purpose="pair a tablet where there is no button",
        until=Until.TAKEN,
        goes=(Goes.NOWHERE,),
        fields={"code": "six digits from the tablet's screen", "role": "what it may do"},
    ),
    Holding(
        code="staff-ca.pem",
        where=Where.FILE,
        what="the box's own certificate authority",
        purpose="let tablets know the box by HTTPS",
        until=Until.KEPT,
        goes=(Goes.NOWHERE,),
        fields={"key": "P-256, readable by the box alone", "certificate": "what tablets install"},
    ),
    Holding(
        code="staff-https.pem",
        where=Where.FILE,
        what="the certificate of the staff site",
        purpose="let tablets know the box by HTTPS",
        until=Until.REPLACED,
        goes=(Goes.NOWHERE,),
        fields={"key": "P-256, readable by the box alone", "certificate": "for 397 days"},
    ),
)

MEMORY: Final = (
    Holding(
        code="phones",
        where=Where.MEMORY,
        what="which phone holds which ticket",
        purpose="one ticket for each phone",
        until=Until.POWER,
        goes=(Goes.NOWHERE,),
        people=True,
        fields={"address": "of the phone on the free wifi", "number": "its ticket"},
    ),
    Holding(
        code="guests",
        where=Where.KERNEL,
        what="which phones are on the free wifi",
        purpose="let them through the gate, and end it",
        until=Until.GUEST,
        goes=(Goes.NOWHERE,),
        people=True,
        fields={
            "mac": "of the phone's radio, which most phones make up",
            "seconds": "that are left",
            "lease": "its address; dnsmasq is told to write no lease down",
        },
    ),
    Holding(
        code="live",
        where=Where.MEMORY,
        what="calls for help, pairings that go on, answers given",
        purpose="the tablets of this moment",
        until=Until.RESTART,
        goes=(Goes.ROOM,),
        fields={
            "table": "which table asks for help",
            "pairing": "code and token of a device that waits, a minute at most",
            "ended": "sign-ins that were ended, until they would have ended anyway",
        },
    ),
)

COOKIES: Final = (
    Holding(
        code="staff_…",
        where=Where.BROWSER,
        what="a helper's sign-in",
        purpose="stay signed in during a shift",
        until=Until.SHIFT,
        goes=(Goes.NOWHERE,),
        fields={"cookie": "sealed: an id by chance, role, and when it began"},
    ),
    Holding(
        code="news",
        where=Where.BROWSER,
        what="which news were put away on this tablet",
        purpose="show them once",
        until=Until.MONTHS,
        goes=(Goes.NOWHERE,),
        fields={"cookie": "the numbers of those news"},
    ),
    Holding(
        code="staff_…_device",
        where=Where.BROWSER,
        what="the token of a paired tablet",
        purpose="let the tablet in with one tap",
        until=Until.YEAR,
        goes=(Goes.NOWHERE,),
        fields={"cookie": "by chance; the box has only its digest"},
    ),
)

BOX: Final[Sequence[Holding]] = (
    ACTIONS,
    *MEMORY,
    STATE,
    TALLIES,
    LETTERS,
    CHAIN,
    TOLD,
    *ROAD,
    MONTHS,
    SETTINGS,
    DEVICES,
    ACCESS,
    CLOCK,
    *FILES,
    *COOKIES,
    *WIRE,
)
"""What is about visitors first."""
TABLES: Final = {one.code: one for one in BOX if one.where is Where.STORE}

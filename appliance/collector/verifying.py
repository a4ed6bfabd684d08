"""Recomputes a published year from its letters, with the public keys alone, and says what differs.

Nothing is asked of the network or of the collector. A box is named after its key, so a key cannot
be exchanged; letters are numbered and chained, so none can be left out in between.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.adapters.ed25519 import verify
from appliance.collector import published
from appliance.collector.comparing import differences
from appliance.collector.figure_rows import source_from
from appliance.collector.figures import UnknownRegion, put_together
from appliance.collector.judging import Filed, Told, filed
from appliance.collector.published import Entry, Published, PublishedBox, file_of
from appliance.collector.shelving import Shelving
from appliance.collector.workbook_sheets import workbook_sheets
from appliance.core.errors import BadStore, DigipuntError
from appliance.core.federation import report as reports
from appliance.core.federation.cabinet import missing
from appliance.core.federation.chain import digest
from appliance.core.federation.dsse import opened
from appliance.core.federation.hello import box_of
from appliance.core.federation.report import Report
from appliance.core.federation.rotation import KeyChange, load_box, sealing_key


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came of it: sentences about what is wrong, and what is worth knowing."""

    letters: int = 0
    boxes: int = 0
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def verified(directory: Path) -> Verdict:
    """Every seal, every number, every cell; BadConfig or BadStore when nothing can be read."""
    facts = published.load(directory)
    verdict = Verdict(boxes=len(facts.boxes))
    told: list[Told] = []
    for box in facts.boxes:
        told += _box(directory, box, facts.k, verdict)
    strays = {path.name for path in (directory / published.LETTERS).glob("*")}
    for name in sorted(strays - {Path(file_of(one.box)).name for one in facts.boxes}):
        verdict.wrong.append(f"{published.LETTERS}/{name} belongs to no box on the list.")
    _compare(directory, facts, told, verdict)
    return verdict


def _box(directory: Path, box: PublishedBox, k: int, verdict: Verdict) -> Sequence[Told]:
    """What counts of one box."""
    if box_of(box.key) != box.box:
        verdict.wrong.append(
            f"Box {box.box}: the published key is not the one that the box is named after."
            " None of its letters can be believed."
        )
        return ()
    changes = list(_changes(box, verdict))
    found = dict(_letters(directory, box, changes, verdict))
    shelving = Shelving(k=k)
    for number, entry in enumerate(box.letters, start=1):
        one = entry.withheld
        if one is None:
            report = found.pop(entry.digest, None)
            if report is None:
                verdict.wrong.append(f"{_named(box, entry)} is missing, or is not what was listed.")
                continue
            one = filed(report, digest=entry.digest, nr=number, arrived=entry.arrived)
        else:
            verdict.remarks.append(f"{_named(box, entry)} is withheld: it has smaller cells.")
        verdict.letters += 1
        if shelving.put(one) == "fork":
            verdict.remarks.append(f"{_named(box, entry)} comes from a copied card.")
    for report in found.values():
        verdict.wrong.append(f"Box {box.box}: letter {report.seq} is not on the list.")
    for (_, chain), shelf in shelving.shelves.items():
        for gap in missing(shelf):
            verdict.wrong.append(
                f"Box {box.box}: letter {gap} of chain {chain} is missing; later ones are there."
            )
    return list(shelving.told.values())


def _changes(box: PublishedBox, verdict: Verdict) -> Iterator[KeyChange]:
    """The later keys of a box, as long as each is named by the one before it."""
    key = box.key
    for n, raw in enumerate(box.changes, start=1):
        try:
            change = load_box(raw, verify)
        except DigipuntError as error:
            verdict.wrong.append(f"Box {box.box}: change {n} of its key does not hold: {error}.")
            return
        if (change.box, change.n, change.old) != (box.box, n, key):
            verdict.wrong.append(f"Box {box.box}: change {n} of its key is not that of this box.")
            return
        key = change.new
        yield change


def _letters(
    directory: Path, box: PublishedBox, changes: Sequence[KeyChange], verdict: Verdict
) -> Iterator[tuple[str, Report]]:
    """Every letter of the file whose seal is that of the box, by its digest."""
    keys = [box.key, *(change.new for change in changes)]
    path = directory / file_of(box.box)
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        where = f"{file_of(box.box)}, line {number}"
        try:
            envelope = opened(line)
            sealer = next((key for key in keys if envelope.sealed_by(key, verify)), None)
            if sealer is None:
                verdict.wrong.append(
                    f"{where}: the seal does not fit. Something in this letter was changed,"
                    " or another key sealed it."
                )
                continue
            if envelope.payload_type != reports.TYPE:
                raise BadStore(f"its type is {envelope.payload_type!r}")
            report = reports.load(envelope.payload)
        except DigipuntError as error:
            verdict.wrong.append(f"{where}: this is no letter that can be read: {error}.")
            continue
        if sealer != sealing_key(box.key, changes, report.chain, report.seq):
            verdict.wrong.append(f"{where}: a key sealed it that the box did not have then.")
            continue
        yield digest(envelope.payload), report


def _compare(directory: Path, facts: Published, told: Sequence[Told], verdict: Verdict) -> None:
    source = source_from(facts.register, told, facts.span)
    try:
        figures = put_together(
            source,
            facts.span,
            today=facts.today,
            k=facts.k,
            region=facts.region,
            geography=facts.geography,
        )
    except UnknownRegion as error:
        raise BadStore(f"{published.FACTS}: there is no region {facts.region!r}") from error
    verdict.wrong += differences(directory, workbook_sheets(figures))


def _named(box: PublishedBox, entry: Entry | Filed) -> str:
    return f"Box {box.box}: letter {entry.seq} of chain {entry.chain}"

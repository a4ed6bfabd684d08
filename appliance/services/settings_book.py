"""What people changed on screen, kept in the book, and in force from the moment it is kept."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from appliance.core import settings as s
from appliance.core.errors import BadConfig, BadSetting, KeyReused, SettingsChanged
from appliance.core.ids import Key
from appliance.core.settings import Settings
from appliance.ports import Book, ReadHours, Timetable, Window, Write

_LOGGER = logging.getLogger(__name__)

TABLE: Final = "settings"
_KEYS_KEPT: Final = 100


class SettingsBook:
    """The only writer of the settings.

    What the box was set up with stays below: a field that nobody changed follows it.
    """

    def __init__(
        self,
        *,
        book: Book,
        base: Settings,
        read_hours: ReadHours,
        today: Callable[[], datetime],
    ) -> None:
        self.base = base
        self.damage: str | None = None
        """Why kept settings could not be followed; None when they are."""
        self._book = book
        self._read_hours = read_hours
        self._today = today
        self._followers: list[Callable[[Settings], None]] = []
        self._turn = asyncio.Lock()
        self._answers: dict[Key, str] = {}
        self._changes, self.revision = s.load(book.read(TABLE).get(1))
        self.current, self._hours = self._at_the_start()

    @property
    def changed(self) -> Collection[str]:
        """The fields that people changed on screen."""
        return frozenset(self._changes)

    def follow(self, follower: Callable[[Settings], None]) -> None:
        """Tell it of every change, once it is kept."""
        self._followers.append(follower)

    # -------------------------------------------------------------- the timetable that holds

    def window(self, at: datetime) -> Window | None:
        """The opening window that contains `at`."""
        return self._hours.window(at)

    def next_window(self, after: datetime) -> Window | None:
        """The first opening window that starts after that moment."""
        return self._hours.next_window(after)

    def timetable(self, hours: str, closed: Collection[str] = ()) -> Timetable:
        """What those hours would mean; BadSetting when they cannot be understood."""
        try:
            return self._read_hours(hours, closed=tuple(closed))
        except BadConfig as error:
            field, why = error.facts.get("field", "hours"), error.facts.get("why", "syntax")
            raise BadSetting(field=field, why=why) from error

    # -------------------------------------------------------------- changing them

    def seen(self, names: Collection[str]) -> str:
        """A mark of what those fields are now; another one when somebody changes them."""
        told = {name: s.plain(name, getattr(self.current, name)) for name in sorted(names)}
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    async def change(
        self,
        values: Mapping[str, object],
        *,
        back: Collection[str] = (),
        seen: str | None = None,
        revision: int | None = None,
        key: Key | None = None,
    ) -> Settings:
        """Keep these values, as JSON has them, and let go of those in `back`; all or none.

        `seen` is the mark under which the fields of `values` were shown, `revision` that of
        all of them. Raises BadSetting,
        SettingsChanged, KeyReused or StorageUnavailable; then nothing has changed.
        """
        asked = json.dumps([dict(values), sorted(back)], sort_keys=True, default=str)
        async with self._turn:
            if key is not None and key in self._answers:
                if self._answers[key] != asked:
                    raise KeyReused
                return self.current
            names = {*values, *back}
            if seen is not None and seen != self.seen(names):
                raise SettingsChanged
            if revision is not None and revision != self.revision:
                raise SettingsChanged
            changes = self._changed(values, back)
            settings = s.laid_over(self.base, changes)
            hours = self._hours
            if names & {"hours", "closed"}:
                hours = self._checked_hours(settings)
            if changes != self._changes:
                await self._keep(changes)
                self.current, self._hours = settings, hours
                for follower in self._followers:
                    follower(settings)
            self._remember(key, asked)
            return self.current

    def _changed(self, values: Mapping[str, object], back: Collection[str]) -> s.Changes:
        for name in back:
            if name not in s.FIELDS or name in values:
                raise BadSetting(field=name, why="unknown")
        kept = {name: value for name, value in self._changes.items() if name not in back}
        return {**kept, **{name: s.read(name, raw) for name, raw in values.items()}}

    def _checked_hours(self, settings: Settings) -> Timetable:
        hours = self.timetable(settings.hours, settings.closed)
        always = self.timetable(settings.hours)
        now = self._today()
        if settings.hours and always.window(now) is None and always.next_window(now) is None:
            raise BadSetting(field="hours", why="never")
        return hours

    async def _keep(self, changes: s.Changes) -> None:
        document = s.dump(changes, self.revision + 1)
        await self._book.commit([Write(table=TABLE, id=1, document=document)])
        self._changes, self.revision = changes, self.revision + 1
        self.damage = None
        _LOGGER.info("The settings were changed: %s", ", ".join(sorted(changes)) or "as set up")

    def _remember(self, key: Key | None, asked: str) -> None:
        if key is None:
            return
        self._answers[key] = asked
        if len(self._answers) > _KEYS_KEPT:
            del self._answers[next(iter(self._answers))]

    def _at_the_start(self) -> tuple[Settings, Timetable]:
        """A box must come up, also when another setup has made kept settings impossible."""
        try:
            settings = s.laid_over(self.base, self._changes)
            return settings, self.timetable(settings.hours, settings.closed)
        except BadSetting as error:
            self.damage = f"{error.facts.get('field')}: {error.facts.get('why')}"
            _LOGGER.warning("The settings do not fit and wait to be mended: %s", self.damage)
            return self.base, self._read_hours(self.base.hours, closed=self.base.closed)

"""The machine's own clocks, and whether the wall clock can be trusted yet."""

import asyncio
import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from appliance.core.errors import BadRequest
from appliance.core.stamp import ClockSource, Stamp

EARLIEST: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""This software did not exist before; a clock that says so is wrong."""
_TIME_ERROR: Final = 5
_SYNCHRONIZED: Final = Path("/run/systemd/timesync/synchronized")
_RTC: Final = Path("/sys/class/rtc/rtc0/since_epoch")


class SystemClock:
    """Wall time from the kernel; durations from the clock that also runs while asleep."""

    def __init__(self) -> None:
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._confirmed: tuple[datetime, int] | None = None

    def now(self) -> datetime:
        if self._confirmed is not None and not self._synchronised():
            moment, ms = self._confirmed
            return moment + timedelta(milliseconds=_steady() - ms)
        return _system_time()

    def source(self) -> ClockSource:
        """Say ntp when the kernel or timesyncd does; else a person; else a sane rtc."""
        if self._synchronised():
            return ClockSource.NTP
        if self._confirmed is not None:
            return ClockSource.PERSON
        sane = _system_time() >= EARLIEST
        return ClockSource.RTC if sane and self._has_rtc() else ClockSource.NONE

    def confirm(self, now: datetime) -> None:
        """Count on from there; BadRequest for a moment before this software existed."""
        if now < EARLIEST:
            raise BadRequest(field="now")
        self._confirmed = (now.astimezone(UTC), _steady())

    def stamp(self) -> Stamp:
        return Stamp(
            wall=self.now(),
            source=self.source(),
            boot=self._boot,
            ms=_steady(),
        )

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds()))

    def _synchronised(self) -> bool:
        known = _SYNCHRONIZED.exists() or self._kernel_synchronised()
        return known and _system_time() >= EARLIEST

    def _kernel_synchronised(self) -> bool:
        """Whether adjtimex(2), asked without changing anything, knows a good time."""
        timex = (ctypes.c_long * 64)()
        try:
            state = int(self._libc.adjtimex(timex))
        except AttributeError:
            return False
        return 0 <= state < _TIME_ERROR

    def _has_rtc(self) -> bool:
        try:
            return int(_RTC.read_text(encoding="ascii")) >= EARLIEST.timestamp()
        except (OSError, ValueError):
            return False


def _system_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  this is the Clock


def _steady() -> int:
    """Milliseconds since the boot, also those spent asleep."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

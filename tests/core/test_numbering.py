"""When numbers begin at 1 again, and when they must go on."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.numbering import Numbering, closed, day_of, dump, load, start
from appliance.core.stamp import ClockSource, Stamp

DAY = date(2026, 11, 24)


def at(day: date, hour: int = 9, *, source: str = "ntp", boot: str = "b1", ms: int = 0) -> Stamp:
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Stamp(wall=wall, source=ClockSource(source), boot=boot, ms=ms)


def local(moment: datetime) -> date:
    return moment.date()


def session(book: Numbering, opened: Stamp, ended: Stamp, tickets: int) -> Numbering:
    count, day = start(book, opened, local)
    day = day or day_of(opened, ended, local)
    book = Numbering(
        serial=book.serial + 1, count=count + tickets, days=book.days, undated=book.undated
    )
    return closed(book, day=day, opened=opened, stamp=ended, local=local)


def test_a_new_date_begins_at_one() -> None:
    book = session(Numbering(), at(DAY), at(DAY, 12), 20)
    assert start(book, at(DAY + timedelta(days=2)), local)[0] == 0


def test_a_second_session_that_day_goes_on() -> None:
    book = session(Numbering(), at(DAY), at(DAY, 12), 20)
    assert start(book, at(DAY, 13), local) == (20, DAY)


def test_without_a_trusted_clock_the_count_goes_on() -> None:
    book = session(Numbering(), at(DAY), at(DAY, 12), 20)
    assert start(book, at(DAY + timedelta(days=7), source="none"), local) == (20, None)


def test_a_clock_that_jumps_back_does_not_use_a_date_twice() -> None:
    book = session(Numbering(), at(DAY), at(DAY, 12), 20)
    book = session(book, at(date(2036, 1, 1)), at(date(2036, 1, 1), 12), 5)
    assert start(book, at(DAY, 14), local)[0] == 5


def test_an_undated_session_of_another_boot_may_have_been_today() -> None:
    book = session(Numbering(), at(DAY, source="none"), at(DAY, 10, source="none", ms=3_600_000), 8)
    assert start(book, at(DAY, 13, boot="b2"), local) == (8, DAY)


def test_after_that_day_the_count_begins_again() -> None:
    book = session(Numbering(), at(DAY, source="none"), at(DAY, 10, source="none"), 8)
    book = session(book, at(DAY, 13, boot="b2"), at(DAY, 16, boot="b2"), 4)
    assert start(book, at(DAY + timedelta(days=1), boot="b2"), local)[0] == 0


def test_the_steady_clock_dates_a_session_of_this_boot_afterwards() -> None:
    book = session(Numbering(), at(DAY, source="none"), at(DAY, 10, source="none"), 8)
    week = timedelta(days=7)
    later = at(DAY + week, ms=int(week / timedelta(milliseconds=1)))
    assert start(book, later, local) == (0, DAY + week)
    same_day = at(DAY, 12, ms=3 * 3_600_000)
    assert start(book, same_day, local) == (8, DAY)


def test_a_clock_trusted_before_closing_dates_the_session() -> None:
    book = session(Numbering(), at(DAY, source="none"), at(DAY, 12, ms=3 * 3_600_000), 8)
    assert book.days == (DAY,)
    assert book.undated == ()


def test_it_reads_back_what_it_wrote() -> None:
    book = session(Numbering(), at(DAY), at(DAY, 12), 20)
    book = session(book, at(DAY, source="none", boot="x"), at(DAY, source="none", boot="x"), 1)
    assert load(dump(book)) == book


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),  # days that pass before the next session
            st.integers(1, 30),  # tickets
            st.booleans(),  # is the clock trusted
            st.booleans(),  # was there a reboot
        ),
        max_size=25,
    )
)
def test_no_number_is_given_twice_on_a_true_day(
    days: list[tuple[int, int, bool, bool]],
) -> None:
    """With a clock that, when trusted, is right; untrusted it says 1970."""
    book, today, boot, booted = Numbering(), DAY, 0, DAY
    given_out: set[tuple[date, int]] = set()
    hour = 0
    for gap, tickets, trusted, reboot in days:
        if gap:
            hour = 0
        today += timedelta(days=gap)
        if reboot:
            boot, booted = boot + 1, today
        since = int((today - booted) / timedelta(milliseconds=1)) + hour
        hour += 1000
        shown = today if trusted else date(1970, 1, 1)
        stamp = at(shown, source="ntp" if trusted else "none", boot=f"b{boot}", ms=since)
        count, _ = start(book, stamp, local)
        numbers = {(today, count + n) for n in range(1, tickets + 1)}
        assert not numbers & given_out
        given_out |= numbers
        book = session(book, stamp, stamp, tickets)

"""The days of a period as a calendar: what is due when, and what stays the same when it moves."""

from dataclasses import replace
from datetime import date, timedelta

from icalendar import Calendar

from scorecard.agenda import Term, agenda
from scorecard.page.data import PageData
from tests.scorecard.page.conftest import AS_OF, END, START, made_of


def term(data: PageData) -> Term:
    """Return a term of a page's key results."""
    return Term("2026-q4", START, END, "en", AS_OF, data.scores, data.roll_ups)


def events(one: Term, checkin_day: str = "monday") -> dict[str, str]:
    """Return titles by UID, of a calendar read back."""
    text = agenda([one], project="shop", name="", checkin_day=checkin_day)
    return {str(event["uid"]): str(event["summary"]) for event in Calendar.from_ical(text).walk("VEVENT")}


def test_an_objective_has_one_entry_a_due_day() -> None:
    """Ten key results of two objectives are two entries, not ten; one that is due alone has its own title."""
    whole = term(made_of(10))
    early = replace(whole.key_results[0], due=END - timedelta(days=30))
    apart = events(replace(whole, key_results=[early, *whole.key_results[1:]]))

    assert 4 == len(events(whole))
    assert {f"Due: {early.title}"} == set(apart.values()) - set(events(whole).values())


def test_an_entry_that_moves_keeps_its_name() -> None:
    """Equal scores give an equal file; another value changes the stamp alone."""
    whole = term(made_of(5))
    later = replace(whole, stamp=AS_OF + timedelta(days=1))
    first, again = (agenda([whole], project="shop", name="", checkin_day="monday") for _ in range(2))

    assert first == again
    assert events(whole) == events(later)


def test_the_first_check_in_is_in_the_period() -> None:
    """On the weekday that is asked for; a period too short for one has none."""
    whole = replace(term(made_of(1)), start=date(2026, 10, 1))
    calendar = Calendar.from_ical(agenda([whole], project="shop", name="", checkin_day="wednesday"))
    (check_in,) = (event for event in calendar.walk("VEVENT") if "rrule" in event)

    assert date(2026, 10, 7) == check_in["dtstart"].dt
    assert not any("check-in" in uid for uid in events(replace(whole, end=date(2026, 10, 6)), "wednesday"))


def test_what_no_line_may_hold_is_left_out() -> None:
    """A title with control characters or line ends makes no property of its own."""
    whole = term(made_of(1))
    row = replace(whole.key_results[0], title="Ten\r\nATTENDEE:mailto:evil@example.com\x00\x1b")
    text = agenda([replace(whole, key_results=[row])], project="shop", name="A\nB", checkin_day="monday")

    assert b"\r\nATTENDEE" not in text
    assert not set(b"\x00\x1b") & set(text)


def test_nothing_scored_is_an_empty_calendar() -> None:
    """It can be subscribed to before the first run."""
    assert b"BEGIN:VCALENDAR" in agenda([], project="shop", name="", checkin_day="monday")

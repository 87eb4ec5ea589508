"""One test for each convention of docs/design/temporal.md that the cases do not already show."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from memos_core.errors import NaiveDatetime
from memos_core.operation.formation.temporal import Direction, Granularity, TimeExpression, resolve, resolve_query

WEDNESDAY = datetime(2023, 5, 10, 15, 30, tzinfo=UTC)
BERLIN, NEW_YORK, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")


def only(text: str, anchor: datetime = WEDNESDAY, zone=UTC) -> TimeExpression:
    (found,) = resolve(text, anchor, zone)
    return found


def days(text: str, anchor: datetime = WEDNESDAY) -> tuple[str, str]:
    found = only(text, anchor)
    return f"{found.start:%F}", f"{found.end:%F}"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("yesterday", "9 May 2023"),
        ("last night", "night of 9 May 2023"),
        ("this morning", "morning of 10 May 2023"),
        ("last week", "week of 1 May 2023"),
        ("last weekend", "weekend of 6 May 2023"),
        ("in May 2021", "May 2021"),
        ("two weeks ago", "around 26 April 2023"),
        ("a few days ago", "around 7 May 2023"),
        ("several months ago", "around December 2022"),
        ("about five years ago", "around 2018"),
        ("in 2021", "2021"),
        ("the 1990s", "1990s"),
        ("last winter", "winter 2022–23"),
        ("summer of 2021", "summer 2021"),
        ("Q3 2022", "Q3 2022"),
        ("tomorrow at 5pm", "11 May 2023, 17:00"),
        ("since 2019", "since 2019"),
        ("since Monday", "since 8 May 2023"),
        ("until Friday", "until 12 May 2023"),
        ("until 5pm", "until 10 May 2023, 17:00"),
        ("from May 13 to May 17", "13 May 2023 to 17 May 2023"),
        ("from 2015 to 2018", "2015 to 2018"),
        ("from March 2020 to May 2021", "March 2020 to May 2021"),
        ("early next month", "early June 2023"),
        ("mid-June", "mid-June 2023"),
        ("the end of 2022", "late 2022"),
        ("the early 2000s", "early 2000s"),
        ("next Tuesday from 2 to 4pm", "16 May 2023, 14:00 to 16:00"),
        ("去年夏天", "summer 2022"),
        ("这个月底", "late May 2023"),
        ("昨晚", "evening of 9 May 2023"),
    ],
)
def test_labels(text, label):
    assert only(text).label == label


@pytest.mark.parametrize(
    ("text", "approximate"),
    [
        ("three days ago", False),
        ("a couple of days ago", True),
        ("about three months ago", True),
        ("three months ago", False),
        ("two weeks ago", True),
        ("几天前", True),
        ("三天前", False),
        ("late May", True),
        ("yesterday", False),
    ],
)
def test_vague_words_are_marked(text, approximate):
    assert only(text).approximate is approximate


def test_last_friday_on_a_friday_is_a_week_ago():
    friday = datetime(2023, 5, 12, 9, tzinfo=UTC)
    assert days("last Friday", friday) == ("2023-05-05", "2023-05-06")
    assert days("next Friday", friday) == ("2023-05-19", "2023-05-20")
    assert days("this Friday", friday) == ("2023-05-12", "2023-05-13")
    assert days("see you on Friday", friday) == ("2023-05-19", "2023-05-20")
    assert days("we met on Friday", friday) == ("2023-05-05", "2023-05-06")


def test_on_a_sunday_the_week_is_still_the_one_that_began_on_monday():
    sunday = datetime(2023, 5, 14, 9, tzinfo=UTC)
    assert days("this week", sunday) == ("2023-05-08", "2023-05-15")
    assert days("next week", sunday) == ("2023-05-15", "2023-05-22")
    assert days("this weekend", sunday) == ("2023-05-13", "2023-05-15")
    assert days("last weekend", sunday) == ("2023-05-06", "2023-05-08")
    assert days("下周一", sunday) == ("2023-05-15", "2023-05-16")
    assert days("这周一", sunday) == ("2023-05-08", "2023-05-09")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("We went on Monday and will go again", "2023-05-08"),
        ("I told her that we'll meet on Monday", "2023-05-15"),
        ("the shop is closed on Monday", "2023-05-15"),
        ("the shop was closed on Monday", "2023-05-08"),
        ("I've booked a table for Monday", "2023-05-15"),
        ("the train leaves on Monday", "2023-05-15"),
        ("I have to work on Monday", "2023-05-15"),
        ("did you see him on Monday?", "2023-05-08"),
        ("I had a great success this Monday", "2023-05-08"),
        ("I will be there this Monday", "2023-05-15"),
    ],
)
def test_the_nearest_verb_decides(text, date):
    assert only(text).start.date().isoformat() == date


def test_directions():
    assert only("yesterday").direction is Direction.PAST
    assert only("today").direction is Direction.PRESENT
    assert only("tomorrow").direction is Direction.FUTURE
    assert only("this month").direction is Direction.PRESENT


def test_later_counts_from_the_date_before_it():
    first, second = resolve("We arrived on 3 May 2021 and left two weeks later", WEDNESDAY)
    assert (first.label, second.label) == ("3 May 2021", "around 17 May 2021")
    first, second = resolve("It began on 3 May 2021. The next day it was over.", WEDNESDAY)
    assert second.label == "4 May 2021"
    assert resolve("Two years later he died", WEDNESDAY) == ()
    assert resolve("the following week we flew home", WEDNESDAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "every Monday at 5pm I swim",
        "I usually swim on Monday",
        "at 5pm every Friday",
        "365 days in a year",
        "datetime.date.today()",
        "the Christmas tree",
        "they finished it in three days",
        "一点都不",
        "农历八月十五",
        "15号线",
    ],
)
def test_recurrence_durations_and_names_mean_no_interval(text):
    assert resolve(text, WEDNESDAY) == ()


def test_a_moved_date_is_two_dates():
    assert [x.label for x in resolve("We moved it from Monday to Friday", WEDNESDAY)] == ["8 May 2023", "12 May 2023"]


def test_days_that_a_count_leads_from_are_a_range():
    found = only("You have 22 days from January 10 to February 1")
    assert found.granularity is Granularity.RANGE
    assert (found.end - found.start).days == 23


@pytest.mark.parametrize(
    "text", ["31 June", "February 30, 2023", "30.02.2023", "2023-13-01", "25:00", "the 32nd", "13pm"]
)
def test_dates_that_do_not_exist_are_not_days(text):
    assert all(x.granularity is not Granularity.DAY for x in resolve(text, WEDNESDAY))


def test_the_29th_of_february_is_in_leap_years():
    assert only("on February 29 we will meet").start == datetime(2024, 2, 29, tzinfo=UTC)
    assert only("on February 29 we met").start == datetime(2020, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "text", "start"),
    [
        (datetime(2023, 3, 31, 12, tzinfo=UTC), "a month ago", "2023-02-01"),
        (datetime(2023, 1, 31, 12, tzinfo=UTC), "in one month", "2023-02-01"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), "a year ago today", "2023-02-28"),
        (datetime(2023, 1, 31, 12, tzinfo=UTC), "for the next month", "2023-01-31"),
        (datetime(2023, 1, 1, 0, 0, tzinfo=UTC), "yesterday", "2022-12-31"),
        (datetime(2023, 1, 1, 0, 0, tzinfo=UTC), "last month", "2022-12-01"),
        (datetime(2023, 10, 31, 12, tzinfo=UTC), "met him on the 31st", "2023-10-31"),
        (datetime(2023, 11, 30, 12, tzinfo=UTC), "met him on the 31st", "2023-10-31"),
    ],
)
def test_ends_of_months_and_years(anchor, text, start):
    assert only(text, anchor).start.date().isoformat() == start


def test_a_day_of_23_or_25_hours():
    spring = only("today", datetime(2024, 3, 10, 12, tzinfo=NEW_YORK), NEW_YORK)
    autumn = only("today", datetime(2023, 10, 29, 12, tzinfo=BERLIN), BERLIN)
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


def test_elapsed_hours_do_not_care_about_the_clocks():
    anchor = datetime(2023, 10, 29, 3, 0, tzinfo=UTC)
    assert only("3 hours ago", anchor, BERLIN).start == datetime(2023, 10, 29, 0, 0, tzinfo=UTC)
    assert only("90 minutes ago", anchor, BERLIN).start == datetime(2023, 10, 29, 1, 30, tzinfo=UTC)
    assert only("the last 4 hours", anchor, BERLIN).start == datetime(2023, 10, 28, 23, 1, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_has_its_length():
    found = only("today at 2:30am", datetime(2024, 3, 10, 12, tzinfo=NEW_YORK), NEW_YORK)
    assert found.end - found.start == timedelta(minutes=1)
    assert only("at 2am", datetime(2024, 3, 10, 12, tzinfo=NEW_YORK), NEW_YORK).end.minute == 0


def test_a_day_that_a_zone_skipped_means_nothing():
    assert resolve("tomorrow", datetime(2011, 12, 29, 12, tzinfo=APIA), APIA) == ()
    assert only("the day after tomorrow", datetime(2011, 12, 29, 12, tzinfo=APIA), APIA).label == "31 December 2011"


def test_the_day_is_that_of_the_users_zone():
    late = datetime(2023, 5, 10, 23, 30, tzinfo=UTC)
    assert only("today", late, ZoneInfo("Asia/Tokyo")).label == "11 May 2023"
    assert only("today", late, NEW_YORK).label == "10 May 2023"


def test_an_offset_in_the_text_wins_over_the_users_zone():
    found = only("at 2023-05-12T09:00+02:00", WEDNESDAY, NEW_YORK)
    assert found.start == datetime(2023, 5, 12, 7, 0, tzinfo=UTC)


def test_questions_expand_over_the_years_of_the_memory():
    found = resolve_query("What did we do in May?", WEDNESDAY, UTC, [2021, 2022])
    assert [x.label for x in found] == ["May 2021", "May 2022"]
    assert len({x.span for x in found}) == 1
    found = resolve_query("Where were we from 30 December to 2 January?", WEDNESDAY, UTC, [2021, 2022])
    assert [x.label for x in found] == ["30 December 2021 to 2 January 2022", "30 December 2022 to 2 January 2023"]
    found = resolve_query("on 29 February?", WEDNESDAY, UTC, [2020, 2021])
    assert [x.label for x in found] == ["29 February 2020"]
    assert [x.label for x in resolve_query("五月我们做了什么？", WEDNESDAY, UTC, [2021, 2022])] == [
        "May 2021",
        "May 2022",
    ]


def test_questions_that_name_their_year_are_not_expanded():
    assert [x.label for x in resolve_query("in May 2020?", WEDNESDAY, UTC, [2021, 2022])] == ["May 2020"]
    assert [x.label for x in resolve_query("last Friday?", WEDNESDAY, UTC, [2021, 2022])] == ["5 May 2023"]
    assert [x.label for x in resolve_query("what happened in May?", WEDNESDAY, UTC)] == ["May 2023"]


def test_a_naive_anchor_is_refused():
    with pytest.raises(NaiveDatetime):
        resolve("today", datetime(2023, 5, 10))


@pytest.mark.parametrize("anchor", [datetime.min, datetime.max])
@pytest.mark.parametrize("zone", [UTC, BERLIN, APIA])
def test_the_edges_of_the_calendar(anchor, zone):
    for text in ("yesterday tomorrow last year next year Monday 5 years ago in 9000 years since May", "until 9999"):
        resolve(text, anchor.replace(tzinfo=UTC), zone)

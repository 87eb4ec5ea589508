"""The temporal grammar beside the ``dateparser`` library: ``python -m tests.bench.temporal_bench``.

Both read the cases of ``tests/unit/temporal``. The library gives moments, not intervals; its *period* (time, day, week,
month, year) is taken for the unit of the calendar that the moment lies in. Since that may be unjust, a second column
counts a case as hit when the library found as many expressions as there are, each within the wanted interval, however
wide. Needs ``pip install dateparser``, which the project itself does not use.
"""

import importlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from memos_core.operation.formation.temporal import resolve
from tests.unit.temporal.cases import Case, cases

Interval = tuple[datetime, datetime]
Reader = Callable[[Case], Sequence[Interval]]
ROUNDS = 3
PLAIN = (
    "I really like the new place, the kitchen is huge and the neighbours seem friendly enough.",
    "Sounds great, thank you so much for helping me with that!",
    "My sister loves painting and her dog is called Max.",
    "我很喜欢这个新房子，厨房很大，邻居也友好。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one reader made of some cases."""

    cases: int
    exact: int
    """The same intervals, in order, and none besides."""
    inside: int
    """As many as wanted, each beginning within the wanted interval."""
    microseconds: float
    """Per message, best of the rounds."""


def ours(case: Case) -> Sequence[Interval]:
    """The grammar's intervals."""
    return [(found.start, found.end) for found in resolve(case.text, case.anchor, case.zone)]


def dateparser_reader() -> Reader:
    """A reader that asks ``dateparser``: its search for the phrases, its parser for their periods."""
    search = importlib.import_module("dateparser.search")
    parser = importlib.import_module("dateparser.date").DateDataParser

    def read(case: Case) -> Sequence[Interval]:
        settings = {
            "RELATIVE_BASE": case.anchor.astimezone(case.zone).replace(tzinfo=None),
            "RETURN_TIME_AS_PERIOD": True,
        }
        found = search.search_dates(case.text, languages=[case.language], settings=settings) or []
        single = parser(languages=[case.language], settings=settings)
        return [_unit(moment, single.get_date_data(phrase).period, case) for phrase, moment in found]

    return read


def _unit(moment: datetime, period: str, case: Case) -> Interval:
    """The unit of the calendar that ``moment`` lies in."""
    start = moment.replace(tzinfo=None, second=0, microsecond=0)
    if period == "time":
        end = start + timedelta(minutes=1)
    else:
        start = start.replace(hour=0, minute=0)
        end = start + timedelta(days=1)
    if period == "week":
        start -= timedelta(days=start.weekday())
        end = start + timedelta(days=7)
    elif period == "month":
        start = start.replace(day=1)
        end = (start + timedelta(days=32)).replace(day=1)
    elif period == "year":
        start = start.replace(month=1, day=1)
        end = start.replace(year=start.year + 1)
    return start.replace(tzinfo=case.zone).astimezone(UTC), end.replace(tzinfo=case.zone).astimezone(UTC)


def score(reader: Reader, chosen: Sequence[Case]) -> Score:
    """Run a reader over the cases."""
    answers: list[Sequence[Interval]] = []
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answers = [reader(case) for case in chosen]
        fastest = min(fastest, time.perf_counter() - start)
    exact = inside = 0
    for case, found in zip(chosen, answers, strict=True):
        wanted = [(x.start, x.end) for x in case.expected]
        exact += list(found) == wanted
        inside += len(found) == len(wanted) and all(
            start <= begin < end for (begin, _), (start, end) in zip(found, wanted, strict=True)
        )
    return Score(cases=len(chosen), exact=exact, inside=inside, microseconds=1e6 * fastest / len(chosen))


def rate(texts: Sequence[str]) -> float:
    """Messages that the grammar reads in a second, best of the rounds."""
    anchor = datetime(2023, 5, 10, 15, 30, tzinfo=UTC)
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            resolve(text, anchor)
        fastest = min(fastest, time.perf_counter() - start)
    return len(texts) / fastest


def main() -> None:
    """Print the comparison as a Markdown table, and the rates."""
    readers: dict[str, Reader] = {"memos": ours}
    try:
        version: Any = importlib.import_module("dateparser").__version__
        readers[f"dateparser {version}"] = dateparser_reader()
    except ModuleNotFoundError:
        print("dateparser is not installed; run: pip install dateparser", file=sys.stderr)
    print("| cases | reader | exact interval | begins inside | µs per message |")
    print("|---|---|---|---|---|")
    everything = cases()
    for language in ("en", "zh"):
        for half in ("dev", "held_out"):
            chosen = [case for case in everything if case.language == language and case.half == half]
            for name, reader in readers.items():
                got = score(reader, chosen)
                print(
                    f"| {language}, {half} ({got.cases}) | {name} | {got.exact / got.cases:.3f} "
                    f"| {got.inside / got.cases:.3f} | {got.microseconds:.0f} |"
                )
    telling = [case.text for case in everything if case.expected]
    print(f"\nmessages per second: {rate(PLAIN * 1000):,.0f} without time words, {rate(telling * 5):,.0f} with")


if __name__ == "__main__":
    main()

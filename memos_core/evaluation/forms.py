"""Which form of memory pays when, from the figures of ``memos bench kv`` and what training was measured to take.

``python -m memos_core.evaluation.forms KV_JSON FOLDER`` draws it. Needs the ``bench`` extra.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memos_core.domain.measurement import Plot
from memos_core.errors import InvalidInput
from memos_core.evaluation.measurements import drawn
from memos_core.operation.policies.parametric import Teaching

FACT_TOKENS = 16
"""Of a fact as text, about."""
_ROW = re.compile(r"first token, memory (\d+) \+ query (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One length of memory, as measured. All in seconds but the length."""

    tokens: int
    """Of the memory."""
    text: float
    """To the first token, with the memory in the prompt."""
    values: float
    """The same with its keys and values injected."""
    alone: float
    """The same without any memory in the prompt: as where an adapter answers."""
    building: float
    """To compute and write keys and values."""

    @property
    def training(self) -> float:
        """To teach its facts to an adapter, a token taking as long as one of a prompt does here."""
        return Teaching.estimated(self.building / self.tokens).seconds(-(-self.tokens // FACT_TOKENS))


def cases_of(rows: Iterable[Mapping[str, Any]]) -> list[Case]:
    """The lengths of a report of ``memos bench kv`` that were measured with its shortest query, by length.

    Args:
        rows: ``rows`` of its JSON.

    Raises:
        InvalidInput: it has none.
    """
    found = [(match, row["figures"]) for row in rows if (match := _ROW.fullmatch(row["name"]))]
    if not found:
        raise InvalidInput("this is no report of memos bench kv: it has no times to the first token")
    shortest = min(int(match[2]) for match, _ in found)
    cases = [
        Case(
            tokens=int(match[1]),
            text=said["whole_ms"] / 1000,
            values=said["injected_ms"] / 1000,
            alone=said["query_ms"] / 1000,
            building=said["build_ms"] / 1000,
        )
        for match, said in found
        if int(match[2]) == shortest
    ]
    return sorted(cases, key=lambda one: one.tokens)


def paid(cost: float, before: float, after: float) -> float:
    """Uses after which a cost is saved; infinite where none are."""
    return cost / (before - after) if before > after else float("inf")


def plot_of(cases: Sequence[Case]) -> Plot:
    """Uses after which each form has paid, over the length of the memory."""
    curves = {
        "keys and values instead of text": [(one.tokens, paid(one.building, one.text, one.values)) for one in cases],
        "an adapter instead of text": [(one.tokens, paid(one.training, one.text, one.alone)) for one in cases],
        "an adapter instead of keys and values": [
            (one.tokens, paid(one.training, one.values, one.alone)) for one in cases
        ],
    }
    return Plot(
        title="Uses after which a form has paid for itself",
        across="tokens of the memory",
        up="uses",
        curves={name: [point for point in points if point[1] < float("inf")] for name, points in curves.items()},
        logarithmic=True,
    )


def main(report: Path, folder: Path) -> Path:
    """Read a report, draw the picture into a folder, and return its file."""
    rows = json.loads(report.read_text(encoding="utf-8"))["rows"]
    return drawn(plot_of(cases_of(rows)), "forms", folder)


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), Path(sys.argv[2]))}\n")

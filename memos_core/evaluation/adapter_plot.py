"""A picture of how an adapter was trained and what its gate found. Needs the ``bench`` extra."""

from pathlib import Path
from typing import TYPE_CHECKING

from memos_core.domain.parametric import AdapterManifest, GateReport, TrainingRecord
from memos_core.errors import InvalidInput
from memos_core.evaluation.plots import OTHERS, OUR_COLOUR, check_readiness, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WRONG = "#b3403a"


def draw(manifest: AdapterManifest, title: str, file: Path) -> Path:
    """Draw the curve of the training and the gate report beside each other; returns the file.

    Raises:
        MissingExtra: matplotlib is not installed.
        InvalidInput: neither is known, as of an adapter that was made elsewhere; or no such folder.
    """
    check_readiness()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    record, gate = manifest.record, manifest.gate
    if record is None or gate is None:
        raise InvalidInput("this adapter was made elsewhere: nothing is known of its training, and no gate judged it")
    if not file.absolute().parent.is_dir():
        raise InvalidInput(f"there is no directory {file.parent}")
    made = Figure(figsize=(10, 3.6), layout="constrained")
    FigureCanvasAgg(made)
    left, right = made.subplots(1, 2)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    _curve(left, record)
    _report(right, gate)
    made.suptitle(f"{title}: {'accepted' if gate.passed else 'refused'}", fontsize=11, x=0.01, ha="left")
    return save(made, file)


def _curve(axes: "Axes", record: TrainingRecord) -> None:
    steps = [one.step for one in record.curve]
    shares = [one.validation for one in record.curve]
    axes.plot(steps, shares, "o-", color=OUR_COLOUR, markersize=4, label="validation questions answered")
    worst = max((max(one.loss, one.divergence) for one in record.curve), default=0.0) or 1.0
    for name, colour in (("loss", OTHERS[1]), ("divergence", OTHERS[2])):
        values = [getattr(one, name) / worst for one in record.curve]
        axes.plot(steps, values, color=colour, linewidth=1.2, label=f"{name}, as a share of {worst:.2g} nats")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("step")
    axes.set_title(f"training: {record.steps:,} steps, {record.seconds:.0f} s", fontsize=9, loc="left")
    axes.legend(frameon=False, fontsize=7)


def _report(axes: "Axes", gate: GateReport) -> None:
    rows = list(reversed(gate.rows))
    longest = max(1.0, *(found for _, found, _, _ in rows))
    for place, (_, found, bound, held) in enumerate(rows):
        axes.barh(place, found, height=0.55, color=OUR_COLOUR if held else _WRONG)
        axes.plot([bound, bound], [place - 0.4, place + 0.4], color="#333333", linewidth=1.6)
        axes.text(longest * 1.02, place, f"{found:.3f}", va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [what for what, *_ in rows], fontsize=8)
    axes.set_xlim(0, longest * 1.15)
    axes.set_title(
        f"gate: bars are what was found, lines the bounds; recall before {gate.before:.3f}", fontsize=9, loc="left"
    )

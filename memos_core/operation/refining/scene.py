"""Lets a model say what is known of a theme, each line with the cells that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from memos_core.domain.engram import MemCell, MemScene
from memos_core.operation.consolidation.summaries import MOST_LINES
from memos_core.operation.refining.asking import Asked, Asker
from memos_core.operation.refining.grounding import ground

MAX_TOKENS = 900
MOST_CELLS = 24
"""The newest cells of a scene are shown."""
_MOST_CHARS = 900
"""Of an episode."""
_LEAST_TOLD = 0.5


def refined(asker: Asker, scene: MemScene, cells: Sequence[MemCell]) -> Asked[MemScene]:
    """Ask a model for the label and the summary of a scene.

    Args:
        asker: The model with its budget.
        scene: As the rules summarised it.
        cells: Its cells by time.

    Returns:
        The scene with the model's lines, each ending with the ids of its cells as the rules' lines do.
    """
    shown = {f"c{number}": cell for number, cell in enumerate(cells[-MOST_CELLS:], 1)}
    fields = {
        "cells": "\n\n".join(f"{name}: {cell.title}\n{_told(cell)}" for name, cell in shown.items()),
        "lines": str(MOST_LINES),
    }
    return asker.ask("scene", fields, lambda said: _read(said, scene, shown), max_tokens=MAX_TOKENS)


def _told(cell: MemCell) -> str:
    facts = [f"- {fact.text}" for fact in cell.facts if fact.text not in cell.episode]
    return "\n".join([cell.episode[:_MOST_CHARS], *facts])


def _read(said: Mapping[str, Any], scene: MemScene, shown: Mapping[str, MemCell]) -> tuple[MemScene | None, list[str]]:
    refused: list[str] = []
    lines = []
    for place, one in enumerate(said["lines"][:MOST_LINES]):
        if complaint := _complaint(f"lines[{place}]", one["text"], one["from"], shown):
            refused.append(complaint)
            continue
        cited = " ".join(f"[{shown[name].id}]" for name in dict.fromkeys(one["from"]))
        lines.append(f"{' '.join(one['text'].split())} {cited}")
    if not lines or len(lines) < _LEAST_TOLD * len(said["lines"][:MOST_LINES]):
        return None, refused
    label = " ".join(said["label"].split()).rstrip(".。")
    if complaint := _complaint("label", label, tuple(shown), shown):
        refused.append(complaint)
        label = scene.label
    return replace(scene, label=label, summary="\n".join(dict.fromkeys(lines))), refused


def _complaint(about: str, text: str, cited: Sequence[str], shown: Mapping[str, MemCell]) -> str:
    if unknown := [name for name in cited if name not in shown]:
        return f"{about}: there is no {', '.join(unknown)}"
    known = ground(part for name in cited for part in _parts(shown[name]))
    if invented := known.invented(text):
        return f"{about}: {', '.join(invented)} is not in {', '.join(cited)}"
    return ""


def _parts(cell: MemCell) -> list[str]:
    """What a line may rest on: what was shown, the names of the speakers, the dates that are meant."""
    periods = [fact.period for fact in cell.facts if fact.period] + [one.period for one in cell.foresight]
    labels = [period.label for period in periods]
    return [cell.title, _told(cell), *cell.speakers, *labels, f"{cell.start.day} {cell.start:%B} {cell.start.year}"]

"""Metadata of every slot of a vault, and the order of the turns in their sessions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.growing import Growing, frozen
from memos_core.domain.record import FOREVER, SlotRow, SlotState
from memos_core.ports import Columns

Arrays = Mapping[str, NDArray[Any]]

FIXED = {"cube": "<i8", "version": "<i4", "occurred": "<i8", "valid_from": "<i8", "length": "<i4", "signals": "<i4"}
"""Columns that never change once written; ``length`` is the number of terms."""
CHANGING = {"valid_to": "<i8", "hidden": "|b1"}
NAMED = ("session", "speaker", "role", "kind")
"""Columns of names, kept as indices into a list of distinct ones; index 0 is the empty name."""
HOLE = -1
"""``cube`` of a slot that holds nothing: it was erased, and is hidden for ever."""
BLANK = {"cube": HOLE, "hidden": True, "valid_to": FOREVER}
"""What a hole has in its columns; 0 in all others, and no names."""

_FEW = 64  # new slots that are inserted one by one rather than by sorting everything again


class Names:
    """Distinct names in order of appearance; the empty name is always the first."""

    def __init__(self) -> None:
        self._codes = {"": 0}
        self._listed: tuple[str, ...] = ("",)

    def encode(self, names: Iterable[str]) -> list[int]:
        """The code of each name, new ones added."""
        codes = self._codes
        return [codes.setdefault(name, len(codes)) for name in names]

    def listed(self) -> tuple[str, ...]:
        """The names by code."""
        if len(self._listed) != len(self._codes):
            self._listed = tuple(self._codes)
        return self._listed


class SessionOrder(NamedTuple):
    """All slots by session, event time and slot number: the neighbours of a turn stand beside it."""

    slots: NDArray[np.int32]
    """Slot at each place ``(n,)``."""
    session: NDArray[np.int32]
    """Code of its session ``(n,)``, ascending; 0 for slots that belong to none and have no neighbours."""

    def links(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """For each slot the one before and the one after in its session, -1 for none."""
        before, after = self.slots[:-1], self.slots[1:]
        linked = (self.session[1:] == self.session[:-1]) & (self.session[1:] != 0)
        previous, following = np.full((2, len(self.slots)), -1, np.int32)
        previous[after[linked]] = before[linked]
        following[before[linked]] = after[linked]
        return previous, following

    def bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each place the first and the last place of its session; the place itself for slots without one."""
        n = len(self.session)
        alone = int(np.searchsorted(self.session, 1))
        starts = np.concatenate((np.arange(alone), _run_starts(self.session[alone:]) + alone))
        stops = np.append(starts[1:], n)
        return np.repeat(starts, stops - starts), np.repeat(stops - 1, stops - starts)


class ColumnTable:
    """The growing columns of one vault, or of one segment that is being written."""

    def __init__(self) -> None:
        self._fixed: dict[str, Growing[Any]] = {name: Growing(dtype) for name, dtype in FIXED.items()}
        self._codes: dict[str, Growing[np.int32]] = {name: Growing("<i4") for name in NAMED}
        self._changing: dict[str, NDArray[Any]] = {name: np.empty(0, dtype) for name, dtype in CHANGING.items()}
        self._names = {name: Names() for name in NAMED}
        self._order = SessionOrder(np.empty(0, np.int32), np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self._fixed["cube"])

    def append_rows(self, rows: Sequence[SlotRow], lo: int, hi: int) -> None:
        """Add slots ``[lo, hi)``; those without a row become holes."""
        at = np.fromiter((row.slot - lo for row in rows), np.int64, len(rows))
        arrays = {name: np.zeros(hi - lo, dtype) for name, dtype in (FIXED | CHANGING).items()}
        for name, blank in BLANK.items():
            arrays[name][:] = blank
        for name in ("cube", "version", "occurred", "valid_from", "valid_to", "hidden", "signals"):
            arrays[name][at] = [getattr(row, name) for row in rows]
        arrays["length"][at] = [len(row.terms) // 4 for row in rows]
        codes = {name: np.zeros(hi - lo, "<i4") for name in NAMED}
        for name in NAMED:
            codes[name][at] = self._names[name].encode(getattr(row, name) for row in rows)
        self._append(arrays, codes)

    def append_arrays(self, arrays: Arrays, names: Mapping[str, Sequence[str]]) -> None:
        """Add the columns of a segment."""
        codes: dict[str, NDArray[np.int32]] = {}
        for name in NAMED:
            table = np.zeros(len(names[name]), "<i4")
            used = np.unique(arrays[name])
            table[used] = self._names[name].encode(names[name][code] for code in used)
            codes[name] = table[arrays[name]]
        self._append(arrays, codes)

    def change(self, states: Sequence[SlotState], lo: int = 0) -> None:
        """Apply what changed about slots that are here; the first one here is slot ``lo``."""
        states = [state for state in states if lo <= state.slot < lo + len(self)]
        if not states:
            return
        at = np.fromiter((state.slot - lo for state in states), np.int64, len(states))
        for name in CHANGING:
            fresh = self._changing[name].copy()  # views hold the old one
            fresh[at] = [getattr(state, name) for state in states]
            self._changing[name] = fresh

    def lengths(self) -> NDArray[np.int32]:
        """Terms in each slot ``(n,)``."""
        lengths: NDArray[np.int32] = self._fixed["length"].snapshot()
        return lengths

    def order(self) -> SessionOrder:
        """The slots by session and time, brought up to date."""
        known = len(self._order.slots)
        if known < len(self):
            self._order = self._extended(np.arange(known, len(self), dtype=np.int32))
        return self._order

    def snapshot(self) -> Columns:
        """All columns as they are now."""
        previous, following = self.order().links()
        fixed = {name: column.snapshot() for name, column in self._fixed.items()}
        codes = {name: column.snapshot() for name, column in self._codes.items()}
        return Columns(
            cube=fixed["cube"],
            version=fixed["version"],
            session=codes["session"],
            speaker=codes["speaker"],
            role=codes["role"],
            kind=codes["kind"],
            occurred=fixed["occurred"],
            valid_from=fixed["valid_from"],
            valid_to=frozen(self._changing["valid_to"]),
            hidden=frozen(self._changing["hidden"]),
            signals=fixed["signals"],
            previous=frozen(previous),
            following=frozen(following),
            sessions=self._names["session"].listed(),
            speakers=self._names["speaker"].listed(),
            roles=self._names["role"].listed(),
            kinds=self._names["kind"].listed(),
        )

    def encoded(self) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
        """Columns and lists of names for a segment file, holding only names that are in use."""
        arrays: dict[str, NDArray[Any]] = {name: self._fixed[name].snapshot() for name in FIXED}
        arrays |= self._changing
        names: dict[str, list[str]] = {}
        for name in NAMED:
            used, arrays[name] = np.unique(self._codes[name].snapshot(), return_inverse=True)
            arrays[name] = arrays[name].astype("<i4")
            listed = self._names[name].listed()
            names[name] = [listed[code] for code in used]
        return arrays, names

    def _append(self, arrays: Arrays, codes: Mapping[str, NDArray[np.int32]]) -> None:
        for name in FIXED:
            self._fixed[name].append(arrays[name])
        for name in CHANGING:
            self._changing[name] = np.concatenate((self._changing[name], arrays[name]))
        for name in NAMED:
            self._codes[name].append(codes[name])

    def _extended(self, new: NDArray[np.int32]) -> SessionOrder:
        slots, sessions = self._order
        session, occurred = self._codes["session"].snapshot(), self._fixed["occurred"].snapshot()
        if len(new) > _FEW:
            slots = np.lexsort((occurred, session)).astype(np.int32)  # stable: slot order decides ties
            return SessionOrder(slots, session[slots])
        new = new[np.lexsort((occurred[new], session[new]))]
        places = np.empty(len(new), np.int64)
        for i, slot in enumerate(new):
            start, stop = np.searchsorted(sessions, session[slot]), np.searchsorted(sessions, session[slot], "right")
            while stop > start and occurred[slots[stop - 1]] > occurred[slot]:
                stop -= 1
            places[i] = stop
        return SessionOrder(np.insert(slots, places, new), np.insert(sessions, places, session[new]))


def _run_starts(values: NDArray[np.int32]) -> NDArray[np.int64]:
    if not len(values):
        return np.empty(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))

"""``python -m tests.bench [--quick] [--out DIRECTORY] [--locomo FILE]``: measure every row and tell the outcome."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

from tests.bench.plots import draw
from tests.bench.report import markdown, show, write_json, write_page
from tests.bench.results import Line
from tests.bench.rows import ROWS, Outcome, loaded

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
OFFLINE = {"ANONYMIZED_TELEMETRY": "false", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
MANY_THREADS = {"locomo"}
"""Rows that time nothing."""
PACKAGES = ("numpy", "apsw", "numkong", "chromadb", "qdrant-client", "langgraph-checkpoint-sqlite", "sqlite-vec")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds; under three minutes")
    parser.add_argument(
        "--out", type=Path, help="where JSON and pictures go: docs/bench, or build/bench unless all is measured"
    )
    parser.add_argument("--locomo", type=Path, metavar="FILE", help="the LoCoMo data set, for row 8")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="only these")
    parser.add_argument(
        "--scratch", type=Path, help="a folder on the disk to measure; the system's temporary one by default"
    )
    parser.add_argument(
        "--cache", type=Path, help="where the store of row 5 is kept; in the temporary folder by default"
    )
    chosen = parser.parse_args()
    whole = not chosen.quick and chosen.rows == list(ROWS)
    out: Path = chosen.out or Path("docs/bench" if whole else "build/bench")
    out.mkdir(parents=True, exist_ok=True)
    begin = perf_counter()
    outcome: Outcome = []
    for name in chosen.rows:
        outcome += _measured(name, chosen)
    about = _about(chosen, perf_counter() - begin)
    show(outcome)
    write_json(outcome, about, out / "results.json")
    text = markdown(outcome, about)
    (out / "results.md").write_text(text + "\n", encoding="utf-8")
    page = out.parent / "benchmarks.md"
    if page.exists():
        write_page(text, page)
    files = [out / "results.json", out / "results.md", *draw(outcome, out), *([page] if page.exists() else [])]
    print("written:", *files)
    return 1 if any(isinstance(part, Line) and part.detail.startswith("failed") for part in outcome) else 0


def _measured(name: str, chosen: argparse.Namespace) -> Outcome:
    """One row, in a process of its own, on one thread."""
    with tempfile.TemporaryDirectory() as directory:
        to = Path(directory, "outcome.json")
        command = [sys.executable, "-m", "tests.bench.rows", name, "--to", str(to)]
        command += ["--scale", "quick" if chosen.quick else "full"]
        for option in ("scratch", "cache", "locomo"):
            if (value := getattr(chosen, option)) is not None:
                command += [f"--{option}", str(value.resolve())]
        environment = os.environ | OFFLINE | ({} if name in MANY_THREADS else ONE_THREAD)
        begin = perf_counter()
        run = subprocess.run(command, env=environment, check=False)
        print(f"{name}: {perf_counter() - begin:.0f} s", flush=True)
        if run.returncode != 0:
            return [Line(row=0, what=name, detail=f"failed with exit status {run.returncode}; see above")]
        return loaded(to.read_text(encoding="utf-8"))


def _about(chosen: argparse.Namespace, seconds: float) -> dict[str, str]:
    scratch = chosen.scratch or Path(tempfile.gettempdir())
    return {
        "run": f"{'quick' if chosen.quick else 'full'}, {datetime.now(UTC):%Y-%m-%d}, {seconds:,.0f} s",
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_file_system(scratch.resolve())} file system",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _file_system(folder: Path) -> str:
    """The type of the file system that holds ``folder``; a sync of tmpfs, say, costs nothing."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return "unknown"
    around = [(len(point), kind) for point, kind in mounts if folder.is_relative_to(point)]
    return max(around)[1] if around else "unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())

"""``memos demo``: a conversation through a LangChain chain, in two processes, then questions about it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from memos_core.cli import demo_insight, demo_screen, stage
from memos_core.cli.importing import pick
from memos_core.cli.options import DEFAULT_VAULT, Options, open_memory, store_path, store_url
from memos_core.cli.screen import console, progress
from memos_core.errors import InvalidInput, MemOSError
from memos_core.evaluation.conversations import Conversation, load_conversations

EXAMPLE = Path("examples") / "harbour.json"


class PartFailed(MemOSError):
    """One of the demo's processes ended with an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one process of the demo does."""

    begin: int
    end: int
    """Turns ``[begin, end)`` are played."""
    ask: bool
    """Whether the questions follow."""


def demo(
    options: Options,
    data: Annotated[Path | None, typer.Option(help="Another file with conversations.", metavar="FILE")] = None,
    conversation: Annotated[str, typer.Option(help="Which of the file's: its name or number.", metavar="N")] = "1",
    questions: Annotated[int, typer.Option(help="Questions shown in full; all of them are asked.", min=0)] = 6,
    budget: Annotated[int, typer.Option(help="Tokens that the model may be told per question.", min=1)] = 500,
    base_url: Annotated[str, typer.Option(help="An OpenAI-compatible endpoint to answer as well.")] = "",
    model: Annotated[str, typer.Option(help="The endpoint's model.")] = "",
    api_key_env: Annotated[str, typer.Option(help="Environment variable that holds the endpoint's key.")] = "",
) -> None:
    """Watch a conversation become memory, survive the end of its process, and answer questions.

    Plays the example (or yours) through a LangChain chain whose memory is ours. Needs no key and no network.
    Without --store the memory goes to a fresh directory, which is kept.
    """
    if bool(base_url) != bool(model):
        raise InvalidInput("--base-url and --model belong together")
    endpoint = stage.Endpoint(base_url=base_url, model=model, api_key_env=api_key_env) if base_url else None
    stage.check_readiness(endpoint)
    file = data or example_file()
    played = pick(load_conversations(file), conversation)
    url = _place(options.store)
    name = options.vault if options.vault != DEFAULT_VAULT else played.name
    _refuse_played(url, name)
    out = console()
    middle = halfway(played)
    meaning = options.embedder and find_spec("onnxruntime") is not None
    demo_screen.introduce(out, played, middle, url, embedder=meaning)
    fixed = ["--store", url, "--vault", name, "--data", str(file), "--conversation", conversation]
    fixed += ["--budget", str(budget), "--answers", str(questions)]
    fixed += [] if options.embedder else ["--no-embedder"]
    for flag, value in (("--base-url", base_url), ("--model", model), ("--api-key-env", api_key_env)):
        fixed += [flag, value] if value else []
    asked: list[dict[str, Any]] = []
    parts = (Part(begin=0, end=middle, ask=False), Part(begin=middle, end=len(played.turns), ask=True))
    for number, part in enumerate(parts, 1):
        asked += _watch(out, number, len(played.questions), part, fixed)
    with open_memory(Options(store=url)) as memory:
        counts = memory.stats()
        if known := demo_insight.understand(memory.vault(name, create=False)):
            demo_insight.show(out, known)
    chosen = stage.spread([one["category"] for one in asked], questions)
    demo_screen.show_questions(out, [asked[n] for n in chosen])
    demo_screen.conclude(out, asked, counts, url, name, budget)


def example_file() -> Path:
    """The example conversation: beside the package in an installed wheel, at the top of a source checkout.

    Raises:
        InvalidInput: It is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / EXAMPLE, package.parent / EXAMPLE):
        if place.is_file():
            return place
    raise InvalidInput("the example conversation is not installed; name a file with --data")


def halfway(played: Conversation) -> int:
    """The turn to stop before: the start of the session nearest to the middle, or the middle of a single one."""
    turns = played.turns
    starts = [n for n in range(1, len(turns)) if turns[n].session != turns[n - 1].session]
    half = len(turns) / 2
    return min(starts, key=lambda n: abs(n - half), default=len(turns) // 2)


def _place(store: str) -> str:
    if "://" in store:
        return store
    directory = Path(store) if store else Path(tempfile.mkdtemp(prefix="memos-demo-"))
    if directory.suffix == ".db":
        return store_url(store)
    directory.mkdir(parents=True, exist_ok=True)
    return store_url(str(directory / "memory.db"))


def _refuse_played(url: str, vault: str) -> None:
    """Playing into a vault that has the conversation would double it."""
    path = store_path(url)
    if path is not None and not path.is_file():
        return
    with open_memory(Options(store=url)) as memory:
        if vault in memory.vaults():
            raise InvalidInput(f"{url} has a vault {vault!r} already; name another --vault or --store")


def _watch(out: Console, number: int, questions: int, part: Part, fixed: Sequence[str]) -> list[dict[str, Any]]:
    """Run one part in a process of its own, show its progress, and return what it answered."""
    report: dict[str, Any] = {"part": number}
    asked: list[dict[str, Any]] = []
    with progress(out) as bars:
        playing = bars.add_task(f"process {number}: playing", total=part.end - part.begin)
        thinking = bars.add_task(f"process {number}: making vectors", total=None, visible=False)
        asking = bars.add_task(f"process {number}: asking", total=questions, visible=False)
        for event in _events(part, fixed):
            match event.pop("event"):
                case "played":
                    bars.update(playing, completed=event["turns"])
                case "vectors":
                    bars.update(thinking, visible=True, total=event["passages"], completed=event["vectors"])
                case "asked":
                    asked.append(event)
                    bars.update(asking, visible=True, completed=len(asked))
                case _:
                    report |= event
    demo_screen.tell_part(out, part.begin, part.end, report)
    return asked


def _events(part: Part, fixed: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Start ``memos demo-part`` and yield what it reports, line by line.

    Raises:
        PartFailed: It ended with an error.
    """
    command = [sys.executable, "-m", "memos_core.cli", "demo-part", *fixed]
    command += ["--begin", str(part.begin), "--end", str(part.end), *(["--ask"] if part.ask else [])]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8") as process,
    ):
        try:
            assert process.stdout is not None
            yield from map(json.loads, process.stdout)
        finally:
            if process.poll() is None:
                process.terminate()
        code = process.wait()
        if code:
            errors.seek(0)
            said = errors.read().strip().splitlines() or ["it said nothing"]
            raise PartFailed(f"a process of the demo ended with {code}: {said[-1].removeprefix('memos: ')}")


def demo_part(
    options: Options,
    data: Annotated[Path, typer.Option()],
    conversation: Annotated[str, typer.Option()],
    begin: Annotated[int, typer.Option()],
    end: Annotated[int, typer.Option()],
    ask: Annotated[bool, typer.Option("--ask")] = False,
    budget: Annotated[int, typer.Option()] = 500,
    answers: Annotated[int, typer.Option()] = 0,
    base_url: Annotated[str, typer.Option()] = "",
    model: Annotated[str, typer.Option()] = "",
    api_key_env: Annotated[str, typer.Option()] = "",
) -> None:
    """One process of the demo; reports as JSON lines."""
    played = pick(load_conversations(data), conversation)
    endpoint = stage.Endpoint(base_url=base_url, model=model, api_key_env=api_key_env) if base_url else None
    with open_memory(options, create=True, thinking=True) as memory:
        stage.play(memory, options.vault, played.turns[begin:end], human=played.turns[0].speaker)
        if ask:
            vault = memory.vault(options.vault)
            stage.ask(vault, played.questions, budget=budget, answers=answers, endpoint=endpoint)

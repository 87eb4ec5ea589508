"""Every snippet of the README and the documentation runs as it is printed.

``python`` blocks of one page share one namespace and one empty directory, top to bottom; ``await`` may stand at top
level. ``model`` is there already: a chat model that answers with what it was asked. Lines of ``console`` blocks that
start with ``$ memos`` run in the same directory and must succeed. ``<!-- test: skip REASON -->`` on the line before a
block leaves it out, except in the README.
"""

import ast
import asyncio
import inspect
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCE = re.compile(
    r"(?P<skip><!-- test: skip(?P<reason>[^\n]*?)-->\n+)?"
    r"^(?P<indent>[ \t]*)```(?P<language>python|console)[ \t]*\n(?P<code>.*?)^(?P=indent)```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
RUN_MEMOS = "import sys; from memos_core.cli import main; sys.argv[0] = 'memos'; sys.exit(main())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced snippet."""

    language: str
    code: str
    line: int
    """Of its first line of code, in the page."""
    skip: str | None
    """Why it does not run."""


class EchoModel(BaseChatModel):
    """Answers with the last message that it was sent. Accepts tools and never calls one."""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> "EchoModel":
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        answer = AIMessage(f"You said: {messages[-1].text}")
        return ChatResult(generations=[ChatGeneration(message=answer)])


def blocks(text: str) -> list[Block]:
    return [
        Block(
            language=match["language"],
            code=textwrap.dedent(match["code"]),
            line=text.count("\n", 0, match.start("code")) + 1,
            skip=match["reason"].strip() if match["skip"] else None,
        )
        for match in FENCE.finditer(text)
    ]


def commands(block: Block) -> list[list[str]]:
    """Argument lists of the ``$ memos`` lines of a console block; a final backslash continues the line."""
    lines = block.code.replace("\\\n", " ").splitlines()
    return [shlex.split(line.removeprefix("$ "))[1:] for line in lines if line.startswith("$ memos ")]


def run_console(block: Block, place: str) -> None:
    for arguments in commands(block):
        command = [sys.executable, "-c", RUN_MEMOS, *arguments]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        shown = f"{place}: $ memos {shlex.join(arguments)}\n{run.stdout}{run.stderr}"
        assert run.returncode == 0, f"exit status {run.returncode} of {shown}"


def run_python(block: Block, place: str, page: ModuleType, runner: asyncio.Runner) -> None:
    source = "\n" * (block.line - 1) + block.code  # a traceback then names the line of the page
    code = compile(source, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    pending = eval(code, vars(page))
    if inspect.iscoroutine(pending):
        runner.run(pending)


def run_page(text: str, place: str) -> None:
    """Run all blocks of a page in the current directory."""
    page = ModuleType("page")
    vars(page)["model"] = EchoModel()
    sys.modules["page"] = page  # dataclasses and type hints look their module up
    try:
        with asyncio.Runner() as runner:
            for block in blocks(text):
                if block.skip is not None:
                    continue
                if block.language == "console":
                    run_console(block, f"{place}:{block.line}")
                else:
                    run_python(block, place, page, runner)
    finally:
        del sys.modules["page"]


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_runs_as_printed(page: Path) -> None:
    run_page(page.read_text(encoding="utf-8"), str(page))


def test_the_first_snippet_prints_what_was_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    first = next(block for block in blocks(PAGES[0].read_text(encoding="utf-8")) if block.language == "python")
    run_page(f"```python\n{first.code}```\n", "README.md")
    assert "Lisbon" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_fence_is_understood(page: Path) -> None:
    """A fence that the expression above misses would be a snippet that nobody runs."""
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^[ \t]*(?:```|~~~)[ \t]*(?:python|py|console)\b", text, re.MULTILINE)) == len(blocks(text))


def test_the_readme_skips_nothing_and_others_say_why() -> None:
    assert [block for block in blocks(PAGES[0].read_text(encoding="utf-8")) if block.skip is not None] == []
    for page in PAGES:
        assert [block.line for block in blocks(page.read_text(encoding="utf-8")) if block.skip == ""] == []


def test_links_to_files_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


# ── the runner can fail ─────────────────────────────────────────────────────────────────────────


def test_blocks_share_a_namespace_and_may_await() -> None:
    run_page(
        "```python\nimport asyncio\nn = 1\n```\n"
        "  ```python\n  await asyncio.sleep(0)\n  n += 1\n  ```\n"
        "```python\nassert n == 2\nassert model.invoke('Hello').text == 'You said: Hello'\n```\n",
        "page.md",
    )


def test_a_failing_block_names_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_page("A page.\n\n```python\nn = 1\nn / 0\n```\n", "page.md")
    assert (caught.traceback[-1].path, caught.traceback[-1].lineno) == ("page.md", 4)


def test_a_failing_command_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no-such-command"):
        run_page("```console\n$ memos no-such-command --at all\n```\n", "page.md")


def test_commands_are_the_memos_lines() -> None:
    code = "$ make demo\n$ memos recall alice \\\n  'a question'\nOutput\n"
    assert commands(Block(language="console", code=code, line=1, skip=None)) == [["recall", "alice", "a question"]]


def test_a_marked_block_is_left_out() -> None:
    text = "<!-- test: skip needs a GPU -->\n```python\n1 / 0\n```\n"
    assert [block.skip for block in blocks(text)] == ["needs a GPU"]
    run_page(text, "page.md")

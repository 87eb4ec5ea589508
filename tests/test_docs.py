"""Every snippet of the README and the documentation runs as it is printed.

``python`` blocks of one page share one namespace and one empty directory, top to bottom; ``await`` may stand at top
level. ``model`` is there already: a chat model that answers with what it was asked. Of a ``console`` block every line
that starts with ``$`` is checked: ``memos`` runs in the same directory, ``python`` in the repository; ``make`` says
what it would do, and what ``pip install`` asks for is compared with ``pyproject.toml``. ``<!-- test: skip REASON -->``
on the line before a block leaves it out, except in the README, and the reason is shown as that of a skipped test.
"""

import ast
import asyncio
import inspect
import json
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCE = re.compile(
    r"(?P<skip><!-- test: skip(?P<reason>[^\n]*?)-->\n+)?"
    r"^(?P<indent>[ \t]*)```(?P<language>python|console|json|)[ \t]*\n(?P<code>.*?)^(?P=indent)```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
LOOKS_LIKE_CODE = re.compile(
    r"^\s*(\$ |(pip|make|memos|python) |import \w|from \w+ import |async |await |def |class )", re.M
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
    """Argument lists of the lines of a console block that start with ``$``; a final backslash continues the line."""
    lines = block.code.replace("\\\n", " ").splitlines()
    return [shlex.split(line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]


def run_console(block: Block, place: str) -> None:
    for program, *arguments in commands(block):
        if program == "memos":
            run([sys.executable, "-c", RUN_MEMOS, *arguments], place, program, arguments)
        elif program == "python":
            run([sys.executable, *arguments], place, program, arguments, cwd=ROOT)
        elif program == "make":
            run([program, "--dry-run", *arguments], place, program, arguments, cwd=ROOT)
        elif [program, *arguments[:1]] == ["pip", "install"]:
            assert unknown(arguments[1:]) == [], f"{place}: nobody offers that"
        else:
            raise AssertionError(f"{place}: nobody checks {program}; teach this test, or mark the block with a reason")


def run(command: list[str], place: str, program: str, arguments: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=cwd)
    shown = f"{place}: $ {program} {shlex.join(arguments)}\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, f"exit status {done.returncode} of {shown}"


def unknown(wanted: list[str]) -> list[str]:
    """What of the requirements is neither an extra of ours nor anything that one of our extras brings."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    brought = {Requirement(line).name for lines in extras.values() for line in lines}
    asked = [Requirement(text) for text in wanted if not text.startswith("-")]
    ours = [extra for one in asked for extra in one.extras if one.name == "memos-middleware"]
    return [extra for extra in ours if extra not in extras] + [one.name for one in asked if one.name not in brought]


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
                elif block.language == "python":
                    run_python(block, place, page, runner)
                elif block.language == "json":
                    json.loads(block.code)
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
    fences = re.findall(r"^[ \t]*(?:```|~~~)[^\n]*$", text, re.MULTILINE)
    assert len(fences) == 2 * len(blocks(text))
    assert [block.line for block in blocks(text) if not block.language and LOOKS_LIKE_CODE.search(block.code)] == []


LEFT_OUT = [
    (page, block) for page in PAGES for block in blocks(page.read_text(encoding="utf-8")) if block.skip is not None
]


@pytest.mark.parametrize(
    ("page", "block"), [pytest.param(*one, id=f"{one[0].relative_to(ROOT)}:{one[1].line}") for one in LEFT_OUT]
)
def test_what_does_not_run_says_why(page: Path, block: Block) -> None:
    assert block.skip and page != PAGES[0], "the README skips nothing, others give a reason"
    pytest.skip(block.skip)


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


def test_commands_are_the_lines_after_a_dollar() -> None:
    code = "$ make demo\n$ memos recall alice \\\n  'a question'\nOutput\n"
    found = commands(Block(language="console", code=code, line=1, skip=None))
    assert found == [["make", "demo"], ["memos", "recall", "alice", "a question"]]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("make no-such-target", "No rule to make target"),
        ("pip install 'memos-middleware[no-such-extra]'", "nobody offers"),
        ("pip install no-such-thing", "nobody offers"),
        ("python no_such_file.py", "exit status 2"),
        ("curl example.org", "nobody checks curl"),
    ],
)
def test_a_command_that_nobody_can_run_is_an_error(line: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        run_page(f"```console\n$ {line}\n```\n", "page.md")


def test_json_is_json() -> None:
    with pytest.raises(ValueError, match="property name"):
        run_page("```json\n{'a': 1}\n```\n", "page.md")


def test_a_marked_block_is_left_out() -> None:
    text = "<!-- test: skip needs a GPU -->\n```python\n1 / 0\n```\n"
    assert [block.skip for block in blocks(text)] == ["needs a GPU"]
    run_page(text, "page.md")

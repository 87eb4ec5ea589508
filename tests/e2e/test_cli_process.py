"""``memos`` as a process of its own: what scripts and pipes see."""

import json
import os
import subprocess
import sys
from pathlib import Path

MEMOS = [sys.executable, "-m", "memos_core.cli"]


def memos(*arguments: str, cwd: Path, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*MEMOS, *arguments], cwd=cwd, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def test_one_process_remembers_and_another_recalls(tmp_path: Path) -> None:
    text = "Kelp löst Knoten 海 🐕"
    memos("remember", "-", "--no-embedder", cwd=tmp_path, stdin=text)
    assert (tmp_path / "memory.db").is_file()
    found = memos("recall", "Kelp", "--no-embedder", "--json", cwd=tmp_path)
    assert json.loads(found.stdout)["hits"][0]["text"] == text
    assert found.stderr == ""


def test_errors_go_to_standard_error_without_a_traceback(tmp_path: Path) -> None:
    done = memos("recall", "Kelp", cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("memos: there is no store at memory.db")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" in memos("recall", "Kelp", "--debug", cwd=tmp_path, code=1).stderr


def test_a_pipe_gets_no_colours_and_no_bars(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("A: hello there\nB: good morning\n", encoding="utf-8")
    for arguments in (["import", str(chat)], ["recall", "morning"], ["stats"], ["doctor"]):
        assert "\x1b" not in memos(*arguments, "--no-embedder", cwd=tmp_path).stdout


def test_without_its_extra_the_command_names_the_pip_line(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules['typer'] = sys.modules['rich'] = None\n"  # what an import then finds is: nothing
        "from memos_core.cli import main\n"
        "main(['stats'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        "memos: typer is not installed. Run: pip install 'memos-middleware[cli]'"
    ]


def test_the_output_may_be_cut_short(tmp_path: Path) -> None:
    """``memos log | head -1`` must not end in a traceback."""
    chat = tmp_path / "chat.txt"
    chat.write_text("".join(f"{'AB'[n % 2]}: turn {n} " + "x" * 200 + "\n" for n in range(1500)), encoding="utf-8")
    memos("import", str(chat), "--no-embedder", cwd=tmp_path)
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*MEMOS, "log", "--json", "--limit", "1500"], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    os.read(reader, 10)
    os.close(reader)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said

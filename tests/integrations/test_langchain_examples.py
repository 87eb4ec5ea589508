"""The examples run offline, as they stand."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, check=False)


def test_the_agent_remembers_after_a_restart_and_tells_nobody_else() -> None:
    done = run("langchain_agent.py")
    assert done.returncode == 0, done.stderr
    *mara, jonah = done.stdout.strip().split("\n\n")
    assert "You told me:" in mara[1] and "I never fly" in mara[1]
    assert "I never fly" not in jonah


def test_the_chain_recalls_another_session_and_keeps_its_own() -> None:
    done = run("langchain_chain.py")
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.strip().split("\n\n")
    assert "Noted." in first
    assert "(0 messages of this session" in second and "Her name is Kelp" in second
    assert "(2 messages of this session" in third

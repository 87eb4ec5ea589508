"""The example runs offline, as it stands, and the package asks for its extra where LangGraph is missing."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_agent_is_interrupted_resumed_and_sent_back_in_time() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "langgraph_agent.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    asked, _, booked, _, answered, remembered = done.stdout.splitlines()
    assert asked == "agent: Shall I book the train?"
    assert booked == "booked: ['the train']"
    assert answered == "agent: Then not."
    assert remembered.count("How shall I get to Lisbon") == 1


def test_without_langgraph_the_extra_is_named() -> None:
    program = """
import sys
sys.modules["langgraph"] = None
import langgraph_memos
from memos_core.errors import MissingExtra
for name in langgraph_memos.__all__:
    try:
        getattr(langgraph_memos, name)
    except MissingExtra as error:
        print("memos-middleware[langgraph]" in str(error))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True"] * 4, done.stderr

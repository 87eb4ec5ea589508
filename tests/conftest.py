"""What holds for every test: no network, no account, no clock in a verdict."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The models of the tests are so small that a second thread costs more than it brings.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Set before any framework is imported: nothing may be downloaded or reported.
os.environ.update(
    ANONYMIZED_TELEMETRY="false",
    DO_NOT_TRACK="1",
    HF_HUB_OFFLINE="1",
    LANGCHAIN_TRACING_V2="false",
    LANGSMITH_TRACING="false",
    TOKENIZERS_PARALLELISM="false",
    TRANSFORMERS_OFFLINE="1",
)

# The machine may be busy: a slow example is not a wrong one.
settings.register_profile("memos", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("memos")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--installed-in",
        metavar="VENV",
        help="fail unless every package under test is imported from this environment, not from the tree",
    )


def pytest_configure(config: pytest.Config) -> None:
    if (venv := config.getoption("--installed-in")) is None:
        return
    strays = [file for file in package_files() if not file.is_relative_to(Path(venv).resolve())]
    if strays:
        raise pytest.UsageError(f"not imported from {venv}: {', '.join(map(str, strays))}")


def pytest_report_header() -> str:
    return "under test: " + ", ".join(str(file.parent) for file in package_files())


def package_files() -> list[Path]:
    """Where the packages under test come from; finding them does not import them."""
    names = ("memos_core", "memos_adapters", "langchain_memos", "langgraph_memos", "llama_index_memos")
    specs = [find_spec(name) for name in names]
    return [Path(str(spec.origin)).resolve() for spec in specs if spec is not None]

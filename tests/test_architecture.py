"""What the code promises about its own shape. Import directions are checked by import-linter; the rest is here."""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import langchain_memos
import langgraph_memos
import llama_index_memos
import memos_adapters
import memos_core

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

# Exceptions to a rule, each with its reason. Written as "package/module.py" or "package/module.py::name".
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
BROAD_EXCEPTS: dict[str, str] = {
    "langchain_memos/incidents.py::report": "on_error is the caller's code, which may raise anything",
    "memos_adapters/sqlite/store.py::_commit_group": "the error is raised in every thread whose work was in the group",
    "memos_adapters/sqlite/store.py::_run_beside_others": "the error is raised in the thread whose work it was",
    "memos_core/operation/refining/asking.py::_into": "a language model is the caller's code, which may raise anything",
    "memos_core/operation/scheduler.py::_loop": "the worker's edge: a store in trouble is tried again later",
    "memos_core/operation/scheduler.py::run_one": "the worker's edge: what a job raises is recorded with the job",
}
READS_ENVIRONMENT: dict[str, str] = {
    "memos_core/cli/chain.py": "the command, not the library: it reads the key whose variable its user names",
}
SQL_IN_CODE: dict[str, str] = {
    "memos_adapters/sqlite/connection.py": "asks what the file is before any table of ours exists",
}

PUBLIC_NAMES: dict[str, list[str]] = {
    "memos_core": [
        "Activation",
        "Agenda",
        "AttachedMemory",
        "Attribute",
        "ChatModel",
        "ChatTurn",
        "Clock",
        "Completion",
        "Correction",
        "Embedder",
        "Evidence",
        "Experience",
        "Fact",
        "Filter",
        "Foresight",
        "Header",
        "Hit",
        "LifecycleState",
        "LocalModelRuntime",
        "LogEntry",
        "MemCell",
        "MemCube",
        "MemOSError",
        "MemScene",
        "MemoryCall",
        "MemoryOS",
        "ModelBudget",
        "Parametric",
        "Plaintext",
        "Profile",
        "Provenance",
        "Recipe",
        "Recollection",
        "Reply",
        "Sampling",
        "Shelf",
        "ShelfReader",
        "ShelfWriter",
        "Stage",
        "StoreStats",
        "StreamedReply",
        "TierBudgets",
        "TokenCounter",
        "ToolCall",
        "Turn",
        "Usage",
        "Vault",
        "Verdict",
        "errors",
        "tool_requests",
    ],
    "langchain_memos": [
        "MemosChatHistory",
        "MemosChatModel",
        "MemosMemory",
        "MemosMiddleware",
        "MemosRetriever",
        "memory_tools",
        "with_memos_history",
    ],
    "langgraph_memos": [
        "MemosSaver",
        "MemosStore",
        "recall_node",
        "remember_node",
    ],
    "llama_index_memos": [
        "MemosLLM",
        "MemosMemory",
        "MemosMemoryBlock",
        "MemosNodePostprocessor",
        "MemosRetriever",
    ],
}

# Loading any of these with the core would make `import memos_core` slow, or fail without an extra.
HEAVY = {
    "apsw",
    "langchain",
    "langchain_core",
    "langgraph",
    "llama_index",
    "numkong",
    "pydantic",
    "rich",
    "sentence_transformers",
    "sqlite3",
    "tiktoken",
    "torch",
    "transformers",
    "typer",
    "weaviate",
}


def modules(*packages: object) -> list[tuple[str, Path]]:
    """Name (as in the lists above) and path of every module of the packages."""
    found = []
    for package in packages or (memos_core, memos_adapters, langchain_memos, langgraph_memos, llama_index_memos):
        root = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
        found += [(path.relative_to(root.parent).as_posix(), path) for path in sorted(root.rglob("*.py"))]
    return found


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def breaches(found: Iterator[str], allowed: dict[str, str]) -> list[str]:
    """What was found and is not allowed, and what is allowed but was not found any more."""
    seen = set(found)
    return sorted(seen - allowed.keys()) + [f"{name}: no longer needed in the list" for name in allowed.keys() - seen]


# ── what an import loads ────────────────────────────────────────────────────────────────────────


def test_importing_the_core_loads_no_engine_model_or_framework() -> None:
    program = "import json, sys, memos_core; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stdout))
    assert "memos_core" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("package", sorted(PUBLIC_NAMES))
def test_public_names_are_these(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__ == sorted(module.__all__), f"{package}.__all__ is not sorted"
    assert module.__all__ == PUBLIC_NAMES[package]
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert len(module.__all__) <= 50


@pytest.mark.parametrize("group, name", [("memos.stores", "sqlite"), ("memos.embedders", "all-MiniLM-L6-v2")])
def test_adapters_are_found_by_entry_point(group: str, name: str) -> None:
    (entry,) = entry_points(group=group, name=name)
    assert callable(entry.load())


@pytest.mark.parametrize("package", [memos_core, memos_adapters, langchain_memos, langgraph_memos, llama_index_memos])
def test_packages_are_marked_as_typed(package: object) -> None:
    assert (Path(str(package.__file__)).parent / "py.typed").is_file()  # type: ignore[attr-defined]


# ── who may import what, where import-linter cannot look ────────────────────────────────────────


def imports(tree: ast.Module) -> Iterator[str]:
    """Modules that are imported, at any depth, relative imports as they are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_the_domain_needs_the_standard_library_only() -> None:
    known = set(sys.stdlib_module_names) | {"memos_core"}
    foreign = [
        f"{name}: {imported}"
        for name, path in modules(memos_core)
        if name.startswith("memos_core/domain/") or name == "memos_core/errors.py"
        for imported in imports(parse(path))
        if imported.partition(".")[0] not in known
    ]
    assert foreign == []


def test_nothing_is_pickled_and_the_bundled_sqlite_is_not_used() -> None:
    banned = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "sqlite3"}
    assert [
        f"{name}: {imported}"
        for name, path in modules()
        for imported in imports(parse(path))
        if imported.partition(".")[0] in banned
    ] == []


# ── what the code may do ────────────────────────────────────────────────────────────────────────


def environment_reads(name: str, tree: ast.Module) -> Iterator[str]:
    doors = {"environ", "environb", "getenv", "getenvb"}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=used) if used in doors:
                yield name
            case ast.ImportFrom(module="os", names=names) if {alias.name for alias in names} & doors:
                yield name


def test_the_environment_is_not_an_api() -> None:
    found = (read for name, path in modules() for read in environment_reads(name, parse(path)))
    assert breaches(found, READS_ENVIRONMENT) == []


def broad_excepts(name: str, tree: ast.Module) -> Iterator[str]:
    """Functions with an ``except`` for everything that does not end by raising."""
    for function in functions(tree):
        for node in ast.walk(function):
            if not isinstance(node, ast.ExceptHandler) or isinstance(node.body[-1], ast.Raise):
                continue
            caught = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            names = {kind.id for kind in caught if isinstance(kind, ast.Name)}
            if node.type is None or names & {"Exception", "BaseException"}:
                yield f"{name}::{function.name}"


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_errors_are_caught_by_name() -> None:
    found = (broad for name, path in modules() for broad in broad_excepts(name, parse(path)))
    assert breaches(found, BROAD_EXCEPTS) == []


SQL_STARTS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE ", "CREATE TABLE", "CREATE INDEX", "ALTER ", "WITH ")


def sql_strings(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if text.lstrip().startswith(SQL_STARTS):
                yield name


def test_sql_lives_in_sql_files() -> None:
    found = (sql for name, path in modules() for sql in sql_strings(name, parse(path)))
    assert breaches(found, SQL_IN_CODE) == []


# ── how long it may be ──────────────────────────────────────────────────────────────────────────


def test_files_are_short_enough_to_read() -> None:
    long = (name for name, path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > MAX_FILE_LINES)
    assert breaches(long, LONG_FILES) == []


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def long_functions(name: str, tree: ast.Module) -> Iterator[str]:
    """Functions with too many lines, the docstring not counted."""
    for function in functions(tree):
        docstring = lines(function.body[0]) if ast.get_docstring(function) is not None else 0
        if lines(function) - docstring > MAX_FUNCTION_LINES:
            yield f"{name}::{function.name}"


def test_functions_are_short_enough_to_read() -> None:
    found = (long for name, path in modules() for long in long_functions(name, parse(path)))
    assert breaches(found, LONG_FUNCTIONS) == []


# ── the checks can fail ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "check, source",
    [
        (environment_reads, "import os\nos.environ['HOME']"),
        (environment_reads, "from os import getenv"),
        (broad_excepts, "def f():\n try:\n  g()\n except Exception:\n  pass"),
        (broad_excepts, "def f():\n try:\n  g()\n except (OSError, Exception):\n  return None"),
        (broad_excepts, "def f():\n try:\n  g()\n except:\n  pass"),
        (sql_strings, "query = 'SELECT * FROM cube'"),
        (sql_strings, "query = f'''\n  SELECT * FROM {table}'''"),
        (long_functions, "def f():\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
        (long_functions, "def f():\n    'A docstring.'\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
    ],
)
def test_a_planted_breach_is_found(check, source) -> None:
    assert list(check("planted.py", ast.parse(source))) != []


@pytest.mark.parametrize(
    "check, source",
    [
        (environment_reads, "import os\nos.fspath('HOME')"),
        (broad_excepts, "def f():\n try:\n  g()\n except Exception:\n  undo()\n  raise"),
        (broad_excepts, "def f():\n try:\n  g()\n except OSError:\n  pass"),
        (sql_strings, "text = 'Select a vault'"),
        (long_functions, "def f():\n    'A docstring.'\n" + "    x = 1\n" * (MAX_FUNCTION_LINES - 1)),
    ],
)
def test_what_is_allowed_is_not_reported(check, source) -> None:
    assert list(check("planted.py", ast.parse(source))) == []


def test_a_stale_exception_is_reported() -> None:
    assert breaches(iter(["a.py"]), {"a.py": "why", "b.py": "why"}) == ["b.py: no longer needed in the list"]

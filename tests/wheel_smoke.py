"""``make wheel`` runs this in an environment that holds the built wheel: what is shipped works without the tree."""

import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("memos_core", "memos_adapters", "langchain_memos", "langgraph_memos", "llama_index_memos")


def main() -> None:
    place = Path(sysconfig.get_path("purelib"))
    for name in PACKAGES:
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None, f"{name} is not in the wheel"
        assert Path(spec.origin).is_relative_to(place), f"{name} comes from {spec.origin}, not from the wheel"
        assert (Path(spec.origin).parent / "py.typed").is_file(), f"{name} lacks py.typed"

    files = distribution("memos-middleware").files or []
    roots = {file.parts[0] for file in files if file.parts[0] != ".."}
    assert roots == {*PACKAGES, "memos_middleware-" + distribution("memos-middleware").version + ".dist-info"}, roots

    assert (place / "memos_core/examples/harbour.json").is_file(), "what `memos demo` plays is not in the wheel"

    with tempfile.TemporaryDirectory() as directory:
        remember_and_recall(Path(directory) / "memory.db")
    subprocess.run([Path(sys.executable).with_name("memos"), "--help"], check=True, stdout=subprocess.DEVNULL)
    print(f"The wheel in {place} imports, remembers and recalls.")


def remember_and_recall(path: Path) -> None:
    from memos_core import MemoryOS

    with MemoryOS.open(f"sqlite:///{path}", embedder=None) as memory:
        memory.vault("alice").remember("I moved to Lisbon in May and I no longer eat meat.")
    with MemoryOS.open(f"sqlite:///{path}", embedder=None) as memory:
        found = memory.vault("alice").recall("Who moved to Lisbon?")
    assert "Lisbon" in str(found), f"recall found {found!s}"


if __name__ == "__main__":
    main()

"""The per-vault search index: exact dense and BM25 search over sealed, memory-mapped segments and a live tail.

Everything here is derived: any file may be deleted, and is then rebuilt from the rows of the store.
"""

from memos_adapters.segments.index import SegmentIndex

__all__ = ["SegmentIndex"]

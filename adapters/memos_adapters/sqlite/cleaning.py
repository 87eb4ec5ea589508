"""Keeps deleted rows out of the free space of database pages.

``secure_delete`` overwrites what is deleted. When rows move between pages, however, SQLite leaves their old bytes in
the free space of the page that they came from, and knows nothing of them when the rows are deleted later. So pages
reach the database file only through checkpoints made here, which blank the free space between the cell pointers and
the cells (https://www.sqlite.org/fileformat2.html, section 1.6) of every page on its way. No reader ever looks there.
"""

import apsw

LARGEST_PAGE = 0x01FFFFFF
"""Page numbers up to here begin with a byte that no table or index page begins with: 128 GiB at 4 KiB a page.

Overflow pages and the list of free pages begin with a page number and would otherwise pass for one.
"""

CLEANING = "memos-cleaning"
"""The name of the file system layer to checkpoint through."""
_BASE = "unix"
_POINTERS = {2: 12, 5: 12, 10: 8, 13: 8}
"""By the first byte of a table or index page, where its cell pointers begin."""
_FILE_HEADER = 100


def cleaned(page: bytes, offset: int) -> bytes:
    """``page``, which belongs at ``offset`` of the file, with its free space blank."""
    header = _FILE_HEADER if offset == 0 else 0
    pointers = _POINTERS.get(page[header]) if len(page) > header else None
    if pointers is None:
        return page
    cells = int.from_bytes(page[header + 3 : header + 5])
    stop = int.from_bytes(page[header + 5 : header + 7]) or 65536
    start = header + pointers + 2 * cells
    if not start < stop <= len(page) or page.count(0, start, stop) == stop - start:
        return page
    return page[:start] + bytes(stop - start) + page[stop:]


class _CleaningFiles(apsw.VFS):
    def __init__(self) -> None:
        super().__init__(CLEANING, _BASE)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 (SQLite's)
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _CleaningFile(_BASE, name, flags)
        return super().xOpen(name, flags)


class _CleaningFile(apsw.VFSFile):
    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (SQLite's)
        super().xWrite(cleaned(bytes(data), offset), offset)


_registered = _CleaningFiles()  # for as long as this lives

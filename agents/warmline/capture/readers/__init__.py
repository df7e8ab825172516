"""Readers: how the transcripts of each coding agent are found and read, behind one protocol.

A tool's module has `find(folder, home)`, and either `Rows`, which is fed the lines of a file that grows, or
`read(path)` for a file that is written anew. ``open_reader`` makes of both a ``Reader``.
"""

from warmline.capture.readers.reading import TOOLS, Reader, Tool, open_reader

__all__ = ["TOOLS", "Reader", "Tool", "open_reader"]

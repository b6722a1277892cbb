"""The tree in the database: 256 hashes a tile, and of everything but the right edge never a byte changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from registry.kernel.ledger.merkle import EMPTY, fold, node, split
from registry.kernel.ledger.models import Tile

WIDTH = 256


class Edge:
    """The right edge of the tree: the last tile of each level, from which new leaves grow."""

    def __init__(self, rows: Mapping[int, tuple[int, list[bytes]]]) -> None:
        self.rows = {level: (index, list(row)) for level, (index, row) in rows.items()}

    @classmethod
    def stored(cls) -> "Edge":
        rows: dict[int, tuple[int, list[bytes]]] = {}
        while tile := Tile.objects.filter(level=len(rows)).order_by("-index").first():
            rows[tile.level] = (tile.index, _hashes(tile.data))
        return cls(rows)

    def append(self, leaves: Sequence[bytes]) -> dict[tuple[int, int], list[bytes]]:
        """Grow by `leaves`; the tiles that changed, by level and index."""
        changed: dict[tuple[int, int], list[bytes]] = {}
        level, waiting = 0, list(leaves)
        while waiting:
            index, row = self.rows.get(level, (0, []))
            full: list[bytes] = []
            for hashed in waiting:
                if len(row) == WIDTH:
                    index, row = index + 1, []
                row.append(hashed)
                changed[(level, index)] = row
                if len(row) == WIDTH:
                    full.append(fold(row))
            self.rows[level] = (index, row)
            level, waiting = level + 1, full
        return changed

    def root(self) -> bytes:
        """From the highest level down: what is not yet in a full tile above is folded in from below."""
        found: bytes | None = None
        for level in sorted(self.rows):
            _index, row = self.rows[level]
            counted_above = len(row) == WIDTH and level + 1 in self.rows
            own = [] if counted_above else row
            hashes = [*own, found] if found is not None else own
            if hashes:
                found = fold(hashes)
        return EMPTY if found is None else found


class Reader:
    """Roots of any stretch of leaves, out of stored tiles; each tile is read once."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], list[bytes]] = {}

    def root(self, start: int, end: int) -> bytes:
        """The root over leaves `start` to `end`; `start` must be where such a subtree can begin."""
        size = end - start
        if size == 0:
            return EMPTY
        level, reach = 0, 1
        while reach * WIDTH <= size and start % (reach * WIDTH) == 0:
            level, reach = level + 1, reach * WIDTH
        if start % reach == 0 and size % reach == 0 and size // reach <= WIDTH - (start // reach) % WIDTH:
            first = start // reach
            row = self._tile(level, first // WIDTH)
            return fold(row[first % WIDTH : first % WIDTH + size // reach])
        middle = start + split(size)
        return node(self.root(start, middle), self.root(middle, end))

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self.kept:
            self.kept[(level, index)] = _hashes(Tile.objects.get(level=level, index=index).data)
        return self.kept[(level, index)]


def _hashes(data: Any) -> list[bytes]:
    raw = bytes(data)
    return [raw[n : n + 32] for n in range(0, len(raw), 32)]


def write(changed: dict[tuple[int, int], list[bytes]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_tile (level, index, width, data) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (level, index) DO UPDATE SET width = excluded.width, data = excluded.data",
            [(level, index, len(row), b"".join(row)) for (level, index), row in changed.items()],
        )

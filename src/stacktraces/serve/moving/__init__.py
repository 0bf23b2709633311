"""All that a site's database holds, as JSON lines or another database, and back into an empty one."""

from __future__ import annotations

from .lines import to_lines
from .reading import rows_of_lines, rows_of_store
from .writing import fill

__all__ = ["fill", "rows_of_lines", "rows_of_store", "to_lines"]

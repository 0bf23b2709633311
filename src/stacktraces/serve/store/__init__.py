"""What the site keeps in one database: known issues, and beside them projects, tokens and occurrences."""

from __future__ import annotations

from .records import Filter, Page, StoredOccurrence
from .site_store import SiteStore

__all__ = ["Filter", "Page", "SiteStore", "StoredOccurrence"]

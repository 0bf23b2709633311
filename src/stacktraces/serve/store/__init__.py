"""What the site keeps in one database: known issues, and beside them projects, tokens and occurrences."""

from __future__ import annotations

from .by_project import Activity
from .records import Filter, Page, StoredOccurrence
from .site_store import SiteStore

__all__ = ["Activity", "Filter", "Page", "SiteStore", "StoredOccurrence"]

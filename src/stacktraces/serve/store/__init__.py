"""What the site keeps in one database: known issues, and beside them projects, tokens and occurrences."""

from __future__ import annotations

from .site_store import Filter, Page, SiteStore, StoredOccurrence

__all__ = ["Filter", "Page", "SiteStore", "StoredOccurrence"]

"""The routes of the site: each module of this folder, and of ``pages/``, declares ``routes``."""

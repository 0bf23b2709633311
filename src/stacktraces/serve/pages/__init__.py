"""The pages: each module of this folder declares ``routes``.

A page can be read and used without scripts. Every request that changes something is a POST with a token
against forged requests; every page has a policy that lets no script run but the site's own files.
"""

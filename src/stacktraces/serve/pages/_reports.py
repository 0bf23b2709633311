"""Reports of the command line as pages of the site."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ._web import prefix, protect


def report_page(request: Request, content: bytes, links: Mapping[str, str]) -> Response:
    """The HTML that a command wrote, with a way back to the site and ``links``, words by path.

    It has a script and styles within it: its policy names that very script, and lets nothing be loaded.
    """
    start, end = content.rfind(b"<script>") + len(b"<script>"), content.rfind(b"</script>")
    digest = b64encode(hashlib.sha256(content[start:end]).digest()).decode()
    ways = {"/": "stacktraces", **links}
    bar = " \u00b7 ".join(f'<a href="{prefix(request)}{path}">{words}</a>' for path, words in ways.items())
    page = content.replace(b"<body>\n", f"<body>\n<header><p>{bar}</p></header>\n".encode(), 1)
    response = Response(page, media_type="text/html")
    protect(
        response,
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-downloads "
        "allow-popups allow-top-navigation-by-user-activation",
    )
    return response

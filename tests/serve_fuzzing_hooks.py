"""What Schemathesis is taught: how bodies of media types that it does not know are sent."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-sentry-envelope", "application/x-protobuf")
def _sent(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode("utf-8", "backslashreplace")

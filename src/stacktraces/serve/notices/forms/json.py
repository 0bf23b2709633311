"""JSON, signed as Standard Webhooks has it (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from ..messages import Content
from ._form import Parcel, webhook

SECRET_PREFIX = "whsec_"


def _content(content: Content) -> Content:
    return content


def _headers(parcel: Parcel, body: bytes) -> dict[str, str]:
    now = int(time.time())
    key = base64.b64decode(parcel.secret.removeprefix(SECRET_PREFIX))
    signed = f"{parcel.id}.{now}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": parcel.id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{signature}",
    }


FORM = webhook("JSON, signed", _content, headers=_headers)

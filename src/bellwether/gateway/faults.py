"""What the gateway answers instead of a reply, as one tree (IFACE-7).

Fault                  a status and a text; the request changed nothing
├── NotJson            400: the body is not JSON
├── WrongShape         422: a field is missing or ill-typed; the text says which
├── ActsElsewhere      404: this address takes no actions; the text says which does
├── WrongContentType   415
├── BodyTooLarge       413
├── RateLimited        429
└── Unavailable        503: the node has stopped
Refused                a well-formed request that is answered with `status: err`
"""

from __future__ import annotations

from typing import Final

MAX_BODY_BYTES: Final = 256 * 1024
MAX_FRAME_BYTES: Final = 64 * 1024

PLAIN: Final = b"text/plain; charset=utf-8"
JSON: Final = b"application/json"
CSV: Final = b"text/csv; charset=utf-8"


class Fault(Exception):
    """`body` is what goes on the wire with `status`; `text` is the same for people."""

    status = 500
    content_type = PLAIN

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)

    @property
    def body(self) -> bytes:
        return self.text.encode("utf-8", "replace")


class NotJson(Fault):
    status = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(_with("Failed to parse the request body as JSON", detail))


class WrongShape(Fault):
    """`detail` names the field and what was expected."""

    status = 422

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(_with("Failed to deserialize the JSON body into the target type", detail))


class ActsElsewhere(Fault):
    """`url` is that of the venue's own address."""

    status = 404

    def __init__(self, url: str) -> None:
        super().__init__(
            "This is the operators' address and takes no actions of accounts;"
            f" send them to {url}/exchange, or post them on the WebSocket of {url}"
        )


class WrongContentType(Fault):
    status = 415

    def __init__(self) -> None:
        super().__init__("Expected request with `Content-Type: application/json`")


class BodyTooLarge(Fault):
    status = 413

    def __init__(self) -> None:
        super().__init__(
            f"Failed to buffer the request body: expected at most {MAX_BODY_BYTES} bytes"
        )


class RateLimited(Fault):
    """The dialect answers `null`; the text is for the WebSocket, where clients match on it."""

    status = 429
    content_type = JSON

    def __init__(self) -> None:
        super().__init__("Too Many Requests")

    @property
    def body(self) -> bytes:
        return b"null"


class Unavailable(Fault):
    status = 503

    def __init__(self) -> None:
        super().__init__("The venue has stopped taking requests; what it acknowledged is kept.")


class Refused(Exception):
    """Answered with `{"status":"err","response":text}`."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def _with(text: str, detail: str) -> str:
    return f"{text}: {detail}" if detail else text

"""Open streams: one per client, each told that there is something to fetch, never what.

The stock browser client fetches nothing after it was connected again, so every stream begins with such an event, and
repeats it now and then.
"""

from collections.abc import Iterable
from typing import Any, Final

from registry.flags import event, revision_of
from registry.kernel.http.streams import HEADERS, Stream, Streams
from registry.ofrep.state import Caller, State

NOTHING: Final = (b"content-length", b"0")


class ControlStreams(Streams):
    """By workflow."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        state.changed.append(self.tell)

    async def serve(self, ticket: str, receive: Any, send: Any, shared: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Until the client leaves, its key ends or the process does. `shared` goes with the headers."""
        caller = self.state.tickets.get(ticket)
        if caller is None or self.is_ending:
            await send({"type": "http.response.start", "status": 401, "headers": [*shared, NOTHING]})
            await send({"type": "http.response.body", "body": b""})
            return
        known = caller

        def following() -> bytes | None:
            return self._event(known) if ticket in self.state.tickets else None

        headers = [*HEADERS, *shared]
        await self.hold(known.workflow_id, Stream(), following, receive=receive, send=send, headers=headers)

    def _event(self, caller: Caller) -> bytes:
        written = None if caller.workflow_id is None else self.state.written(caller.workflow_id)
        if written is None:
            return b": nothing stands behind this key\n\n"
        return event(written.etag, revision_of(written.etag) or 0)

"""What is answered to one question: from memory alone, the same for one flag and for all of a workflow.

Protocol: OFREP, evaluation of one flag and of all. Every refusal has the protocol's `errorCode` and `errorDetails`, and
the key where one flag was asked for. Nothing here limits how often somebody asks: being told to stop must never be what
a busy workflow is refused.
"""

import hashlib
import json
import time
from typing import Any, Final, NamedTuple

from registry.flags import Written, refusal, revision_of
from registry.ofrep.receipts import LONGEST_KEY, Receipts, plain
from registry.ofrep.state import Caller, State, ticket_of

FLAGS: Final = "/ofrep/v1/evaluate/flags"
APPLIED: Final = "/control/v1/applied"
LONGEST_INSTANCE: Final = 200
JSON: Final = (b"content-type", b"application/json")
NO_STORE: Final = (b"cache-control", b"no-store")
Headers = list[tuple[bytes, bytes]]


class Question(NamedTuple):
    path: str
    secret: bytes
    content_type: bytes
    none_match: bytes
    client: bytes
    known: bytes
    """`flagConfigEtag`: what the caller was told there is."""


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes


class Refusal(Exception):
    def __init__(self, status: int, code: str, details: str, *more: tuple[bytes, bytes]) -> None:
        super().__init__(details)
        self.status, self.code, self.details, self.more = status, code, details, more


class Desk:
    """The state, the receipts, and how many answers were given by kind."""

    def __init__(self, state: State, receipts: Receipts) -> None:
        self.state, self.receipts = state, receipts
        self.answers: dict[str, int] = {}
        self._secrets: dict[bytes, str] = {}

    def answer(self, question: Question, body: bytes) -> Answer:
        key = question.path[len(FLAGS) + 1 :] if question.path.startswith(FLAGS + "/") else None
        try:
            caller = self.caller(question.secret)
            if question.path == APPLIED:
                return self._applied(caller, question, body)
            return self._evaluate(caller, question, key, _instance(question, body))
        except Refusal as refused:
            self._count("refused")
            content = refusal(refused.code, refused.details, key)
            return Answer(refused.status, [JSON, NO_STORE, *refused.more], content)

    def caller(self, secret: bytes) -> Caller:
        if not self.state.is_loaded:
            raise Refusal(
                503, "GENERAL", "The state of containment is not known here yet. Keep the last one you were told.",
                (b"retry-after", b"1"),
            )  # fmt: skip
        digest = self._secrets.get(secret)
        caller = self.state.callers.get(digest or hashlib.sha256(secret).hexdigest()) if secret else None
        if caller is None or (caller.ends is not None and caller.ends <= time.time()):
            self._secrets.pop(secret, None)
            raise Refusal(
                401, "GENERAL", "This key is missing, unknown, ended or revoked.", (b"www-authenticate", b"Bearer")
            )
        if digest is None:
            self._secrets[secret] = caller.digest
        return caller

    def is_behind(self, question: Question) -> bool:
        """Whether the caller was told of something newer than what is known here."""
        if not question.known:
            return False
        try:
            written = self._written(self.caller(question.secret))
        except Refusal:
            return False
        if written is None:
            return False
        told, here = revision_of(question.known), revision_of(written.etag)
        if told is None or here is None:
            return False
        return told > here or (told == here and question.known != written.etag)

    def _evaluate(self, caller: Caller, question: Question, key: str | None, instance: str) -> Answer:
        written = self._written(caller)
        if key is None and written is None:
            self.receipts.missed(caller, "*")
            raise Refusal(404, "FLAG_NOT_FOUND", "No workflow in use stands behind this key.")
        if written is None or (key is not None and key not in written.flags):
            self.receipts.missed(caller, key or "")
            raise Refusal(404, "FLAG_NOT_FOUND", "This key has no flag of this name.")
        revision = revision_of(written.etag) or 0
        self.receipts.served(caller, instance, revision, question.client[:120].decode("latin-1"))
        if key is not None:
            self._count("single")
            return Answer(200, [JSON, NO_STORE], written.flags[key])
        tag = (b"etag", written.etag)
        if _matches(question.none_match, written.etag):
            self._count("unchanged")
            return Answer(304, [tag], b"")
        self._count("bulk")
        return Answer(200, [JSON, NO_STORE, tag], written.head + ticket_of(caller.digest).encode() + written.tail)

    def _applied(self, caller: Caller, question: Question, body: bytes) -> Answer:
        if not caller.may_acknowledge:
            raise Refusal(403, "GENERAL", "This key may not report that something is obeyed.")
        given = _object(question, body)
        revision = given.get("revision")
        written = self._written(caller)
        if written is None:
            raise Refusal(404, "FLAG_NOT_FOUND", "No workflow in use stands behind this key.")
        # A number beyond what was told would count as obeying what is yet to come.
        told = revision_of(written.etag) or 0
        if isinstance(revision, bool) or not isinstance(revision, int) or not 0 < revision <= told:
            raise Refusal(400, "PARSE_ERROR", "Give the revision that is obeyed, as a number you were told.")
        self.receipts.obeyed(caller, _name(given.get("targetingKey", "")), revision)
        self._count("applied")
        return Answer(204, [NO_STORE], b"")

    def _written(self, caller: Caller) -> Written | None:
        return None if caller.workflow_id is None else self.state.written(caller.workflow_id)

    def _count(self, kind: str) -> None:
        self.answers[kind] = self.answers.get(kind, 0) + 1


def _instance(question: Question, body: bytes) -> str:
    if len(question.path) > len(FLAGS) + 1 + LONGEST_KEY:
        raise Refusal(404, "FLAG_NOT_FOUND", f"Keys have at most {LONGEST_KEY} characters.")
    if not body:
        return ""
    context = _object(question, body).get("context")
    if context is None:
        return ""
    if not isinstance(context, dict):
        raise Refusal(400, "INVALID_CONTEXT", "The context is an object.")
    return _name(context.get("targetingKey", ""))


def _name(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > LONGEST_INSTANCE or plain(given) != given:
        raise Refusal(400, "INVALID_CONTEXT", f"The targetingKey is a text of at most {LONGEST_INSTANCE} characters.")
    return given


def _object(question: Question, body: bytes) -> dict[str, Any]:
    kind = question.content_type.partition(b";")[0].strip().lower()
    if kind and kind != b"application/json":
        raise Refusal(400, "PARSE_ERROR", "Send JSON, and say so: Content-Type: application/json.")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "PARSE_ERROR", "The body is not JSON.") from None
    if not isinstance(given, dict):
        raise Refusal(400, "PARSE_ERROR", "The body is an object.")
    return given


def _matches(none_match: bytes, tag: bytes) -> bool:
    if none_match == tag:
        return True
    return bool(none_match) and tag in [each.strip().removeprefix(b"W/") for each in none_match.split(b",")]

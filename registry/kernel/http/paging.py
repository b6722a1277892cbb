"""Cursor paging of the API."""

import re
from typing import Any

from rest_framework import pagination
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request

_SHAPE = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class CursorPagination(pagination.CursorPagination):
    """Stable paging for long lists: a cursor stays right while rows are added. Newest first."""

    page_size = 50
    page_size_query_param = "page_size"
    page_size_query_description = "Rows of a page, 500 at most; anything else than a number is ignored."
    max_page_size = 500
    ordering = "-pk"
    cursor_query_description = "Where to go on: taken from `next` or `previous` of the page before."

    def decode_cursor(self, request: Request) -> Any:
        """A cursor is ours only when it points to a number, since every list is in the order of keys."""
        refused = ParseError("This cursor is not one of ours.", code="invalid-cursor")
        if not _SHAPE.fullmatch(request.query_params.get(self.cursor_query_param, "")):
            raise refused
        try:
            cursor = super().decode_cursor(request)
        except NotFound as unreadable:
            raise refused from unreadable
        if cursor is not None and cursor.position is not None and not _is_key(str(cursor.position)):
            raise refused
        return cursor


def _is_key(position: str) -> bool:
    return position.isascii() and position.isdigit() and len(position) < 19

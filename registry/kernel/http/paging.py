"""Cursor paging of the API."""

from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Stable paging for long lists: a cursor stays right while rows are added."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-pk"

"""Lists, page by page."""

from typing import Any

from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pagination(PageNumberPagination):
    """``count``, ``next``, ``previous``, ``results``; ``page_size`` from 1 to 200, 50 unless told."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    invalid_page_message = "There is no such page."

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page has; raises ValidationError for a number that is out of bounds or none."""
        text = request.query_params.get("page_size", str(self.page_size))
        if len(text) > 3 or not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= self.max_page_size:
            raise exceptions.ValidationError({"page_size": [f"Write a number from 1 to {self.max_page_size}."]})
        return int(text)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the list's shape; every member is always there."""
        shape: dict[str, Any] = super().get_paginated_response_schema(schema)
        return {**shape, "required": ["count", "next", "previous", "results"]}

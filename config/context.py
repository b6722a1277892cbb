"""What every page shows around its content: navigation, unread notices, the incident that is going on."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": None}

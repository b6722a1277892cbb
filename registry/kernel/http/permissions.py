"""Deny by default in the API: an action without a policy is closed."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from registry.kernel.access.verdict import Policy, require

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PolicyPermission(BasePermission):
    """Signed in, and allowed by the view's policy for this action. A view without one is closed."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        policy: Policy | None = view.policy_for(request) if hasattr(view, "policy_for") else None
        if policy is None:
            return False
        require(policy, request.user)
        return True

"""Sign-in through allauth: accounts are made by administrators, nobody signs up; its mail leaves through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.kernel.access.ending import has_ended, sentence
from registry.kernel.access.sign_ins import password_set
from registry.kernel.notify.tell import post


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
        "too_many_login_attempts": _("Too many wrong codes. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by the lockout, which outlives a restart; allauth counts wrong codes only."""

    def pre_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse | None:
        """Whoever got the password, the passkey or the identity provider right is told why the door stays shut."""
        if has_ended(user, at=timezone.now()):
            clear_login(request)
            return render(request, "account/access_ended.html", {"sentence": sentence(user)}, status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **given)
        return answer

    def set_password(self, user: Any, password: str) -> None:
        """With the event of it: of a password that changes without one, the database notes its own."""
        with transaction.atomic():
            super().set_password(user, password)
            password_set(self.request, user)

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.PRODUCT_NAME}: {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the configured address: the host a request names may be anything."""
        path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.SITE_URL) + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, so that a slow mail server keeps nobody waiting and no mail is lost with the process."""
        whole = {"email": email, "product": settings.PRODUCT_NAME, "site": settings.SITE_URL, **context}
        message = self.render_mail(template_prefix, email, whole)
        post(to=email, subject=message.subject, body=message.body, at=timezone.now())

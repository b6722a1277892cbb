"""One-time links by which a person chooses a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse


def password_link(user: AbstractBaseUser) -> str:
    """Works once and for PASSWORD_RESET_TIMEOUT seconds; a newer sign-in or password ends it at once."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"

"""People, what they set for themselves, and what they are told."""

from django.urls import path

from registry.views import digests, mailbox, notices, people, people_leaving, preferences, tokens, watches

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person-new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person-edit"),
    path("people/<int:pk>/roles/", people.roles, name="person-roles"),
    path("people/<int:pk>/access/", people.access, name="person-access"),
    path("people/<int:pk>/close/", people_leaving.deactivate, name="person-close"),
    path("people/<int:pk>/hand-over/", people_leaving.hand_over, name="person-hand-over"),
    path("people/<int:pk>/open/", people.reactivate, name="person-open"),
    path("people/<int:pk>/link/", people.send_link, name="person-link"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("account/email/", preferences.address, name="own-address"),
    path("account/sessions/<int:pk>/end/", preferences.end_session, name="session-end"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="token-new"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("notices/", notices.notices, name="notices"),
    path("watches/", watches.watches, name="watches"),
    path("preferences/mail/", digests.settings, name="digest-settings"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
]

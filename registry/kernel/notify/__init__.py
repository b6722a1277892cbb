"""Telling people: notices they see in the portal and mail that leaves through an outbox table."""

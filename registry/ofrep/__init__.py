"""Answering running workflows: a small path in front of the site, from memory, whatever the database does."""

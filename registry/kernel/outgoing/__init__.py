"""Sending messages to addresses that somebody typed: where they may lead, how they are signed, when to try again."""

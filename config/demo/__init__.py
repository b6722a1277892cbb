"""Demonstration data: an invented insurer, its people, a real public inventory, and a few incidents."""

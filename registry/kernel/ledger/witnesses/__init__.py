"""Witnesses: those outside who are handed checkpoints, so that nobody inside can rewrite what came before them."""

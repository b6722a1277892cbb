"""A copy of everything that has to survive, and proof that what comes back is what was there."""

"""Who may do what: verdicts with their reasons, tokens for programs, and the sign-in adapter."""

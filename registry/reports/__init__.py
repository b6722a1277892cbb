"""Reading several tables together for a page or a document."""

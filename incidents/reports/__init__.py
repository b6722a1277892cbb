"""Reading across tables for pages and documents of the incident room."""

"""Who did what, when and why: the acting person of a unit of work, history of every record, and the site-wide index."""

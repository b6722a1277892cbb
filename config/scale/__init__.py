"""A registry as large as the largest organisations have it, to measure by: the demonstration, multiplied."""

"""An incident in the words of public frameworks: pure mappings, each field marked by how well it fits."""

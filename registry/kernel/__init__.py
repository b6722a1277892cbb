"""What all three applications stand on. Knows no domain word, so that it could be moved out whole."""

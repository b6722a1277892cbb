"""Reports that need all three applications, as plain data ready to be frozen."""

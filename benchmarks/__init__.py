"""How fast it is, as ratios against a floor measured in the same run: figures of one noisy machine mean little alone."""

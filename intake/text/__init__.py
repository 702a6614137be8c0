"""Languages: folding, detecting, and speaking six of them."""

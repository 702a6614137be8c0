"""What we did, written down: one transaction for each thing done."""

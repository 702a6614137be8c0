"""The ways out: folders of editions, and exports for archives."""

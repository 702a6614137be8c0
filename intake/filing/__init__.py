"""Where a message belongs: pure functions, one table, every answer kept with its reason."""

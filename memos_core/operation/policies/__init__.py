"""What form a memory takes, decided from how it is used. Pure functions; applying what they say is another step."""

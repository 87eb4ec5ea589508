"""From cells to what is known: scenes, their summaries, the profile."""

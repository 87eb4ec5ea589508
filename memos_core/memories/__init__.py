"""Types of memory beyond text: when they are valid, what they cost, how they enter a model."""

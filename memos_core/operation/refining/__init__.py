"""What a language model may add to what the rules make: checked against the source, paid from a budget, never needed.

``prompts/`` holds what a model is asked, with the schema of its reply; ``asking`` asks, ``replies`` reads,
``grounding`` tells what was invented. ``cell``, ``scene``, ``cutting`` and ``answers`` are the operations,
``refining`` is the job.
"""

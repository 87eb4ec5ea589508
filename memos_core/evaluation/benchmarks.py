"""The benchmarks that there are: how each is read, and what is told of it first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from memos_core.errors import InvalidInput
from memos_core.evaluation.beam import load_beam
from memos_core.evaluation.conversations import load_conversations
from memos_core.evaluation.dialogue import Conversation
from memos_core.evaluation.longmemeval import load_longmemeval
from memos_core.evaluation.metrics import BUDGETS
from memos_core.evaluation.personamem import load_personamem
from memos_core.evaluation.prefeval import load_prefeval


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One published data set."""

    name: str
    """As the command has it."""
    title: str
    about: str
    """What ``--data`` is, in a sentence."""
    load: Callable[[Path], list[Conversation]]
    headline: tuple[str, ...]
    """Metrics that its tables show."""
    budgets: tuple[int, ...] = BUDGETS
    """Tokens of the contexts that are measured."""
    compared: tuple[str, ...] = ("recall@10", "recall_within_2000")
    """Metrics for which every system is shown by category; the last one is drawn."""
    drawn: str = "recall"
    """Which metric within budgets the picture of context tokens has."""
    ours: Sequence[str] = ()
    """Where the protocol is our own choice, in sentences."""


_IN_CONTEXT = ("recall_within_500", "recall_within_1000", "recall_within_2000", "recall_within_4000")

BENCHMARKS = {
    one.name: one
    for one in (
        Benchmark(
            name="locomo",
            title="LoCoMo",
            about="Pass the file of samples, for example locomo10.json.",
            load=lambda path: load_conversations(path, "locomo"),
            headline=("recall@5", "recall@10", "recall@20", "recall@50", *_IN_CONTEXT, "told_within_2000",
                      "all_within_2000", "answer_within_1000", "tokens_within_2000"),
            ours=("Overall is categories 1 to 4; adversarial questions stand apart.",),
        ),
        Benchmark(
            name="beam",
            title="BEAM",
            about="Pass a folder with chat.json and probing_questions.json in it or below it.",
            load=load_beam,
            headline=("recall@10", "recall@20", *_IN_CONTEXT, "told_within_2000", "told_within_4000",
                      "all_within_4000", "answer_within_2000", "rubric_within_2000", "tokens_within_2000"),
            ours=("A message counts as found when an entry of its own holds four of its content words (all of them, if "
                  "it has fewer), and as told when its entries hold half of what it has to say to the question.",
                  "Overall is the abilities that have evidence; abstention has none and counts for the separation."),
        ),
        Benchmark(
            name="prefeval",
            title="PrefEval",
            about="Pass the folder with explicit, implicit_choice, implicit_persona and filtered_inter_turns.json.",
            load=load_prefeval,
            headline=("hit@5", "hit@10", "recall_within_500", "recall_within_1000", "tokens_within_1000"),
            budgets=(500, 1000),
            compared=("recall_within_1000", "hit@5"),
            ours=("A: one preference among all unrelated turns; B: one preference of each other topic beside it.",
                  "The evidence is the one turn in which the user shows the preference."),
        ),
        Benchmark(
            name="longmemeval",
            title="LongMemEval",
            about="Pass the file of questions, for example longmemeval_s.json.",
            load=load_longmemeval,
            headline=("session_hit@5", "session_hit@10", "recall@10", "recall@20", *_IN_CONTEXT, "answer_within_2000",
                      "tokens_within_2000"),
            ours=("Evidence are the turns marked as having the answer; session hits count any session of one.",),
        ),
        Benchmark(
            name="personamem",
            title="PersonaMem",
            about="Pass the file of questions, such as questions_32k.csv; its contexts lie beside it.",
            load=load_personamem,
            headline=("answer_within_500", "answer_within_1000", "answer_within_2000", "answer_within_4000",
                      "choice_within_500", "choice_within_1000", "choice_within_2000", "choice_within_4000",
                      "tokens_within_2000"),
            compared=("answer_within_2000", "choice_within_2000"),
            drawn="answer",
            ours=("The data set names no evidence. answer: share of the right option's distinctive words that stand in "
                  "the context; choice: how often the right option has the largest share, 0.25 by chance among four.",
                  "A question sees what its context holds up to the message after which it is asked."),
        ),
        Benchmark(
            name="conversations",
            title="Conversations of your own",
            about="Pass any file that memos import reads, with questions in it.",
            load=load_conversations,
            headline=("recall@5", "recall@10", "recall@20", *_IN_CONTEXT, "all_within_2000", "answer_within_1000",
                      "tokens_within_2000"),
        ),
    )
}  # fmt: skip


def benchmark(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        InvalidInput: There is none.
    """
    if name not in BENCHMARKS:
        raise InvalidInput(f"there is no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    return BENCHMARKS[name]

"""Answers by a language model from what was found, and verdicts on them: two prompts, two judges, several runs."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from string import Template, ascii_lowercase
from typing import Protocol

from memos_core.evaluation.chat import Reply
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.fingerprints import digest
from memos_core.evaluation.keeping import file_name, write_json
from memos_core.evaluation.metrics import Outcome
from memos_core.evaluation.systems import System

STYLES = ("short", "long")
JUDGES = ("lenient", "strict")
WHOLE = "full context"
NOT_KNOWN = "It is not known: the conversation does not tell."
_VERDICT = re.compile(r"\b(RIGHT|WRONG)\b")


class Chat(Protocol):
    """A language model."""

    @property
    def model(self) -> str:
        """Its name."""

    def ask(self, prompt: str) -> Reply:
        """The reply to one prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer of one run, judged."""

    system: str
    style: str
    run: int
    question: int
    category: str
    answer: str
    verdicts: dict[str, bool | None]
    """By judge; ``None`` where the judge's reply is neither."""
    prompt_tokens: int
    """Of the answer; those of the judges are not counted."""
    answer_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """How a language model is asked. Remembering takes no model: its tokens are nought."""

    answers: Chat
    judges: Chat
    runs: int = 1
    questions: int = 0
    """Of each conversation, spread over the categories; 0 for all."""
    budget: int = 2000
    """Tokens of the context."""

    def context(self, system: System, question: Question) -> str:
        """What the model is given by a system."""
        return system.find(question, (self.budget,)).contexts[self.budget].text

    def sit(
        self,
        system: str,
        conversation: Conversation,
        context: Callable[[Question], str],
        kept: Path,
        key: str,
        tell: Callable[[str, int, int], object],
    ) -> list[Answered]:
        """Answer and judge a conversation's questions in every style and run; what an earlier run did is read again.

        Args:
            system: Whose contexts these are.
            conversation: What is asked about.
            context: The text to answer from.
            kept: Directory of results.
            key: Digest of what the contexts depend on.
            tell: Told of the work, how much of it is done, and of how much.

        Raises:
            EndpointFailed: the endpoint does not answer; complete runs are kept.
        """
        chosen = spread([question.category for question in conversation.questions], self.questions)
        prompts = [prompt(name).template for name in _PROMPTS]
        about = digest(key, self.answers.model, self.judges.model, self.budget, chosen, prompts)
        found = []
        for run in range(self.runs):
            for style in STYLES:
                name = "-".join(map(file_name, (conversation.name, "answers", system, style, str(run), about)))
                file = kept / f"{name}.json"
                if not file.exists():
                    answered = []
                    for done, number in enumerate(chosen):
                        tell(f"{style} answers from {system}", done, len(chosen))
                        question = conversation.questions[number]
                        answered.append(self._answered(system, style, run, number, question, context(question)))
                    write_json(file, [asdict(one) for one in answered])
                found += [Answered(**one) for one in json.loads(file.read_text(encoding="utf-8"))]
        return found

    def _answered(self, system: str, style: str, run: int, number: int, question: Question, context: str) -> Answered:
        reply = self.answers.ask(prompt(f"answer_{style}").substitute(context=context, question=asked(question)))
        answer = final(reply.text)
        return Answered(
            system=system,
            style=style,
            run=run,
            question=number,
            category=question.category,
            answer=answer,
            verdicts={judge: self._judged(judge, question, answer) for judge in JUDGES},
            prompt_tokens=reply.prompt_tokens,
            answer_tokens=reply.answer_tokens,
        )

    def _judged(self, judge: str, question: Question, answer: str) -> bool | None:
        if question.options:
            letter = chosen(answer, len(question.options))
            return None if letter is None else question.options[letter] == question.answer
        reference = question.answer if question.answerable and question.answer else NOT_KNOWN
        points = "; ".join(question.rubric) or "none listed"
        judging = prompt(f"judge_{judge}").substitute(
            question=question.text, reference=reference, rubric=points, answer=answer
        )
        return verdict(self.judges.ask(judging).text)


_PROMPTS = tuple([f"answer_{style}" for style in STYLES] + [f"judge_{judge}" for judge in JUDGES])


def prompt(name: str) -> Template:
    """The prompt of that name, with ``$name`` where something is filled in."""
    return Template(files("memos_core.evaluation").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8"))


def asked(question: Question) -> str:
    """The question, with the options that there are to choose from."""
    if not question.options:
        return question.text
    options = [f"({letter}) {option}" for letter, option in zip(ascii_lowercase, question.options, strict=False)]
    return "\n".join([question.text, "Choose the reply that fits best; its letter is the answer:", *options])


def chosen(answer: str, options: int) -> int | None:
    """The place of the one option whose letter an answer gives; ``None`` where it gives none or several."""
    given = re.findall(r"\(([a-z])\)", answer.lower()) or re.findall(r"\b[b-z]\b|^a\b", answer.lower().strip())
    places = {ascii_lowercase.index(letter) for letter in given}
    return places.pop() if len(places) == 1 and max(places) < options else None


def final(reply: str) -> str:
    """The answer that a reply ends in: what follows the last "Answer:", or all of it."""
    parts = re.split(r"^\W*answer\W*:", reply, flags=re.IGNORECASE | re.MULTILINE)
    return parts[-1].strip().strip("*").strip()


def verdict(reply: str) -> bool | None:
    """The last RIGHT or WRONG of a reply; ``None`` for neither."""
    found = _VERDICT.findall(reply.upper())
    return found[-1] == "RIGHT" if found else None


def spread(categories: Sequence[str], count: int) -> list[int]:
    """Up to ``count`` places, the first of every category before the second of any; 0 for all. In order."""
    if not count:
        return list(range(len(categories)))
    seen: Counter[str] = Counter()
    turns = []
    for category in categories:
        turns.append(seen[category])
        seen[category] += 1
    return sorted(sorted(range(len(categories)), key=lambda place: turns[place])[:count])


def as_outcomes(answers: Sequence[Answered]) -> list[Outcome]:
    """One outcome per conversation's question, the mean over its runs; a reply that is no verdict counts as wrong."""
    by_question: dict[tuple[int, str], list[Answered]] = {}
    for one in answers:
        by_question.setdefault((one.question, one.category), []).append(one)
    return [
        Outcome(
            question=question,
            category=category,
            answerable=True,
            metrics={judge: sum(one.verdicts[judge] is True for one in runs) / len(runs) for judge in JUDGES}
            | {"prompt_tokens": _mean([one.prompt_tokens for one in runs])}
            | {"answer_tokens": _mean([one.answer_tokens for one in runs])}
            | {"unreadable": _mean([sum(found is None for found in one.verdicts.values()) for one in runs])},
        )
        for (question, category), runs in by_question.items()
    ]


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)

"""From "my sister", "she" and names to the subject that a fact carries."""

import re
from dataclasses import dataclass, field

from memos_core.operation.formation.facts.english_subjects import relation_of
from memos_core.operation.formation.facts.reading import Person

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_GENDERS = {
    "mother": "f",
    "sister": "f",
    "daughter": "f",
    "grandmother": "f",
    "aunt": "f",
    "niece": "f",
    "wife": "f",
    "girlfriend": "f",
    "fiancée": "f",
    "granddaughter": "f",
    "father": "m",
    "brother": "m",
    "son": "m",
    "grandfather": "m",
    "uncle": "m",
    "nephew": "m",
    "husband": "m",
    "boyfriend": "m",
    "fiancé": "m",
    "grandson": "m",
    "妈妈": "f",
    "姐姐": "f",
    "妹妹": "f",
    "女儿": "f",
    "奶奶": "f",
    "外婆": "f",
    "老婆": "f",
    "妻子": "f",
    "女朋友": "f",
    "阿姨": "f",
    "爸爸": "m",
    "哥哥": "m",
    "弟弟": "m",
    "儿子": "m",
    "爷爷": "m",
    "外公": "m",
    "老公": "m",
    "丈夫": "m",
    "男朋友": "m",
    "叔叔": "m",
}
_PRONOUNS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f", "他": "m", "她": "f"}


@dataclass(slots=True, kw_only=True)
class Company:
    """The people of a conversation as they are named, in order."""

    speaker: str
    mentioned: list[tuple[str, str]] = field(default_factory=list)
    """Subject and gender (``f``, ``m`` or nothing), the last mentioned last."""
    called: dict[str, str] = field(default_factory=dict)
    """Names of relations that were told: ``Mara's brother`` is ``Jan``."""

    def subject_of(self, person: Person) -> str:
        """The subject of a fact about a person, or nothing when it cannot be told."""
        if person.kind == "self":
            return self.speaker
        if person.kind == "kin":
            relation = kin_subject(self.speaker, person.word)
            if person.name:
                self.called[relation] = person.name
            subject = self.called.get(relation, relation)
            self.mention(subject, gender_of(person.word))
            return subject
        if person.kind == "name":
            if same_name(person.word, self.speaker):
                return self.speaker
            self.mention(person.word, "")
            return person.word
        return self._referred(person.word)

    def christen(self, name: str) -> None:
        """Give the relation that was mentioned last its name: "my brother is called Jan"."""
        relations = (f"{self.speaker}'s ", f"{self.speaker}的")
        subject = next((one for one, _ in reversed(self.mentioned) if one.startswith(relations)), "")
        if subject:
            self.called[subject] = name
            self.mentioned = [(name if one == subject else one, gender) for one, gender in self.mentioned]

    def mention(self, subject: str, gender: str) -> None:
        """Remember that somebody was named; a name keeps the gender that it had."""
        known = next((known for name, known in reversed(self.mentioned) if name == subject and known), "")
        self.mentioned.append((subject, gender or known))

    def _referred(self, pronoun: str) -> str:
        """The one whom a pronoun can mean; nothing when nobody or more than one fits."""
        gender = _PRONOUNS.get(pronoun, "")
        recent = list(dict.fromkeys(reversed(self.mentioned)))[:3]
        if pronoun in ("who", "which"):
            return recent[0][0] if recent else ""
        if not gender:
            return ""
        fitting = list(dict.fromkeys(name for name, known in recent if known in ("", gender)))
        sure = list(dict.fromkeys(name for name, known in recent if known == gender))
        if len(sure) == 1:
            return sure[0]
        return fitting[0] if len(fitting) == 1 else ""


def kin_subject(speaker: str, word: str) -> str:
    """``Mara's sister``, ``小林的姐姐``."""
    return f"{speaker}的{word}" if _CJK.search(word) else f"{speaker}'s {relation_of(word)}"


def gender_of(word: str) -> str:
    """Gender that a relation implies."""
    return _GENDERS.get(relation_of(word), "")


def fits(pronoun: str, relation: str) -> bool:
    """Whether a pronoun can mean a relation: "her" no brother."""
    gender, wanted = gender_of(relation), _PRONOUNS.get(pronoun, "")
    return not gender or not wanted or gender == wanted


def same_name(name: str, other: str) -> bool:
    """Whether two names are the same person's, one perhaps without the family name."""
    first, second = name.casefold().split(), other.casefold().split()
    return bool(first and second) and first[0] == second[0] and (len(first) == 1 or len(second) == 1 or first == second)

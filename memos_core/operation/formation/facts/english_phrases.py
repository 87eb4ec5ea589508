"""Phrases of which the rows of ``english_scenes`` are made, and what a row is."""

from typing import TypeAlias

EvidenceRow: TypeAlias = tuple[str, str, str] | tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Words of which one must be there, with ``|`` between them; pattern; kind; what the row itself sets."""

OPENING = (
    r"(?!(?:So|And|But|Now|Then|Well|Ok|Okay|Just|My|Our|I|We|He|She|They|It|This|That|In|At|On|When|If|After"
    r"|Before|Since"
    r"|Yes|No|Not|Oh|Hey|What|Where|Who|How|Why|Is|Are|Do|Did|Can|Me|You|Your|Also|Still|Finally|Sadly|Apparently)\b)"
)
"""No name begins with a word that only opens its sentence."""
NAME = OPENING + r"[A-Z][\w'&-]+(?: (?:[A-Z][\w'&-]+|on|upon|le|la|de|of the|of)(?= [A-Z])| [A-Z][\w'&-]+){0,3}"
PERSON = OPENING + r"[A-Z][a-z]+"
COUNT = (
    r"(?:(?:about|around|over|nearly|almost|some|the (?:last|past)|going on|coming up(?: on| to)?|a good|more "
    r"than)\s+)*"
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|several|many|a few|a couple(?: of)?)(?:[ -](?:odd|plus|whole|long|happy|and a half))?"
)
LONG = (
    rf"(?:(?:for\s+)?{COUNT}\s+(?:years?|yrs?|months?|mths?|decades?)|(?:ever )?since\b|for (?:ages|years|decades"
    rf"|good|ever)|forever|my (?:whole|entire) life|all my life|these days|nowadays|permanently|like always|as "
    rf"(?:ever|always|usual))"
)
HOME = (
    r"(?:place|flat|house|apartment|landlord|landlady|lease|street|block|studio|rental|digs|bungalow|cottage|allotment"
    r"|garden|neighbou?rs?|commute|bedsit|houseboat|condo|townhouse|terrace|mortgage|home|gaff|maisonette|estate"
    r"|building|neighbou?rhood|balcony|kitchen)"
)
AWAY = (
    r"(?!\s*(?:for (?:work|a|the|an?|\w+) ?(?:week|weekend|day|days|night|nights|conference|wedding"
    r"|holiday)|till|until|this week|tonight|on holiday))"
)
JOB = (
    r"(?:(?:my |the )?(?:day one|first (?:day|week|shift|month)|week one|day 1|induction|onboarding|new start|new "
    r"(?:job|gig|role|post|contract|position|boss)|trial shift))"
)

"""English and other common given names: whom one is "with", where a firm could stand as well."""

from memos_core.operation.formation.facts.wordlists import listed

GIVEN_NAMES = listed(
    """
    aaron abby adam adrian agnes ahmed aisha alan albert alejandro alex alexander alexandra alexis alfie ali alice alina
    alison amanda amelia amir amy ana anders andrea andreas andrew andy angela anita anja ann anna anne annie anton
    antonio anya arjun arthur asha ashley astrid audrey ava barbara bea beatrice becky ben benjamin bernard bernie beth
    betty bianca bill billy bob bobby brad brandon brenda brian bridget bruce bruno bryan caitlin cameron camila carl
    carla carlos carmen carol caroline cathy cecilia charles charlie charlotte chloe chris christian christina
    christine christopher claire clara claudia clive colin connor craig cynthia daisy dan dana daniel danielle danny
    daphne darren dave david dawn deborah debbie denis dennis derek diana diane diego dimitri dmitri dominic donna
    dorothy doug duncan dylan ebony eddie edith edward eileen elaine eleanor elena eli elias elisa elizabeth ella ellen
    ellie elsa emil emilia emily emma eric erik erin esther ethan eva eve evelyn fatima felix fernando fiona florian
    frances francesca frank fred frida gabriel gareth gary gavin gemma george georgia gerald gina giovanni gloria
    graham greg gregory greta hannah hans harriet harry harvey hassan hazel heather heidi helen helena henrik henry
    holly hugo ian ibrahim ida imani ines ingrid irene iris isaac isabel isabella ivan ivy jack jackie jacob jake james
    jamie jan jane janet janice jared jasmine jason javier jean jeff jen jennifer jenny jeremy jess jesse jessica jill
    jim jimmy joan joanna joanne joe joel johan john johnny jon jonas jonathan jordan jorge jose joseph josh joshua
    joyce juan judith judy julia julian juliet julie june jutta karen karim karl kate katherine kathleen kathy katie
    keith kelly ken kenji kenneth kerry kevin kim kirsten kirsty kofi kristen kwame kyle lara larry lars laura lauren
    layla lea leah leila lena leo leon leonard leslie lewis liam lily linda lisa liz logan lorraine louis louise luca
    lucas lucia lucy luis luka lukas luke lydia lynn mabel maggie malcolm marco marcus margaret maria marie marina mario
    marion marisol mark marta martha martin martina mary mateo matilda matt matteo matthew maureen max maya megan mei
    melanie melissa mia michael michelle miguel mike mila miriam mohammed molly monica muhammad nadia nancy naomi
    natalia natalie natasha nathan neil nell niamh nick nicola nicole nigel nikhil nina noah noor nora norman oksana
    olga oliver olivia omar oscar oskar owen pablo pam pamela pat patricia patrick paul paula pauline pedro peggy
    penny pete peter phil philip phoebe pierre polly priya rachel rafael raj ralph raoul raquel ravi ray rebecca rhys
    ricardo richard rick rita rob robert roberto robin roger rohan ron ronald rosa rosalind rose rosie ross ruby rupert
    ruth ryan sabine sadie sally sam samantha samuel sandra sanjay sara sarah scott sean sebastian sergio shannon
    sharon sheila shirley silvia simon sofia sonia sophia sophie stacey stan stanley stella stephanie stephen steve
    steven stuart sue susan suzanne svetlana sven tanya tara ted teresa terry tessa theo theresa thomas tiffany tim
    timothy tina tobias toby todd tom tommy toni tony tracey tracy trevor ulrike valerie vanessa vera vicky victor
    victoria vikram vincent violet viv vivian walter wendy will william winston xavier yasmin yuki yusuf zach zack zara
    zoe
    """
)
"""Names that a person in a story is more likely to have than a firm or a town."""


def is_given_name(name: str) -> bool:
    """Whether one word is a common given name."""
    return name.casefold() in GIVEN_NAMES

"""Hold the questions of the feedback: what each asks, and of whom (DOMAIN.md, section 4).

An answer is a place from 1, not at all, to 5, entirely. Satisfaction is asked of the process and of
the outcome apart, since the one says little of the other.
"""

SCALE = (1, 5)

PARTY_QUESTIONS: dict[str, str] = {
    "process_explained": "The process was explained clearly.",
    "mediator_neutral": "The mediator stayed neutral.",
    "equally_supported": "Each side was supported alike.",
    "heard": "I could say what mattered to me.",
    "respected": "I was treated with respect and fairly.",
    "understood": "The mediator understood my concern.",
    "pushed": "I was pushed too hard to settle.",
    "agreement_clear": "The agreement is clear to me.",
    "doubts": "I doubt that it will work.",
    "satisfied_process": "I am satisfied with the process.",
    "satisfied_outcome": "I am satisfied with the outcome.",
    "use_again": "I would use it again.",
}
MEDIATOR_QUESTIONS: dict[str, str] = {
    "attendance": "Those who were needed came.",
    "engagement": "The sides took part in earnest.",
    "authority_present": "Somebody with authority to settle was there.",
    "complexity": "The matter was complex.",
    "satisfied_process": "I am satisfied with the process.",
    "satisfied_outcome": "I am satisfied with the outcome.",
}
QUESTIONS = PARTY_QUESTIONS | MEDIATOR_QUESTIONS

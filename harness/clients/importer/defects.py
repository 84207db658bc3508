"""The mistakes that the importer can be given on purpose, one at a time."""

DEFECTS = {
    "forgets-post-number": "郵便番号 has no place in the chart",
    "counts-lines": "記号, 番号 and 枝番 are the fourth to sixth lines of the clipboard",
    "ratio-by-age": "the ratio of 70 to 74 is computed from the age",
    "keeps-old-values": "a blank field leaves the stored value in place",
    "keeps-old-ratio": "the chart's ratio wins over the delivered one",
    "ignores-branch": "a person is known by symbol and number alone",
    "keeps-previous-patient": "the record is not cleared between two patients",
    "mixes-schemes": "医療扶助 is written over 医療保険",
    "takes-yesterday": "the day of the check is not looked at",
    "strips-circles": "● is removed from names",
    "question-marks": "the export goes through JIS X 0208, what is not there becomes ?",
    "splits-surrogates": "characters are counted in code units of 16 bits",
    "loses-voicing": "marks of voicing are dropped from kana",
    "cuts-names": "names have 20 characters",
    "needs-kana": "a record without kana ends the program",
    "unset-is-male": "a sex that is not female is male",
    "numbers-as-numbers": "numbers are read as numbers",
    "ignores-encoding-label": "every file is read as CP932",
    "flat-labels": "headings of the clipboard are not looked at",
    "repairs-half-files": "what can be read of a half-written file is taken",
    "gives-up-at-once": "a file that cannot be read once is never read again",
    "asks-once": "the result of a bulk inquiry is asked for once",
    "drops-errors": "units of a bulk inquiry that failed are left out",
    "answers-by-order": "the first answer is taken for that to the first inquiry",
    "first-day-only": "consents are asked for on the first day of the range",
    "asks-for-visits": "every inquiry by consent has the flag of 訪問診療等",
    "asks-this-month": "tickets are asked for of the month of today",
    "six-is-invalid": "a ticket that is not registered is invalid",
    "claims-name-the-patient": "被保険者氏名 of a claim is always the patient's",
    "claims-seven-tenths": "給付割合 of a claim is always 7",
    "claims-of-the-first-check": "a claim has the ratio of the patient's first check",
    "forgets-tickets": "the insurer of a 受診券 or 利用券 is not looked at",
    "tickets-as-text": "leading zeros make a ticket one of another insurer",
    "first-result-only": "of an answer of the app the first eligibility is taken",
    "hurries": "the app has 0.2 s for an answer and is asked once",
    "needs-the-app": "a refused connection ends the program",
    "asks-the-app-once": "an answer of the app that is no result is not asked for again",
    "repairs-half-answers": "what can be read of half an answer is taken",
    "takes-the-previous": "the time of an answer is not looked at",
    "silent-about-the-app": "nobody is told of a result that never came",
}

# The one that was chosen, if any.
chosen = None


def on(*names):
    """Whether one of these is the chosen one."""
    return chosen in names

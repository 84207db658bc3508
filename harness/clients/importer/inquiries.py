"""What is asked of a 資格確認端末, as the elements of its request files."""


def numbers(patient):
    return (tag("InsurerNumber", patient.get("insurer-number"))
            + tag("InsuredCardSymbol", patient.get("insured-card-symbol"))
            + tag("InsuredIdentificationNumber", patient.get("insured-identification-number"))
            + tag("InsuredBranchNumber", patient.get("insured-branch-number"))
            + tag("Birthdate", patient.get("birthdate"))
            + tag("ArbitraryIdentifier", patient.get("reference-number")))


def search(info):
    return f"<QualificationConfirmSearchInfo>{info}</QualificationConfirmSearchInfo>"


def tag(name, value):
    if not value:
        return ""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>{value}</{name}>"

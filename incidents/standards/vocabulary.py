"""The words that the frameworks allow, as far as the mappings use them.

OECD: “Towards a common reporting framework for AI incidents” (2025), 29 criteria of which seven are mandatory. Its
lists are taken from secondary sources and should be held against the paper before something is filed.
AVID: the data models of version 0.2 of the AI Vulnerability Database and its SEP and lifecycle views.
"""

from typing import Final

OECD_CRITERIA: Final = {
    1: "Title", 2: "Description of incident", 3: "How AI system relates to incident", 4: "Submitter information",
    5: "Date of first known occurrence", 6: "Country(ies) where incident occurred", 7: "Supporting materials",
    8: "AI system/product name and version", 9: "Developer/deployer organisations", 10: "Severity", 11: "Harm type",
    12: "Quantification of harm", 13: "Unintended/wrongful use", 14: "Affected stakeholders",
    15: "Human/fundamental-rights impacts", 16: "Associated AI Principles", 17: "Industries",
    18: "Business functions", 19: "Critical functions/infrastructure", 20: "Breadth of deployment",
    21: "Link to training data", 22: "Link to AI model", 23: "Usage rights", 24: "Multiple-AI-system interaction",
    25: "AI system tasks", 26: "Maximum autonomy level", 27: "Actions taken", 28: "Steps to reproduce",
    29: "Additional information",
}  # fmt: skip
OECD_MANDATORY: Final = frozenset({1, 2, 3, 4, 7, 10, 11})
OECD_SEVERITY: Final = ("Hazard", "Serious hazard", "Incident", "Serious incident", "Disaster")
OECD_HARM: Final = (
    "Physical", "Psychological", "Reputational", "Economic/property", "Environmental",
    "Public interest/critical infrastructure", "Human or fundamental rights",
)  # fmt: skip
OECD_RELATION: Final = (
    "Direct cause", "Contributing factor", "Failure to act", "Overreliance", "Intentional misuse", "Human error",
    "Failure to comply with legal frameworks",
)  # fmt: skip
OECD_FUNCTION: Final = (
    "Human resource management", "Sales", "ICT management and information security", "Marketing and advertisement",
    "Logistics", "Citizen/customer service", "Procurement", "Maintenance", "Accounting",
    "Monitoring and quality control", "Production", "Planning and budgeting", "Research and development",
    "Compliance and justice",
)  # fmt: skip
OECD_AUTONOMY: Final = (
    "No-action autonomy (human support)", "Low-action autonomy (human-in-the-loop)",
    "Medium-action autonomy (human-on-the-loop)", "High-action autonomy (human-out-of-the-loop)",
)  # fmt: skip

AVID_ARTIFACTS: Final = ("Dataset", "Model", "System")
AVID_CLASSES: Final = ("AIID Incident", "ATLAS Case Study", "CVE Entry", "LLM Evaluation", "Undefined")
AVID_TYPES: Final = ("Issue", "Advisory", "Measurement", "Detection")
AVID_DOMAINS: Final = ("Security", "Ethics", "Performance")
AVID_SEP: Final = {
    "S0100": "Software Vulnerability", "S0301": "Information Leak", "S0403": "Adversarial Example",
    "E0100": "Bias/ Discrimination", "E0402": "Generative Misinformation", "P0102": "Concept drift",
    "P0200": "Model issues", "P0204": "Accuracy", "P0300": "Privacy", "P0400": "Safety",
}  # fmt: skip
"""Those of the SEP view that a kind of incident can mean."""
AVID_DOMAIN_OF: Final = {"S": "Security", "E": "Ethics", "P": "Performance"}
AVID_DEPLOYMENT: Final = "L06: Deployment"
AVID_TAXONOMY: Final = "0.2"


def sep(code: str) -> str:
    """As reports write it."""
    return f"{code}: {AVID_SEP[code]}"

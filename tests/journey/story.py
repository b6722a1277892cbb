"""What the walk through the main job is about: names and words that turn up again later."""

WORKFLOW = "CBP Translate"
TITLE = "Translations leave out warnings"
OPTION = "Stop all translation"
DECISION = "Keep translation off until the glossary is checked."
ACTION = "Compare every warning with the glossary before release"
LOG = b"case,warning,translated\n1,yes,no\n2,yes,no\n"

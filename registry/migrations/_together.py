"""Making many tables in one step, in any order, also where they point at each other."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTogether(Operation):
    """`models` are made as one. One by one, each would have all that are related to it built anew: minutes, not seconds.

    Foreign keys come after the tables, as PostgreSQL has them added at the end of a migration.
    """

    reversible = True

    def __init__(self, models):
        self.models = models

    def deconstruct(self):
        return type(self).__name__, [self.models], {}

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # built once, when it is next asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "Create " + ", ".join(model.name for model in self.models)

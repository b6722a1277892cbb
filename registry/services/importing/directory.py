"""Business units, vendors and people as they are now, to find those a file names in one look each."""

from collections import defaultdict

from registry.models import BusinessUnit, CustomField, User, Vendor
from registry.services.importing.plans import Ref

BETWEEN = " › "


def told_apart(name: str) -> str:
    """Two spellings that differ in letter case only name one thing."""
    return name.casefold()


class Directory:
    """Read once per plan. What is not found comes back as a `Ref` without a number."""

    def __init__(self) -> None:
        self._units: dict[tuple[str, int | None], int] = {}
        self._unit_labels: dict[int, str] = {}
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        self._read_units()
        self._vendors: dict[str, Ref] = {}
        for pk, name in Vendor.objects.order_by("-pk").values_list("pk", "name"):
            self._vendors[told_apart(name)] = Ref(pk, name)
        self._vendor_labels = {ref.id: ref for ref in self._vendors.values()}
        self.custom = {field.key: field for field in CustomField.objects.in_use()}
        self._people: dict[int, Ref] = {}
        self._addresses: dict[str, Ref] = {}
        for pk, name, email, is_active in User.objects.values_list("pk", "name", "email", "is_active"):
            self._people[pk] = Ref(pk, name)
            if is_active:
                self._addresses[email.lower()] = Ref(pk, name)

    def _read_units(self) -> None:
        rows = {pk: (name, parent) for pk, name, parent in BusinessUnit.objects.values_list("pk", "name", "parent_id")}
        for pk in sorted(rows, reverse=True):
            name, parent = rows[pk]
            self._units[(told_apart(name), parent)] = pk
            self._by_name[told_apart(name)].append(pk)
            self._unit_labels[pk] = f"{rows[parent][0]}{BETWEEN}{name}" if parent else name

    def unit(self, name: str, parent: str = "") -> Ref:
        """Under the parent it names; a unit named alone is a top one, or the only one of its name."""
        label = f"{parent}{BETWEEN}{name}" if parent else name
        missing = Ref(None, label, name, parent)
        if not parent:
            return self._alone(name) or missing
        above = self._alone(parent)
        if above is None or above.id is None:
            return missing
        pk = self._units.get((told_apart(name), above.id))
        return Ref(pk, self._unit_labels[pk]) if pk else missing

    def _alone(self, name: str) -> Ref | None:
        pk = self._units.get((told_apart(name), None))
        if pk is None:
            found = self._by_name[told_apart(name)]
            pk = found[0] if len(found) == 1 else None
        return Ref(pk, self._unit_labels[pk]) if pk else None

    def vendor(self, name: str) -> Ref:
        return self._vendors.get(told_apart(name)) or Ref(None, name, name)

    def person(self, address: str) -> Ref | None:
        """Only somebody who is active can be given something to own."""
        return self._addresses.get(address.lower())

    def labelled(self, field: str, pk: int) -> Ref:
        """The record a workflow's field points to."""
        if field == "business_unit":
            return Ref(pk, self._unit_labels[pk])
        if field == "vendor":
            return self._vendor_labels.get(pk) or Ref(pk, str(Vendor.objects.get(pk=pk)))
        return self._people[pk]
